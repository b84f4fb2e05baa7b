"""Rows that name a reason name one of the kind that belongs there."""

from django.db import migrations

from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [("dms", "0008_keys_of_what_was_sent")]

    operations = [SqlFile("dms", "reason_of_kind")]
