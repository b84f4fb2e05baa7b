"""The next maintenance of a car by months and mileage, read by one view."""

from pathlib import Path

from django.db import migrations, models

VIEW = Path(__file__).resolve().parent / "sql" / "next_maintenance.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0018_satisfaction'),
    ]

    operations = [
        migrations.AddField(
            model_name='recallcampaign',
            name='joined_on',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='servicerecord',
            name='elsewhere',
            field=models.BooleanField(default=False, verbose_name='by another workshop'),
        ),
        migrations.AddField(
            model_name='servicerecord',
            name='km',
            field=models.PositiveIntegerField(null=True, verbose_name='mileage (km)'),
        ),
        migrations.AddField(
            model_name='servicerecord',
            name='next_km',
            field=models.PositiveIntegerField(null=True, verbose_name='next maintenance (km)'),
        ),
        migrations.AddField(
            model_name='servicerecord',
            name='next_on',
            field=models.DateField(null=True, verbose_name='next maintenance'),
        ),
        migrations.RunSQL(VIEW.read_text(encoding="utf-8"), "DROP VIEW crm_next_maintenance"),
    ]
