"""Labour operations every installation starts with."""

from django.db import migrations

from aftersales import base_data


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0001_booking_to_gate")]

    operations = [migrations.RunPython(lambda apps, _editor: base_data.load(apps), migrations.RunPython.noop)]
