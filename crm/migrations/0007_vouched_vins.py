"""A VIN whose check digit does not fit has its reason."""

import crm.models.vins
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0006_undo_merging'),
        ('dms', '0006_days_a_store_is_closed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        SqlFile("crm", "vin_fits"),
        migrations.AddField(
            model_name='vehicle',
            name='vin_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='why the VIN is right'),
        ),
        migrations.AddField(
            model_name='vehicle',
            name='vin_reason_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='time'),
        ),
        migrations.AddField(
            model_name='vehicle',
            name='vin_reason_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        # Those that were taken while nobody was asked for a reason.
        migrations.RunSQL(
            "UPDATE crm_vehicle SET vin_reason = 'taken before reasons were asked for', vin_reason_at = now()"
            " WHERE vin IS NOT NULL AND NOT crm_vin_fits(vin)",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='vehicle',
            constraint=models.CheckConstraint(condition=models.Q(('vin__isnull', True), crm.models.vins.VinFits(models.F('vin')), ('vin_reason__regex', '\\S'), _connector='OR'), name='vehicle_vin_vouched', violation_error_message='The check digit (9th place) does not fit: compare with the metal of the car. If it says so, note why it is right.'),
        ),
        migrations.AddConstraint(
            model_name='vehicle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('vin_reason', ''), ('vin_reason_at__isnull', True)), models.Q(('vin_reason__regex', '\\S'), ('vin_reason_at__isnull', False)), _connector='OR'), name='vehicle_vin_reason_dated', violation_error_message='Why a VIN is right is kept with the moment at which it was said.'),
        ),
    ]
