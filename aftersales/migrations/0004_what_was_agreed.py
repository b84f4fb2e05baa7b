"""What the customer agreed to: as it was shown, signed and promised."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models
from dms.core.append_only import AppendOnly
from dms.core.sql_files import SqlFile
from dms.core.updated_at import StampParent, StampUpdates


FILL = """
-- Rows of before say what they can; their rules look the other way for it.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE aftersales_promisechange DISABLE TRIGGER USER;
UPDATE aftersales_promisechange SET told_at = at,
    reason_id = (SELECT id FROM dms_reason WHERE kind = 'PROMISE' AND code = 'OTHER');
ALTER TABLE aftersales_promisechange ENABLE TRIGGER USER;
ALTER TABLE aftersales_workorder DISABLE TRIGGER USER;
UPDATE aftersales_workorder SET first_promised_at = NULL WHERE status IN ('DRAFT', 'ESTIMATED') AND first_promised_at IS NOT NULL;
UPDATE aftersales_workorder SET first_promised_at = coalesce(promised_at, opened_at), promised_at = coalesce(promised_at, opened_at)
    WHERE status NOT IN ('DRAFT', 'ESTIMATED', 'CANCELLED') AND first_promised_at IS NULL;
UPDATE aftersales_workorder w SET ready_at = coalesce((SELECT max(at) FROM aftersales_qualitycheck c
    WHERE c.work_order_id = w.id AND c.stage = 'FINAL' AND c.passed), status_at) WHERE status IN ('READY', 'SETTLED', 'RELEASED');
