"""Choices are of their list, and reasons of their kind, in the database too."""

import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dms', '0009_reasons_of_their_kind'),
        ('parts', '0004_numbers_as_printed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='lostsale',
            constraint=dms.core.row_rules.ReasonOf(field='reason', kind='LOST_SALE', name='lostsale_for_a_reason_of_it'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('handling__in', ('NORMAL', 'HAZARD', 'FRAGILE'))), name='part_handling_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='stockmove',
            constraint=dms.core.row_rules.ReasonOf(field='reason', kind='STOCK_DIFFERENCE', name='move_for_a_reason_of_it'),
        ),
    ]
