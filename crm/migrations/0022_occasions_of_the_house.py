"""The festivals, and in every preset the rules for occasions, switched off."""

from django.db import migrations

from crm import presets


class Migration(migrations.Migration):
    dependencies = [("crm", "0021_occasions")]

    operations = [
        migrations.RunPython(lambda apps, _editor: presets.load_occasions(apps), migrations.RunPython.noop)
    ]
