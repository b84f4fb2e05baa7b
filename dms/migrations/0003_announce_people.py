"""Changes of people, of their roles, stores and keys are announced to the processes that remember them."""

from django.db import migrations

from dms.core.announcements import Announce
from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [("dms", "0002_base_data")]

    operations = [
        SqlFile("dms", "announce_people"),
        Announce("dms_user", "id"),
        Announce("dms_user_groups", "user_id"),
        Announce("dms_user_stores", "user_id"),
        Announce("dms_apitoken", "user_id"),
        Announce("dms_roleright"),
        Announce("dms_store"),
        Announce("auth_group"),
    ]
