"""Ways back of arrivals and checks; promises on open days, reasons of their kind; what let a car out stays paid."""

import dms.core.row_rules
from django.db import migrations, models

from dms.core.append_only import AppendOnly
from dms.core.sql_files import SqlFile

CHECKS = AppendOnly("aftersales_qualitycheck")


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0006_words_of_operations'),
        ('crm', '0004_ways_back'),
        ('dms', '0006_days_a_store_is_closed'),
    ]

    operations = [
        # What was given up before one had to say why says “other” from now on. Keys are judged first: a table with a check still
        # open cannot be altered.
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            + "".join(
                f"ALTER TABLE {table} DISABLE TRIGGER USER;"
                f" UPDATE {table} row SET cancel_reason_id = (SELECT id FROM dms_reason WHERE kind = {kind}"
                f" ORDER BY code <> 'OTHER', id LIMIT 1) WHERE status IN ({statuses}) AND cancel_reason_id IS NULL;"
                f" UPDATE {table} SET cancel_reason_id = NULL"
                f" WHERE status NOT IN ({statuses}) AND cancel_reason_id IS NOT NULL;"
                f" ALTER TABLE {table} ENABLE TRIGGER USER;"
                for table, statuses, kind in (
                    (
                        "aftersales_appointment",
                        "'CANCELLED', 'NO_SHOW'",
                        "CASE row.status WHEN 'NO_SHOW' THEN 'NO_SHOW' ELSE 'CANCEL' END",
                    ),
                    ("aftersales_workorder", "'CANCELLED'", "'WORK_CANCEL'"),
                )
            )
            + "SET CONSTRAINTS ALL DEFERRED",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint(
            model_name='appointment',
            name='appointment_moves',
        ),
        migrations.RemoveConstraint(
            model_name='workorder',
            name='workorder_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='workorder',
            name='workorder_moves',
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['PHONE', 'DESK', 'RECALL', 'ONLINE'])), name='appointment_channel_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['CANCELLED', 'NO_SHOW']), ('cancel_reason__isnull', False)), models.Q(models.Q(('status__in', ['CANCELLED', 'NO_SHOW']), _negated=True), models.Q(('cancel_reason__isnull', False), _negated=True)), _connector='OR'), name='appointment_given_up_has_reason', violation_error_message='Choose a reason of this list.'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=dms.core.row_rules.StatusMoves(begins=['BOOKED'], name='appointment_moves', steps={'ARRIVED': ['BOOKED'], 'BOOKED': ['ARRIVED', 'CANCELLED', 'CONFIRMED', 'NO_SHOW', 'PREPARED'], 'CONFIRMED': ['ARRIVED', 'CANCELLED', 'NO_SHOW', 'PREPARED'], 'PREPARED': ['ARRIVED', 'CANCELLED', 'NO_SHOW']}),
        ),
        migrations.AddConstraint(
            model_name='authorisation',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['SIGNATURE', 'PHONE', 'MESSAGE', 'WECHAT', 'IN_PERSON'])), name='authorisation_method_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='workline',
            constraint=models.CheckConstraint(condition=models.Q(('payer__in', ['CUSTOMER', 'WARRANTY', 'INTERNAL', 'INSURANCE', 'GOODWILL', 'FREE'])), name='workline_payer_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=dms.core.row_rules.Frozen(fields=['number', 'store', 'vehicle', 'opened_at', 'key'], name='workorder_frozen'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=dms.core.row_rules.Refused(name='workorder_appointment_frozen', when="OLD.appointment_id IS DISTINCT FROM NEW.appointment_id AND NOT (NEW.appointment_id IS NULL AND NEW.status = 'CANCELLED' AND OLD.status <> 'CANCELLED')"),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'CANCELLED'), ('cancel_reason__isnull', False)), models.Q(models.Q(('status', 'CANCELLED'), _negated=True), models.Q(('cancel_reason__isnull', False), _negated=True)), _connector='OR'), name='workorder_cancelled_has_reason', violation_error_message='Choose a reason of this list.'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(('old_parts__in', ['TAKE', 'DISPOSE', 'CLAIM'])), name='workorder_old_parts_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=dms.core.row_rules.StatusMoves(begins=['DRAFT'], name='workorder_moves', steps={'AUTHORISED': ['CANCELLED', 'DISPATCHED'], 'DISPATCHED': ['CANCELLED', 'IN_PROGRESS'], 'DRAFT': ['CANCELLED', 'ESTIMATED'], 'ESTIMATED': ['AUTHORISED', 'CANCELLED', 'DRAFT'], 'IN_PROGRESS': ['CANCELLED', 'ON_HOLD', 'SELF_CHECKED'], 'ON_HOLD': ['CANCELLED', 'IN_PROGRESS'], 'PASSED': ['IN_PROGRESS', 'READY', 'TEAM_CHECKED'], 'READY': ['IN_PROGRESS', 'PASSED', 'SETTLED'], 'SELF_CHECKED': ['IN_PROGRESS', 'TEAM_CHECKED'], 'SETTLED': ['RELEASED'], 'TEAM_CHECKED': ['IN_PROGRESS', 'PASSED', 'SELF_CHECKED']}),
        ),
        # What was cancelled before lets its booking go as well.
        migrations.RunSQL(
            "ALTER TABLE aftersales_workorder DISABLE TRIGGER USER;"
            " UPDATE aftersales_workorder SET appointment_id = NULL WHERE status = 'CANCELLED';"
            " ALTER TABLE aftersales_workorder ENABLE TRIGGER USER",
            migrations.RunSQL.noop,
        ),
        # Checks stay as they were made; withdrawn they may be, by the rule that follows.
        migrations.RunSQL(
            "DROP TRIGGER aftersales_qualitycheck_append_only ON aftersales_qualitycheck",
            CHECKS.sql.split(";")[0],
        ),
        SqlFile("aftersales", "check_withdrawn"),
        SqlFile("aftersales", "arrival_undone"),
        SqlFile("aftersales", "promise_on_open_day"),
        SqlFile("aftersales", "reason_of_its_kind"),
        SqlFile("aftersales", "refund_leaves_visit_paid"),
    ]
