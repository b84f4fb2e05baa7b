"""Reasons of their kind by the rule that all apps have (``ReasonOf``), in place of a function of this one; papers of known kinds."""

import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models

from dms.core.sql_files import SqlFile

BEFORE = SqlFile("aftersales", "reason_of_its_kind")


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0007_ways_back_and_known_kinds'),
        ('crm', '0008_choices_known'),
        ('dms', '0014_limit_of_look_ups'),
        ('parts', '0005_choices_known'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=dms.core.row_rules.ReasonOf(field='cancel_reason', kind='CANCEL', name='appointment_cancelled_for_its_reason', since=['CANCELLED']),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=dms.core.row_rules.ReasonOf(field='cancel_reason', kind='NO_SHOW', name='appointment_missed_for_its_reason', since=['NO_SHOW']),
        ),
        migrations.AddConstraint(
            model_name='holdperiod',
            constraint=dms.core.row_rules.ReasonOf(field='reason', kind='HOLD', name='hold_for_a_reason_of_it'),
        ),
        migrations.AddConstraint(
            model_name='promisechange',
            constraint=dms.core.row_rules.ReasonOf(field='reason', kind='PROMISE', name='promisechange_for_a_reason_of_it'),
        ),
        migrations.AddConstraint(
            model_name='signedpaper',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('kind__in', ('COMMISSION', 'ADDENDUM', 'SETTLEMENT'))), name='signedpaper_kind_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='workline',
            constraint=dms.core.row_rules.ReasonOf(field='reason', kind='DECLINE', name='workline_declined_for_a_reason_of_it'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=dms.core.row_rules.ReasonOf(field='cancel_reason', kind='WORK_CANCEL', name='workorder_cancelled_for_a_reason_of_it'),
        ),
    ]
