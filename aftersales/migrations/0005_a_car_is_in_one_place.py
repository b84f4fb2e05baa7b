import django.contrib.postgres.constraints
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import migrations, models

STAY = {"verbose_name": "stay", "help_text": "From its arrival until the work is done: the car is here meanwhile."}


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0004_what_was_agreed"),
        ("dms", "0006_days_a_store_is_closed"),
    ]

    operations = [
        migrations.RemoveConstraint("appointment", "appointment_vehicle_once"),
        migrations.AddField("appointment", "stay", DateTimeRangeField(null=True, **STAY)),
        # What was booked before stays for the hours booked, night or day.
        migrations.RunSQL(
            "ALTER TABLE aftersales_appointment DISABLE TRIGGER USER;"
            " UPDATE aftersales_appointment SET stay = tstzrange(starts_at, starts_at + hours * interval '1 hour');"
            " ALTER TABLE aftersales_appointment ENABLE TRIGGER USER",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField("appointment", "stay", DateTimeRangeField(**STAY)),
        migrations.AddConstraint(
            "appointment",
            django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("status__in", ["BOOKED", "CONFIRMED", "PREPARED"])),
                expressions=[("vehicle", "="), ("stay", "&&")],
                name="appointment_vehicle_in_one_place",
                violation_error_message="This car is booked at that time already, here or in another store.",
            ),
        ),
        migrations.AddConstraint(
            "appointment",
            models.CheckConstraint(
                condition=models.Q(
                    ("stay__endswith__gt", models.F("starts_at")),
                    ("stay__isempty", False),
                    ("stay__startswith", models.F("starts_at")),
                ),
                name="appointment_stay_begins_at_its_time",
            ),
        ),
    ]
