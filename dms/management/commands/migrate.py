"""Django's ``migrate`` by the owner of the tables, who then lets the application's role write their rows."""

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from dms.core import database_roles
from dms.core.untyped import Option

OWN = frozenset({"dms", "crm", "parts", "sales", "aftersales", "reports"})
OF_AN_EARLIER_VERSION = (
    "The data here were made by an earlier version (its tables know {app}.{name}) and cannot be carried over: "
    "keep what you need, then `python3 -m devstack clean --data` and `make run` begin anew."
)


class Command(Migrate):
    """Nothing was released yet, so each app has one first migration; a database of before is named, not half changed."""

    def handle(self, *args: Option, **options: Option) -> None:
        with database_roles.as_owner():
            self.migrate(*args, **options)
            if database_roles.owner_is_apart():
                database_roles.let_application_in()

    def migrate(self, *args: Option, **options: Option) -> None:
        loader = MigrationLoader(connections[options["database"]], ignore_no_migrations=True)
        unknown = set(loader.applied_migrations) - set(loader.disk_migrations)
        for app, name in sorted(unknown):
            if app in OWN:
                raise CommandError(OF_AN_EARLIER_VERSION.format(app=app, name=name))
        super().handle(*args, **options)
