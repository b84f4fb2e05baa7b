"""Choices are of their list, and reasons of their kind, in the database too."""

import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0007_vouched_vins'),
        ('dms', '0009_reasons_of_their_kind'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='contact',
            constraint=dms.core.row_rules.ReasonOf(field='reason', kind='RECALL_REFUSAL', name='contact_for_a_reason_of_it'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('channel__in', ('CALL', 'LETTER', 'SMS', 'VISIT'))), name='contact_channel_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('direction__in', ('OUT', 'IN'))), name='contact_direction_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('result__in', ('DONE', 'BOOKED', 'LATER', 'INTERESTED', 'KM_NOT_REACHED', 'AWAY', 'NO_TIME', 'NO_ANSWER', 'POWERED_OFF', 'NO_SUCH_NUMBER', 'REJECTED', 'SUSPENDED', 'NOT_CALLED', 'REFUSED', 'SOLD', 'HUNG_UP', 'BROKEN_OFF', 'TAXI', 'GIVEN_AWAY', 'OTHER'))), name='contact_result_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('next_step__in', ('', 'CALL', 'BOOK', 'COMPLAINT', 'SEND'))), name='contact_next_step_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='recallentry',
            constraint=dms.core.row_rules.ReasonOf(field='reason', kind='RECALL_REFUSAL', name='recallentry_for_a_reason_of_it'),
        ),
    ]
