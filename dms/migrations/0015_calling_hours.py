"""Calling hours are data of a store and a weekday; a holiday may be one store’s."""

import datetime
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dms', '0014_limit_of_look_ups'),
    ]

    operations = [
        migrations.CreateModel(
            name='CallingHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='weekday')),
                ('calls_from', models.TimeField(blank=True, default=datetime.time(9, 0), null=True, verbose_name='calls from')),
                ('calls_until', models.TimeField(blank=True, default=datetime.time(19, 30), help_text='Both empty: nobody is called on that weekday.', null=True, verbose_name='calls until')),
            ],
            options={
                'verbose_name': 'calling hours',
                'verbose_name_plural': 'calling hours',
                'ordering': [models.OrderBy(models.F('store'), nulls_first=True), 'weekday'],
            },
        ),
        migrations.AlterModelOptions(
            name='holidayoverride',
            options={'ordering': ['-day', 'store'], 'verbose_name': 'holiday override', 'verbose_name_plural': 'holiday overrides'},
        ),
        migrations.AddField(
            model_name='holidayoverride',
            name='store',
            field=models.ForeignKey(blank=True, help_text='Empty: every store. What a store says of its own goes before.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='dms.store', verbose_name='store'),
        ),
        migrations.AlterField(
            model_name='holidayoverride',
            name='day',
            field=models.DateField(verbose_name='day'),
        ),
        migrations.AddConstraint(
            model_name='holidayoverride',
            constraint=models.UniqueConstraint(fields=('day', 'store'), name='holidayoverride_once_a_day', nulls_distinct=False, violation_error_message='This day is decided already. Change that row.'),
        ),
        migrations.AddField(
            model_name='callinghour',
            name='store',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calling_hours', to='dms.store', verbose_name='store'),
        ),
        migrations.AddConstraint(
            model_name='callinghour',
            constraint=models.UniqueConstraint(fields=('store', 'weekday'), name='callinghour_once_a_weekday', nulls_distinct=False, violation_error_message='The hours of this weekday are there already. Change that row.'),
        ),
        migrations.AddConstraint(
            model_name='callinghour',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__in', [0, 1, 2, 3, 4, 5, 6])), name='callinghour_weekday_known', violation_error_message='Choose a weekday from the list.'),
        ),
        migrations.AddConstraint(
            model_name='callinghour',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('calls_from__isnull', True), ('calls_until__isnull', True)), models.Q(('calls_from__isnull', False), ('calls_from__lt', models.F('calls_until')), ('calls_until__isnull', False)), _connector='OR'), name='callinghour_begins_before_it_ends', violation_error_message='Calling begins before it ends; leave both empty when nobody is called.'),
        ),
        migrations.AddConstraint(
            model_name='callinghour',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__in', [5, 6]), ('calls_from__isnull', False), _connector='OR'), name='callinghour_on_working_days', violation_error_message='Only Saturday and Sunday can be without calls. Enter single days as holidays.'),
        ),
    ]
