"""The list of a recall knows who booked and who came."""

import dms.core.row_rules
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0016_complaints'),
        ('dms', '0015_calling_hours'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='recallentry',
            name='recallentry_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='recallentry',
            name='recallentry_status_has_time',
        ),
        migrations.RemoveConstraint(
            model_name='recallentry',
            name='recallentry_moves',
        ),
        migrations.AddField(
            model_name='recallentry',
            name='booked_at',
            field=models.DateTimeField(null=True, verbose_name='booked'),
        ),
        # Judged at once, as the table is altered again below.
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE; UPDATE crm_recallentry SET booked_at = ended_at WHERE status = 'BOOKED'",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='followup',
            name='ended_why',
            field=models.CharField(blank=True, choices=[('REACHED', 'Reached'), ('SENT', 'Sent'), ('NO_ANSWER', 'No answer'), ('GONE', 'Car gone or sold'), ('SUPERSEDED', 'The next one fell due'), ('STOPPED', 'Stopped'), ('PAUSED', 'The rule was switched off'), ('MISSED', 'Missed in an outage'), ('ANSWERED', 'Booked or came'), ('REFUSED', 'The customer does not want it')], max_length=12, verbose_name='how it ended'),
        ),
        migrations.AlterField(
            model_name='recallentry',
            name='status',
            field=models.CharField(choices=[('LISTED', 'Listed'), ('PRINTED', 'Printed'), ('MAILED', 'Mailed'), ('CALLED', 'Called'), ('BOOKED', 'Booked'), ('CAME', 'Came'), ('DECLINED', 'Declined'), ('VOID', 'Void')], default='LISTED', max_length=10, verbose_name='status'),
        ),
        migrations.AddConstraint(
            model_name='recallentry',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['LISTED', 'PRINTED', 'MAILED', 'CALLED', 'BOOKED', 'CAME', 'DECLINED', 'VOID'])), name='recallentry_status_known'),
        ),
        migrations.AddConstraint(
            model_name='recallentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'PRINTED'), _negated=True), ('printed_at__isnull', False), _connector='OR'), models.Q(models.Q(('status', 'MAILED'), _negated=True), ('mailed_at__isnull', False), _connector='OR'), models.Q(models.Q(('status__in', ['CALLED', 'DECLINED']), _negated=True), ('called_at__isnull', False), _connector='OR'), models.Q(models.Q(('status__in', ['BOOKED', 'CAME', 'DECLINED', 'VOID']), ('ended_at__isnull', False)), models.Q(models.Q(('status__in', ['BOOKED', 'CAME', 'DECLINED', 'VOID']), _negated=True), models.Q(('ended_at__isnull', False), _negated=True)), _connector='OR'), models.Q(models.Q(('status', 'BOOKED'), _negated=True), ('booked_at__isnull', False), _connector='OR')), name='recallentry_status_has_time'),
        ),
        migrations.AddConstraint(
            model_name='recallentry',
            constraint=dms.core.row_rules.StatusMoves(begins=['LISTED'], name='recallentry_moves', steps={'BOOKED': ['CALLED', 'CAME', 'LISTED', 'MAILED', 'PRINTED'], 'CALLED': ['BOOKED', 'CAME', 'DECLINED', 'VOID'], 'DECLINED': ['BOOKED', 'CAME'], 'LISTED': ['BOOKED', 'CAME', 'PRINTED', 'VOID'], 'MAILED': ['BOOKED', 'CALLED', 'CAME', 'DECLINED', 'VOID'], 'PRINTED': ['BOOKED', 'CAME', 'MAILED', 'VOID'], 'VOID': ['CALLED', 'LISTED', 'MAILED', 'PRINTED']}),
        ),
    ]
