"""Reasons, number series, rates and the rights of roles every installation starts with."""

from django.db import migrations

from dms import base_data


class Migration(migrations.Migration):
    dependencies = [("dms", "0001_core")]

    operations = [migrations.RunPython(lambda apps, _editor: base_data.load(apps), migrations.RunPython.noop)]