ALTER TABLE aftersales_workorder ENABLE TRIGGER USER;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0003_found_by_day'),
        ('crm', '0004_ways_back'),
        ('dms', '0005_reasons_of_the_workshop'),
        ('parts', '0001_parts_and_stock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('what', models.CharField(max_length=120, verbose_name='what was found')),
                ('cause', models.CharField(max_length=200, verbose_name='cause found')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('answer', models.CharField(blank=True, max_length=120, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
            ],
            options={
                'verbose_name': 'finding',
                'verbose_name_plural': 'findings',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SignedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('COMMISSION', 'Work order'), ('ADDENDUM', 'Addendum'), ('SETTLEMENT', 'Settlement sheet')], max_length=10, verbose_name='kind')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
            ],
            options={
                'verbose_name': 'signed paper',
                'verbose_name_plural': 'signed papers',
                'ordering': ['pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='promisechange',
            options={'ordering': ['-at', '-pk'], 'verbose_name': 'changed promise', 'verbose_name_plural': 'changed promises'},
        ),
        migrations.RemoveConstraint(
            model_name='checkin',
            name='checkin_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='checkin',
            name='checkin_kept',
        ),
        migrations.RemoveConstraint(
            model_name='promisechange',
            name='promisechange_has_reason',
        ),
        migrations.RemoveConstraint(
            model_name='workline',
            name='workline_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='workline',
            name='workline_moves',
        ),
        migrations.RemoveConstraint(
            model_name='workorder',
            name='workorder_promise_is_kept_frozen',
        ),
        migrations.AddField(
            model_name='authorisation',
            name='digest',
            field=models.CharField(blank=True, db_default='', max_length=64, verbose_name='digest of what was shown'),
        ),
        migrations.AddField(
            model_name='authorisation',
            name='shown',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list, verbose_name='lines shown'),
        ),
        migrations.AddField(
            model_name='authorisation',
            name='typed_name',
            field=models.CharField(blank=True, db_default='', max_length=80, verbose_name='name typed as signature'),
        ),
        migrations.RenameField(model_name="promisechange", old_name="reason", new_name="note"),
        migrations.AlterField(
            model_name='promisechange',
            name='note',
            field=models.CharField(blank=True, max_length=120, verbose_name='note'),
        ),
        migrations.AddField(
            model_name='promisechange',
            name='reason',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.reason', verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='promisechange',
            name='told_at',
            field=models.DateTimeField(null=True, verbose_name='told at'),
        ),
        migrations.AddField(
            model_name='promisechange',
            name='told_how',
            field=models.CharField(choices=[('PHONE', 'By phone'), ('WECHAT', 'WeChat'), ('MESSAGE', 'By message'), ('IN_PERSON', 'In person')], default='PHONE', max_length=10, verbose_name='customer told'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='settlement',
            name='signature',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.attachment', verbose_name='signature'),
        ),
        migrations.AddField(
            model_name='settlement',
            name='signed_name',
            field=models.CharField(blank=True, db_default='', max_length=80, verbose_name='signed by'),
        ),
        migrations.AddField(
            model_name='workorder',
            name='ready_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ready'),
        ),
        migrations.AlterField(
            model_name='authorisation',
            name='method',
            field=models.CharField(choices=[('SIGNATURE', 'Signature'), ('PHONE', 'By phone'), ('MESSAGE', 'By message'), ('WECHAT', 'WeChat'), ('IN_PERSON', 'In person')], max_length=10, verbose_name='method'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='promisechange',
            name='told_at',
            field=models.DateTimeField(verbose_name='told at'),
        ),
        migrations.AlterField(
            model_name='promisechange',
            name='reason',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.reason', verbose_name='reason'),
        ),
        migrations.AddConstraint(
            model_name='checkin',
            constraint=dms.core.row_rules.Frozen(but=['reading_id'], name='checkin_frozen'),
        ),
        migrations.AddConstraint(
            model_name='promisechange',
            constraint=models.CheckConstraint(condition=models.Q(('told_how__in', ['PHONE', 'WECHAT', 'MESSAGE', 'IN_PERSON'])), name='promisechange_told_how'),
        ),
        migrations.AddConstraint(
            model_name='promisechange',
            constraint=models.CheckConstraint(condition=models.Q(('told_at__lte', models.F('at'))), name='promisechange_told_before_noted', violation_error_message='The customer was told in the past: say when.'),
        ),
        migrations.AddConstraint(
            model_name='qualitycheck',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['SELF', 'TEAM', 'FINAL'])), name='qualitycheck_stage_known', violation_error_message='There is no such check.'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(('first_promised_at__isnull', True), ('promised_at__isnull', False), _connector='OR'), name='workorder_promise_is_kept_frozen'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'CANCELLED'), models.Q(('status__in', ['DRAFT', 'ESTIMATED']), ('first_promised_at__isnull', True)), models.Q(models.Q(('status__in', ['DRAFT', 'ESTIMATED']), _negated=True), models.Q(('first_promised_at__isnull', True), _negated=True)), _connector='OR'), name='workorder_promised_when_signed'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['READY', 'SETTLED', 'RELEASED']), ('ready_at__isnull', False)), models.Q(models.Q(('status__in', ['READY', 'SETTLED', 'RELEASED']), _negated=True), models.Q(('ready_at__isnull', False), _negated=True)), _connector='OR'), name='workorder_ready_has_time'),
        ),
        migrations.AddConstraint(
            model_name='workorder',
            constraint=dms.core.row_rules.Refused(name='workorder_ready_at_frozen', when='OLD.status = NEW.status AND OLD.ready_at IS DISTINCT FROM NEW.ready_at'),
        ),
        migrations.AddField(
            model_name='finding',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='finding',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='finding',
            name='photo',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.attachment', verbose_name='photo'),
        ),
        migrations.AddField(
            model_name='finding',
            name='work_order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='aftersales.workorder', verbose_name='work order'),
        ),
        migrations.AddField(
            model_name='workline',
            name='finding',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='aftersales.finding', verbose_name='finding'),
        ),
        migrations.AddConstraint(
            model_name='workline',
            constraint=dms.core.row_rules.Frozen(fields=['work_order', 'position', 'kind', 'operation', 'part', 'added_by', 'added_at', 'finding'], name='workline_frozen'),
        ),
        migrations.AddConstraint(
            model_name='workline',
            constraint=dms.core.row_rules.StatusMoves(begins=['PROPOSED'], name='workline_moves', steps={'AUTHORISED': ['DECLINED', 'DEFERRED', 'DONE', 'PROPOSED', 'STARTED'], 'DECLINED': ['PROPOSED'], 'DEFERRED': ['PROPOSED'], 'DONE': ['DECLINED', 'STARTED'], 'PROPOSED': ['AUTHORISED', 'DECLINED', 'DEFERRED'], 'STARTED': ['DONE']}),
        ),
        migrations.AddConstraint(
            model_name='workline',
            constraint=dms.core.row_rules.Refused(name='workline_done_stays', when="OLD.status = 'DONE' AND NEW.status = 'DECLINED' AND NEW.kind <> 'PART' OR OLD.status = 'DONE' AND NEW.status = 'STARTED' AND NEW.kind <> 'LABOUR'"),
        ),
        migrations.AddField(
            model_name='signedpaper',
            name='authorisation',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paper', to='aftersales.authorisation', verbose_name='authorisation'),
        ),
        migrations.AddField(
            model_name='signedpaper',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='signedpaper',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.attachment', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='signedpaper',
            name='work_order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='aftersales.workorder', verbose_name='work order'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['updated_at'], name='finding_updated_at'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('what__regex', '\\S'), ('cause__regex', '\\S')), name='finding_says_something', violation_error_message='Something is left blank that must be said.'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(models.Q(('answered_at__isnull', True), _negated=True), models.Q(('answered_by__isnull', True), _negated=True)), _connector='OR'), name='finding_answered_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=dms.core.row_rules.Frozen(fields=['work_order', 'what', 'cause', 'photo', 'by', 'at'], name='finding_frozen'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=dms.core.row_rules.Frozen(fields=['answer', 'answered_at', 'answered_by'], if_set='answered_at', name='finding_answer_frozen'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=dms.core.row_rules.Kept(name='finding_kept'),
        ),
        migrations.AddConstraint(
            model_name='signedpaper',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'ADDENDUM'), _negated=True), fields=('work_order', 'kind'), name='signedpaper_one_of_its_kind'),
        ),
        migrations.AddConstraint(
            model_name='signedpaper',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'SETTLEMENT'), ('authorisation__isnull', False), _connector='OR'), name='signedpaper_addendum_of_consent'),
        ),
        SqlFile("aftersales", "promise_kept"),
        SqlFile("aftersales", "consent_as_shown"),
        SqlFile("aftersales", "checkin_undone"),
        AppendOnly("aftersales_signedpaper"),
        StampParent("aftersales_finding", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_promisechange", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_signedpaper", "aftersales_workorder", "work_order_id"),
        StampUpdates("aftersales_finding"),
    ]
