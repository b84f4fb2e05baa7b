"""A default that is never missing, what pauses and outages leave behind, lateness that climbs, and holidays that yield."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crm import presets
from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0010_written_to_when_not_reached'),
        ('dms', '0015_calling_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(blank=True, choices=[('reception', 'Receptionist'), ('adviser', 'Sales adviser'), ('sales_manager', 'Sales manager'), ('service_adviser', 'Service adviser'), ('workshop', 'Workshop head'), ('technician', 'Technician'), ('team_leader', 'Team leader'), ('inspector', 'Quality inspector'), ('parts_clerk', 'Parts clerk'), ('parts_planner', 'Parts planner'), ('parts_manager', 'Parts manager'), ('claims', 'Claims clerk'), ('cashier', 'Cashier'), ('warehouse', 'Vehicle warehouse keeper'), ('callback', 'Callback agent'), ('cs_manager', 'Customer service manager'), ('service_manager', 'Service manager')], help_text='Empty: all others.', max_length=16, verbose_name='late is')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'first'), (2, 'second')], verbose_name='level')),
                ('to_role', models.CharField(choices=[('sales_manager', 'Sales manager'), ('cs_manager', 'Customer service manager'), ('service_manager', 'Service manager'), ('gm', 'General manager'), ('admin', 'Administrator')], max_length=16, verbose_name='told is')),
                ('after_hours', models.PositiveSmallIntegerField(default=0, help_text='First level: of lateness. Second: after the first was told.', verbose_name='after (hours)')),
            ],
            options={
                'verbose_name': 'escalation',
                'verbose_name_plural': 'escalations',
                'ordering': ['role', 'level'],
            },
        ),
        migrations.AddField(
            model_name='cadence',
            name='active_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='cadence',
            name='caught_up',
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.AddField(
            model_name='cadencepreset',
            name='least_hours',
            field=models.PositiveSmallIntegerField(default=2, help_text='Where a holiday leaves fewer hours of it, letter and call are due before closing on the day itself.', verbose_name='calling time for a promise in hours'),
        ),
        migrations.AddField(
            model_name='cadencepreset',
            name='missed_after_days',
            field=models.PositiveSmallIntegerField(default=2, help_text='After an outage, what has been late for longer is closed as missed, and not called all at once.', verbose_name='missed after (days)'),
        ),
        migrations.AddField(
            model_name='followup',
            name='escalated_again_at',
            field=models.DateTimeField(null=True, verbose_name='escalated again'),
        ),
        migrations.AddField(
            model_name='followup',
            name='escalated_again_to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='then escalated to'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='ended_why',
            field=models.CharField(blank=True, choices=[('REACHED', 'Reached'), ('SENT', 'Sent'), ('NO_ANSWER', 'No answer'), ('GONE', 'Car gone or sold'), ('SUPERSEDED', 'The next one fell due'), ('STOPPED', 'Stopped'), ('PAUSED', 'The rule was switched off'), ('MISSED', 'Missed in an outage')], max_length=12, verbose_name='how it ended'),
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(condition=models.Q(('escalated_again_at__isnull', True), ('escalated_at__isnull', False), ('status', 'PENDING')), fields=['due_until'], name='followup_to_escalate_again'),
        ),
        migrations.AddConstraint(
            model_name='cadencepreset',
            constraint=models.CheckConstraint(condition=models.Q(('missed_after_days__gte', 1)), name='cadencepreset_missed_after_a_day', violation_error_message='Leave at least one day before something counts as missed.'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(('escalated_again_at__isnull', True), models.Q(('escalated_again_at__gte', models.F('escalated_at')), ('escalated_at__isnull', False)), _connector='OR'), name='followup_escalated_in_steps', violation_error_message='Late work climbs one level after the other.'),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.UniqueConstraint(fields=('role', 'level'), name='escalationstep_once_a_level', violation_error_message='This level of the role is there already. Change that row.'),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', [1, 2])), name='escalationstep_level_known', violation_error_message='Choose the level from the list.'),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.CheckConstraint(condition=models.Q(('role', models.F('to_role')), _negated=True), name='escalationstep_to_another', violation_error_message='Choose another role: nobody is told of their own lateness.'),
        ),
        migrations.RunPython(lambda apps, _editor: presets.load_escalation(apps), migrations.RunPython.noop),
        SqlFile("crm", "cadencepreset_has_default"),
    ]
