"""Birthdays, anniversaries and festivals as rules, switched off at first."""

import django.db.models.deletion
import django.db.models.functions.datetime
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models

from dms.core.updated_at import StampUpdates


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0020_recall_measured'),
        ('dms', '0018_recall_measured'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Festival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('is_lunar', models.BooleanField(default=True, verbose_name='lunar calendar')),
                ('month', models.PositiveSmallIntegerField(verbose_name='month')),
                ('day', models.PositiveSmallIntegerField(help_text="The 30th of a short month is its 29th: so New Year's Eve is 12-30.", verbose_name='day')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'festival',
                'verbose_name_plural': 'festivals',
                'ordering': ['is_lunar', 'month', 'day'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='cadence',
            name='cadence_trigger_known',
        ),
        migrations.RemoveConstraint(
            model_name='survey',
            name='survey_occasion_known',
        ),
        migrations.AddField(
            model_name='cadence',
            name='wished_on',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='contactperson',
            name='birthday_is_lunar',
            field=models.BooleanField(default=False, verbose_name='lunar calendar'),
        ),
        migrations.AlterField(
            model_name='cadence',
            name='trigger',
            field=models.CharField(choices=[('DELIVERY', 'Delivery'), ('SETTLEMENT', 'Service settled'), ('QUALITY_CALLED', 'Quality call made'), ('RECALL_MAILED', 'Recall letter mailed'), ('UNREACHED', 'Calls not answered'), ('NUMBER_DEAD', 'Number found dead'), ('BIRTHDAY', 'Birthday'), ('FAMILY_BIRTHDAY', 'Birthday in the family'), ('CAR_ANNIVERSARY', 'Anniversary of the car'), ('FESTIVAL', 'Festival')], max_length=16, verbose_name='counts from'),
        ),
        migrations.AlterField(
            model_name='survey',
            name='occasion',
            field=models.CharField(choices=[('DELIVERY', 'Delivery'), ('SETTLEMENT', 'Service settled'), ('QUALITY_CALLED', 'Quality call made'), ('RECALL_MAILED', 'Recall letter mailed'), ('UNREACHED', 'Calls not answered'), ('NUMBER_DEAD', 'Number found dead'), ('BIRTHDAY', 'Birthday'), ('FAMILY_BIRTHDAY', 'Birthday in the family'), ('CAR_ANNIVERSARY', 'Anniversary of the car'), ('FESTIVAL', 'Festival')], max_length=16, verbose_name='occasion'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('occasion__in', ('DELIVERY', 'SETTLEMENT', 'QUALITY_CALLED', 'RECALL_MAILED', 'UNREACHED', 'NUMBER_DEAD', 'BIRTHDAY', 'FAMILY_BIRTHDAY', 'CAR_ANNIVERSARY', 'FESTIVAL'))), name='survey_occasion_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='festival',
            constraint=models.CheckConstraint(condition=models.Q(('day__gte', 1), ('day__lte', 31), ('month__gte', 1), ('month__lte', 12), models.Q(('is_lunar', False), ('day__lte', 30), _connector='OR'), models.Q(('day__gt', 29), ('is_lunar', False), ('month', 2), _negated=True), models.Q(('day__gt', 30), ('is_lunar', False), ('month__in', [4, 6, 9, 11]), _negated=True)), name='festival_day_exists', violation_error_message='There is no such day in that calendar.'),
        ),
        migrations.AddField(
            model_name='cadence',
            name='festival',
            field=models.ForeignKey(blank=True, help_text='Of a rule that counts from one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cadences', to='crm.festival', verbose_name='festival'),
        ),
        migrations.AddConstraint(
            model_name='cadence',
            constraint=models.CheckConstraint(condition=models.Q(('trigger__in', ['DELIVERY', 'SETTLEMENT', 'QUALITY_CALLED', 'RECALL_MAILED', 'UNREACHED', 'NUMBER_DEAD', 'BIRTHDAY', 'FAMILY_BIRTHDAY', 'CAR_ANNIVERSARY', 'FESTIVAL']), ('channel__in', ['CALL', 'LETTER', 'SMS', 'VISIT'])), name='cadence_trigger_known', violation_error_message='Choose the trigger and the channel from the list.'),
        ),
        migrations.AddConstraint(
            model_name='cadence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('trigger', 'FESTIVAL'), ('festival__isnull', False)), models.Q(models.Q(('trigger', 'FESTIVAL'), _negated=True), models.Q(('festival__isnull', False), _negated=True)), _connector='OR'), name='cadence_names_its_festival', violation_error_message='Choose the festival, and only where the rule counts from one.'),
        ),
        StampUpdates("crm_festival"),
    ]
