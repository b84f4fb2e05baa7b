"""Complaints: documents of their own, with classes and deadlines as rows."""

import django.db.models.functions.datetime
import django.utils.timezone
import dms.core.row_rules
from django.conf import settings
from django.db import migrations, models

from crm import presets
from dms.core.updated_at import StampUpdates


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0015_person_erased'),
        ('dms', '0015_calling_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ComplaintKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('hours', models.PositiveSmallIntegerField(default=48, verbose_name='to be solved within (hours)')),
                ('role', models.CharField(choices=[('reception', 'Receptionist'), ('adviser', 'Sales adviser'), ('sales_manager', 'Sales manager'), ('service_adviser', 'Service adviser'), ('workshop', 'Workshop head'), ('technician', 'Technician'), ('team_leader', 'Team leader'), ('inspector', 'Quality inspector'), ('parts_clerk', 'Parts clerk'), ('parts_planner', 'Parts planner'), ('parts_manager', 'Parts manager'), ('claims', 'Claims clerk'), ('cashier', 'Cashier'), ('warehouse', 'Vehicle warehouse keeper'), ('callback', 'Callback agent'), ('cs_manager', 'Customer service manager'), ('service_manager', 'Service manager')], default='cs_manager', max_length=16, verbose_name='who')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='place')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'class of complaints',
                'verbose_name_plural': 'classes of complaints',
                'ordering': ['order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('hours__gte', 1)), name='complaintkind_hours_positive', violation_error_message='Leave at least one hour to solve it.')],
            },
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('status_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='status since')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('status', models.CharField(choices=[('OPEN', 'Taken down'), ('IN_PROGRESS', 'Being solved'), ('RESOLVED', 'Solved, to be confirmed'), ('CLOSED', 'Closed'), ('VOID', 'Taken down by mistake')], default='OPEN', max_length=12, verbose_name='status')),
                ('about', models.CharField(blank=True, help_text='Number of the order or work order it is about.', max_length=40, verbose_name='document')),
                ('words', models.TextField(verbose_name='words of the customer')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='taken down')),
                ('due_by', models.DateTimeField(verbose_name='to be solved by')),
                ('solution', models.TextField(blank=True, verbose_name='solution')),
                ('solved_at', models.DateTimeField(null=True, verbose_name='solved')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('closed_word', models.TextField(blank=True, verbose_name='what the customer says of it')),
                ('closed_how', models.CharField(blank=True, choices=[('CALL', 'Call'), ('LETTER', 'Letter'), ('SMS', 'Text message'), ('VISIT', 'Visit')], max_length=6, verbose_name='said by')),
                ('void_reason', models.CharField(blank=True, max_length=120, verbose_name='why it is void')),
                ('reopened', models.PositiveSmallIntegerField(default=0, verbose_name='opened again')),
                ('escalated_at', models.DateTimeField(null=True, verbose_name='escalated')),
                ('escalated_again_at', models.DateTimeField(null=True, verbose_name='escalated again')),
                ('key', models.CharField(blank=True, max_length=80, null=True, unique=True)),
                ('contact', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaint', to='crm.contact', verbose_name='contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='crm.customer', verbose_name='customer')),
                ('escalated_again_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='then escalated to')),
                ('escalated_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='escalated to')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken down by')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='dms.store', verbose_name='store')),
                ('vehicle', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='crm.vehicle', verbose_name='vehicle')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='crm.complaintkind', verbose_name='class')),
            ],
            options={
                'verbose_name': 'complaint',
                'verbose_name_plural': 'complaints',
                'ordering': ['-opened_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['CLOSED', 'VOID']), _negated=True), fields=['store', 'due_by'], name='complaint_live'), models.Index(fields=['store', '-opened_at'], name='complaint_store'), models.Index(fields=['updated_at'], name='complaint_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['OPEN', 'IN_PROGRESS', 'RESOLVED', 'CLOSED', 'VOID'])), name='complaint_status_known'), models.CheckConstraint(condition=models.Q(('number__regex', '\\S'), ('words__regex', '\\S'), ('key__regex', '\\S')), name='complaint_says_something', violation_error_message='Something is left blank that must be said.'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['RESOLVED', 'CLOSED']), _negated=True), models.Q(('solution__regex', '\\S'), ('solved_at__isnull', False)), _connector='OR'), name='complaint_solved_says_how', violation_error_message='Write how it was solved.'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'CLOSED'), ('closed_at__isnull', False)), models.Q(models.Q(('status', 'CLOSED'), _negated=True), models.Q(('closed_at__isnull', False), _negated=True)), _connector='OR'), models.Q(models.Q(('status', 'CLOSED'), _negated=True), models.Q(('closed_how__in', ['CALL', 'LETTER', 'SMS', 'VISIT']), ('closed_word__regex', '\\S')), _connector='OR')), name='complaint_closed_by_the_customer', violation_error_message='Write what the customer says of the solution, and how they said it.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'VOID'), _negated=True), ('void_reason__regex', '\\S'), _connector='OR'), name='complaint_void_says_why', violation_error_message='Say why it is void.'), models.CheckConstraint(condition=models.Q(models.Q(('solved_at__isnull', True), ('solved_at__gte', models.F('opened_at')), _connector='OR'), models.Q(('closed_at__isnull', True), ('closed_at__gte', models.F('opened_at')), _connector='OR'), ('due_by__gt', models.F('opened_at'))), name='complaint_moments_in_order', violation_error_message='This lies before the complaint itself.'), models.CheckConstraint(condition=models.Q(('escalated_again_at__isnull', True), models.Q(('escalated_again_at__gte', models.F('escalated_at')), ('escalated_at__isnull', False)), _connector='OR'), name='complaint_escalated_in_steps', violation_error_message='Late work climbs one level after the other.'), dms.core.row_rules.StoredCheck(condition=models.Q(('closed_how__in', ('', 'CALL', 'LETTER', 'SMS', 'VISIT'))), name='complaint_closed_how_known', violation_error_message='This is none of the choices. Choose one of the list.'), dms.core.row_rules.Frozen(fields=['number', 'store', 'contact', 'words', 'opened_at', 'opened_by', 'key'], name='complaint_frozen'), dms.core.row_rules.Frozen(fields=['customer'], name='complaint_customer_frozen', same='crm_same_customer'), dms.core.row_rules.Kept(name='complaint_kept'), dms.core.row_rules.StatusMoves(begins=['OPEN'], name='complaint_moves', steps={'CLOSED': ['IN_PROGRESS'], 'IN_PROGRESS': ['RESOLVED', 'VOID'], 'OPEN': ['IN_PROGRESS', 'RESOLVED', 'VOID'], 'RESOLVED': ['CLOSED', 'IN_PROGRESS'], 'VOID': ['OPEN']})],
            },
        ),
        migrations.RunPython(lambda apps, _editor: presets.load_complaint_kinds(apps), migrations.RunPython.noop),
        StampUpdates("crm_complaint"),
        StampUpdates("crm_complaintkind"),
    ]
