"""Reasons, number series and rates every house starts with."""

from django.db import migrations

from dms import base_data


class Migration(migrations.Migration):
    dependencies = [("dms", "0001_foundation")]

    operations = [migrations.RunPython(lambda apps, _editor: base_data.load(apps), migrations.RunPython.noop)]
