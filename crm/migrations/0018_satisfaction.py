"""Satisfaction: questionnaires as data, and what each customer answered."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models

from crm import presets
from dms.core.sql_files import SqlFile
from dms.core.updated_at import StampUpdates


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0017_recall_tied_to_visits'),
        ('dms', '0016_satisfaction'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('counted', models.BooleanField(default=True, help_text='Counted, and asked of a customer at most once in thirty days. Otherwise the points of a call.', verbose_name='satisfaction')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'questionnaire',
                'verbose_name_plural': 'questionnaires',
                'ordering': ['pk'],
            },
        ),
        migrations.AlterField(
            model_name='followup',
            name='ended_why',
            field=models.CharField(blank=True, choices=[('REACHED', 'Reached'), ('SENT', 'Sent'), ('NO_ANSWER', 'No answer'), ('GONE', 'Car gone or sold'), ('SUPERSEDED', 'The next one fell due'), ('STOPPED', 'Stopped'), ('PAUSED', 'The rule was switched off'), ('MISSED', 'Missed in an outage'), ('ASKED', 'Asked within thirty days'), ('ANSWERED', 'Booked or came'), ('REFUSED', 'The customer does not want it')], max_length=12, verbose_name='how it ended'),
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('kind', models.CharField(choices=[('NPS', 'Would recommend us, 0 to 10'), ('SCORE', 'Marks, 1 to 5'), ('YES_NO', 'Yes or no')], default='SCORE', max_length=6, verbose_name='kind')),
                ('complains', models.BooleanField(default=False, help_text='Of a question for yes or no: a yes opens a complaint.', verbose_name='a yes is a complaint')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='place')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='crm.questionnaire', verbose_name='questionnaire')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['questionnaire', 'order', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='cadence',
            name='questionnaire',
            field=models.ForeignKey(blank=True, help_text='Asked in the call, or by a link in the text message.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cadences', to='crm.questionnaire', verbose_name='questionnaire'),
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('counted', models.BooleanField(default=True, editable=False, verbose_name='satisfaction')),
                ('occasion', models.CharField(choices=[('DELIVERY', 'Delivery'), ('SETTLEMENT', 'Service settled'), ('QUALITY_CALLED', 'Quality call made'), ('RECALL_MAILED', 'Recall letter mailed'), ('UNREACHED', 'Calls not answered'), ('NUMBER_DEAD', 'Number found dead')], max_length=16, verbose_name='occasion')),
                ('about', models.CharField(blank=True, max_length=40, verbose_name='document')),
                ('status', models.CharField(choices=[('ASKED', 'Asked'), ('ANSWERED', 'Answered'), ('DECLINED', 'Would not answer'), ('VOID', 'Noted by mistake')], default='ASKED', max_length=8, verbose_name='status')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('nps', models.PositiveSmallIntegerField(null=True, verbose_name='would recommend us')),
                ('words', models.TextField(blank=True, verbose_name='words of the customer')),
                ('token_hash', models.CharField(max_length=64, null=True, unique=True)),
                ('expires_at', models.DateTimeField(null=True, verbose_name='open until')),
                ('void_reason', models.CharField(blank=True, max_length=120, verbose_name='why it is void')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('complaint', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='survey', to='crm.complaint', verbose_name='complaint')),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='crm.contact', verbose_name='contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='crm.customer', verbose_name='customer')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='crm.questionnaire', verbose_name='questionnaire')),
                ('reason', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.reason', verbose_name='main reason')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='dms.store', verbose_name='store')),
                ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='crm.vehicle', verbose_name='vehicle')),
            ],
            options={
                'verbose_name': 'survey',
                'verbose_name_plural': 'surveys',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveSmallIntegerField(verbose_name='value')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='crm.question', verbose_name='question')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='crm.survey', verbose_name='survey')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'ordering': ['survey', 'question__order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SurveyPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('ADVISER', 'Adviser'), ('TECHNICIAN', 'Technician')], max_length=10, verbose_name='part')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='crm.survey', verbose_name='survey')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'person judged',
                'verbose_name_plural': 'people judged',
                'ordering': ['survey', 'part', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(fields=('questionnaire', 'code'), name='question_code_unique', violation_error_message='This questionnaire already has a question of that code.'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(condition=models.Q(('active', True), ('kind', 'NPS')), fields=('questionnaire',), name='question_one_recommendation', violation_error_message='A questionnaire asks once whether they would recommend us.'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('kind__in', ('NPS', 'SCORE', 'YES_NO'))), name='question_kind_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddIndex(
            model_name='survey',
            index=models.Index(fields=['store', '-asked_at'], name='survey_store'),
        ),
        migrations.AddIndex(
            model_name='survey',
            index=models.Index(fields=['customer', '-asked_at'], name='survey_customer'),
        ),
        migrations.AddIndex(
            model_name='survey',
            index=models.Index(fields=['updated_at'], name='survey_updated_at'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['ASKED', 'ANSWERED', 'DECLINED', 'VOID'])), name='survey_status_known'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'VOID'), models.Q(('status', 'ANSWERED'), ('answered_at__isnull', False)), models.Q(models.Q(('status', 'ANSWERED'), _negated=True), models.Q(('answered_at__isnull', False), _negated=True)), _connector='OR'), models.Q(('answered_at__isnull', True), ('answered_at__gte', models.F('asked_at')), _connector='OR')), name='survey_answered_has_time', violation_error_message='An answer has its moment, which is not before the question.'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(('nps__isnull', True), models.Q(('nps__gte', 0), ('nps__lte', 10)), _connector='OR'), name='survey_nps_of_ten', violation_error_message='From 0 to 10.'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'VOID'), _negated=True), ('void_reason__regex', '\\S'), _connector='OR'), name='survey_void_says_why', violation_error_message='Say why it is void.'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('token_hash__isnull', False), ('expires_at__isnull', False)), models.Q(models.Q(('token_hash__isnull', False), _negated=True), models.Q(('expires_at__isnull', False), _negated=True)), _connector='OR'), name='survey_link_ends', violation_error_message='A link has an end.'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(('token_hash__regex', '\\S')), name='survey_says_something', violation_error_message='Something is left blank that must be said.'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('occasion__in', ('DELIVERY', 'SETTLEMENT', 'QUALITY_CALLED', 'RECALL_MAILED', 'UNREACHED', 'NUMBER_DEAD'))), name='survey_occasion_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=dms.core.row_rules.ReasonOf(field='reason', kind='SATISFACTION', name='survey_for_a_reason_of_it'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=dms.core.row_rules.Frozen(fields=['store', 'questionnaire', 'counted', 'occasion', 'about', 'asked_at', 'token_hash'], name='survey_frozen'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=dms.core.row_rules.Frozen(fields=['contact', 'answered_at', 'nps', 'complaint'], name='survey_answer_frozen', once=True),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=dms.core.row_rules.Frozen(fields=['words', 'reason'], if_set='answered_at', name='survey_words_frozen'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=dms.core.row_rules.Frozen(fields=['customer'], name='survey_customer_frozen', same='crm_same_customer'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=dms.core.row_rules.Kept(name='survey_kept'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=dms.core.row_rules.StatusMoves(begins=['ASKED'], name='survey_moves', steps={'ANSWERED': ['VOID'], 'ASKED': ['ANSWERED', 'DECLINED', 'VOID'], 'DECLINED': ['VOID'], 'VOID': ['ANSWERED', 'ASKED', 'DECLINED']}),
        ),
        migrations.AddConstraint(
            model_name='surveyanswer',
            constraint=models.UniqueConstraint(fields=('survey', 'question'), name='surveyanswer_unique'),
        ),
        migrations.AddConstraint(
            model_name='surveyanswer',
            constraint=models.CheckConstraint(condition=models.Q(('value__lte', 10)), name='surveyanswer_in_range', violation_error_message='From 0 to 10.'),
        ),
        migrations.AddConstraint(
            model_name='surveyanswer',
            constraint=dms.core.row_rules.Frozen(name='surveyanswer_frozen'),
        ),
        migrations.AddConstraint(
            model_name='surveyanswer',
            constraint=dms.core.row_rules.Kept(name='surveyanswer_kept'),
        ),
        migrations.AddConstraint(
            model_name='surveyperson',
            constraint=models.UniqueConstraint(fields=('survey', 'user', 'part'), name='surveyperson_unique'),
        ),
        migrations.AddConstraint(
            model_name='surveyperson',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('part__in', ('ADVISER', 'TECHNICIAN'))), name='surveyperson_part_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='surveyperson',
            constraint=dms.core.row_rules.Frozen(name='surveyperson_frozen'),
        ),
        migrations.AddConstraint(
            model_name='surveyperson',
            constraint=dms.core.row_rules.Kept(name='surveyperson_kept'),
        ),
        SqlFile("crm", "survey_apart"),
        StampUpdates("crm_questionnaire"),
        StampUpdates("crm_survey"),
        migrations.RunPython(lambda apps, _editor: presets.load_questionnaires(apps), migrations.RunPython.noop),
    ]
