"""Care presets, cadences and letter templates every installation starts with."""

from django.db import migrations

from crm import presets


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_customers_and_care")]

    operations = [migrations.RunPython(lambda apps, _editor: presets.load(apps), migrations.RunPython.noop)]
