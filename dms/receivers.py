"""What the core does when Django announces something."""

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from dms import base_data
from dms.core.announcements import listen_to_notices

connection_created.connect(listen_to_notices, dispatch_uid="dms.listen_to_notices")


@receiver(post_migrate, dispatch_uid="dms.keep_roles")
def roles_follow_the_table(app_config: AppConfig, using: str, **_kwargs: object) -> None:
    """After migrating, the groups are those of ``dms.core.roles``; before the tables of users exist there is nothing to keep."""
    if app_config.name != "django.contrib.auth":
        return
    tables = connections[using].introspection.table_names()
    if {"auth_group", "dms_user_groups", "dms_roleright"} <= set(tables):
        base_data.keep_roles()
