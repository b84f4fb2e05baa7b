"""What customers let us do: their words as a ledger, what holds without one, the purpose of every rule."""

import django.db.models.deletion
import django.utils.timezone
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models

from crm import presets
from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0011_calendar_of_promises'),
        ('dms', '0015_calling_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('SERVICE', 'After-service contact'), ('CARE', 'Care'), ('MARKETING', 'Marketing'), ('SURVEY', 'Survey')], max_length=10, verbose_name='purpose')),
                ('channel', models.CharField(choices=[('CALL', 'Call'), ('SMS', 'Text message'), ('LETTER', 'Letter'), ('WECHAT', 'WeChat')], max_length=8, verbose_name='channel')),
                ('given', models.BooleanField(verbose_name='given')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('how', models.CharField(choices=[('SPOKEN', 'Said to us'), ('WRITTEN', 'In writing'), ('SIGNED', 'Signed'), ('ONLINE', 'Online'), ('TAKEN_OVER', 'From earlier notes')], max_length=10, verbose_name='how')),
                ('text_version', models.CharField(blank=True, max_length=40, verbose_name='version of the text')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ConsentDefault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('SERVICE', 'After-service contact'), ('CARE', 'Care'), ('MARKETING', 'Marketing'), ('SURVEY', 'Survey')], max_length=10, verbose_name='purpose')),
                ('channel', models.CharField(choices=[('CALL', 'Call'), ('SMS', 'Text message'), ('LETTER', 'Letter'), ('WECHAT', 'WeChat')], max_length=8, verbose_name='channel')),
                ('allowed', models.BooleanField(default=False, verbose_name='allowed until they say no')),
            ],
            options={
                'verbose_name': 'contact without a word of the customer',
                'verbose_name_plural': 'contacts without a word of the customer',
                'ordering': ['purpose', 'channel'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='contact',
            name='contact_has_result',
        ),
        migrations.RemoveConstraint(
            model_name='contact',
            name='contact_result_known',
        ),
        migrations.AddField(
            model_name='cadence',
            name='purpose',
            field=models.CharField(choices=[('SERVICE', 'After-service contact'), ('CARE', 'Care'), ('MARKETING', 'Marketing'), ('SURVEY', 'Survey')], default='CARE', help_text='Whoever refuses this is not contacted by the rule.', max_length=10, verbose_name='purpose'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='result',
            field=models.CharField(choices=[('DONE', 'Done'), ('BOOKED', 'Booked'), ('LATER', 'Call again'), ('INTERESTED', 'Wants to book'), ('KM_NOT_REACHED', 'Mileage not reached'), ('AWAY', 'Car used elsewhere'), ('NO_TIME', 'No time'), ('NO_ANSWER', 'No answer'), ('POWERED_OFF', 'Powered off'), ('NO_SUCH_NUMBER', 'No such number'), ('REJECTED', 'Rejected'), ('SUSPENDED', 'Out of service'), ('NOT_CALLED', 'Not called'), ('REFUSED', 'Refused'), ('SOLD', 'Sold on'), ('HUNG_UP', 'Hung up'), ('BROKEN_OFF', 'Broken off'), ('TAXI', 'Taxi'), ('GIVEN_AWAY', 'Given away'), ('OTHER', 'Other'), ('DO_NOT_CALL', 'Do not call me')], max_length=16, verbose_name='result'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='ended_why',
            field=models.CharField(blank=True, choices=[('REACHED', 'Reached'), ('SENT', 'Sent'), ('NO_ANSWER', 'No answer'), ('GONE', 'Car gone or sold'), ('SUPERSEDED', 'The next one fell due'), ('STOPPED', 'Stopped'), ('PAUSED', 'The rule was switched off'), ('MISSED', 'Missed in an outage'), ('REFUSED', 'The customer does not want it')], max_length=12, verbose_name='how it ended'),
        ),
        migrations.AddConstraint(
            model_name='cadence',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['SERVICE', 'CARE', 'MARKETING', 'SURVEY'])), name='cadence_purpose_known', violation_error_message='Choose the purpose from the list.'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('result__in', ['DONE', 'BOOKED', 'LATER', 'INTERESTED', 'KM_NOT_REACHED', 'AWAY', 'NO_TIME', 'NO_ANSWER', 'POWERED_OFF', 'NO_SUCH_NUMBER', 'REJECTED', 'SUSPENDED', 'NOT_CALLED', 'REFUSED', 'SOLD', 'HUNG_UP', 'BROKEN_OFF', 'TAXI', 'GIVEN_AWAY', 'OTHER', 'DO_NOT_CALL'])), name='contact_has_result', violation_error_message='Choose what came of the call: without a result it does not count.'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('result__in', ('DONE', 'BOOKED', 'LATER', 'INTERESTED', 'KM_NOT_REACHED', 'AWAY', 'NO_TIME', 'NO_ANSWER', 'POWERED_OFF', 'NO_SUCH_NUMBER', 'REJECTED', 'SUSPENDED', 'NOT_CALLED', 'REFUSED', 'SOLD', 'HUNG_UP', 'BROKEN_OFF', 'TAXI', 'GIVEN_AWAY', 'OTHER', 'DO_NOT_CALL'))), name='contact_result_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddField(
            model_name='consent',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='consent',
            name='contact',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='crm.contact', verbose_name='said in the contact'),
        ),
        migrations.AddField(
            model_name='consent',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='crm.customer', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='consent',
            name='store',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.store', verbose_name='store'),
        ),
        migrations.AddField(
            model_name='consent',
            name='undoes',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone', to='crm.consent', verbose_name='was noted wrongly'),
        ),
        migrations.AddConstraint(
            model_name='consentdefault',
            constraint=models.UniqueConstraint(fields=('purpose', 'channel'), name='consentdefault_once_a_cell', violation_error_message='Purpose and channel are there already. Change that row.'),
        ),
        migrations.AddConstraint(
            model_name='consentdefault',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('purpose__in', ('SERVICE', 'CARE', 'MARKETING', 'SURVEY'))), name='consentdefault_purpose_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='consentdefault',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('channel__in', ('CALL', 'SMS', 'LETTER', 'WECHAT'))), name='consentdefault_channel_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(fields=['customer', 'purpose', 'channel', '-at', '-id'], name='consent_word'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('purpose__in', ('SERVICE', 'CARE', 'MARKETING', 'SURVEY'))), name='consent_purpose_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('channel__in', ('CALL', 'SMS', 'LETTER', 'WECHAT'))), name='consent_channel_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=dms.core.row_rules.StoredCheck(condition=models.Q(('how__in', ('SPOKEN', 'WRITTEN', 'SIGNED', 'ONLINE', 'TAKEN_OVER'))), name='consent_how_known', violation_error_message='This is none of the choices. Choose one of the list.'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('given', False), models.Q(('how__in', ['WRITTEN', 'SIGNED', 'ONLINE']), _negated=True), ('text_version__regex', '\\S'), _connector='OR'), name='consent_written_names_its_text', violation_error_message='Name the version of the text that the customer agreed to.'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('undoes', models.F('id')), _negated=True), name='consent_undoes_another', violation_error_message='A counter-row undoes another row, not itself.'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=dms.core.row_rules.Frozen(but=['customer_id'], name='consent_frozen'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=dms.core.row_rules.Frozen(fields=['customer'], name='consent_customer_frozen', same='crm_same_customer'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=dms.core.row_rules.Kept(name='consent_kept'),
        ),
        migrations.AddConstraint(
            model_name='consentdefault',
            constraint=dms.core.row_rules.Frozen(fields=['purpose', 'channel'], name='consentdefault_cell_frozen'),
        ),
        migrations.AddConstraint(
            model_name='consentdefault',
            constraint=dms.core.row_rules.Kept(name='consentdefault_kept'),
        ),
        SqlFile("crm", "consent"),
        migrations.RunPython(lambda apps, _editor: presets.load_consents(apps), migrations.RunPython.noop),
        # What was refused in another way until now. After all tables are made: they are not altered any more.
        SqlFile("crm", "consents_taken_over"),
    ]
