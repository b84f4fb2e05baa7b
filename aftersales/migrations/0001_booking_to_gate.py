"""From the booking to the gate."""

import dms.core.row_rules
import django.db.models.functions.math
import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.utils.timezone
import dms.core.money
import parts.models
from decimal import Decimal
from django.conf import settings
from dms.core.append_only import AppendOnly
from dms.core.sql_files import SqlFile
from dms.core.updated_at import StampParent, StampUpdates
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("crm", "0001_customers_and_care"),
        ("dms", "0001_core"),
        ('dms', '__first__'),
        ("parts", "0001_parts_and_stock"),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('status_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='status since')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='appointment number')),
                ('status', models.CharField(choices=[('BOOKED', 'Booked'), ('CONFIRMED', 'Confirmed'), ('PREPARED', 'Prepared'), ('ARRIVED', 'Arrived'), ('CANCELLED', 'Cancelled'), ('NO_SHOW', 'No-show')], default='BOOKED', max_length=10, verbose_name='status')),
                ('starts_at', models.DateTimeField(verbose_name='time')),
                ('slot', django.contrib.postgres.fields.ranges.DateTimeRangeField(help_text='The quarter of an hour in which the adviser receives the car.', verbose_name='adviser’s slot')),
                ('hours', models.DecimalField(decimal_places=1, default=Decimal('1'), max_digits=5, verbose_name='hours')),
                ('wish', models.CharField(max_length=200, verbose_name='what for')),
                ('channel', models.CharField(choices=[('PHONE', 'Phone'), ('DESK', 'At the desk'), ('RECALL', 'Maintenance recall'), ('ONLINE', 'Online')], default='PHONE', max_length=8, verbose_name='channel')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made')),
                ('adviser', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='service adviser')),
                ('cancel_reason', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.reason', verbose_name='reason')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='crm.customer', verbose_name='customer')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='dms.store', verbose_name='store')),
                ('vehicle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='crm.vehicle', verbose_name='vehicle')),
            ],
            options={
                'verbose_name': 'appointment',
                'verbose_name_plural': 'appointments',
                'ordering': ['starts_at', 'pk'],
                'indexes': [models.Index(fields=['store', 'starts_at'], name='appointment_store_time'), models.Index(fields=['updated_at'], name='appointment_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['BOOKED', 'CONFIRMED', 'PREPARED', 'ARRIVED', 'CANCELLED', 'NO_SHOW'])), name='appointment_status_known'), models.CheckConstraint(condition=models.Q(('hours__gt', 0)), name='appointment_hours_positive'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('adviser__isnull', False), ('status__in', ['BOOKED', 'CONFIRMED', 'PREPARED'])), expressions=[('adviser', '='), ('slot', '&&')], name='appointment_adviser_free', violation_error_message='The adviser receives another car at that time. Choose another adviser or time.'), models.UniqueConstraint(condition=models.Q(('status__in', ['BOOKED', 'CONFIRMED', 'PREPARED'])), fields=('vehicle', 'starts_at'), name='appointment_vehicle_once', violation_error_message='This car is booked at that time already.'), models.CheckConstraint(condition=models.Q(('number__regex', '\\S'), ('wish__regex', '\\S')), name='appointment_says_something', violation_error_message='Something is left blank that must be said.'), models.CheckConstraint(condition=models.Q(('slot__endswith', django.db.models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(seconds=900)))), ('slot__isempty', False), ('slot__startswith', models.F('starts_at'))), name='appointment_slot_is_its_time'), dms.core.row_rules.Frozen(fields=['number', 'store', 'vehicle', 'made_at', 'made_by'], name='appointment_frozen'), dms.core.row_rules.Frozen(fields=['customer'], name='appointment_customer_frozen', same='crm_same_customer'), dms.core.row_rules.Frozen(but=['customer_id'], name='appointment_over_frozen', since=['ARRIVED', 'CANCELLED', 'NO_SHOW']), dms.core.row_rules.Kept(name='appointment_kept'), dms.core.row_rules.StatusMoves(begins=['BOOKED'], name='appointment_moves', steps={'BOOKED': ['ARRIVED', 'CANCELLED', 'CONFIRMED', 'NO_SHOW', 'PREPARED'], 'CONFIRMED': ['ARRIVED', 'CANCELLED', 'NO_SHOW', 'PREPARED'], 'PREPARED': ['ARRIVED', 'CANCELLED', 'NO_SHOW']})],
            },
        ),
        migrations.CreateModel(
            name='Bay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=20, verbose_name='bay')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bays', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'bay',
                'verbose_name_plural': 'bays',
                'ordering': ['store', 'name'],
                'constraints': [models.UniqueConstraint(fields=('store', 'name'), name='bay_unique_in_store')],
            },
        ),
        migrations.CreateModel(
            name='LabourOperation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='operation code')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('name_key', models.CharField(db_index=True, default='', editable=False, max_length=120)),
                ('hours', models.DecimalField(decimal_places=1, max_digits=5, verbose_name='hours')),
                ('is_first_service', models.BooleanField(default=False, verbose_name='first maintenance (free)')),
                ('is_maintenance', models.BooleanField(default=False, verbose_name='regular maintenance')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'labour operation',
                'verbose_name_plural': 'labour operations',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('hours__gt', Decimal('0'))), name='labouroperation_hours_positive', violation_error_message='A labour operation takes time: write the hours.')],
            },
        ),
        migrations.CreateModel(
            name='ShopHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('starts_at', models.DateTimeField(verbose_name='hour')),
                ('capacity', models.DecimalField(decimal_places=1, max_digits=6, verbose_name='capacity (h)')),
                ('booked', models.DecimalField(decimal_places=1, default=Decimal('0'), editable=False, max_digits=6, verbose_name='booked (h)')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shop_hours', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'workshop hour',
                'verbose_name_plural': 'workshop hours',
                'ordering': ['store', 'starts_at'],
                'constraints': [models.UniqueConstraint(fields=('store', 'starts_at'), name='shophour_unique'), models.CheckConstraint(condition=models.Q(('booked__gte', 0), ('booked__lte', models.F('capacity'))), name='shophour_booked_within_capacity', violation_error_message='The workshop is full while the work would be done. Choose another time.'), dms.core.row_rules.Refused(name='shophour_begins_unbooked', on='INSERT', when='NEW.booked <> 0'), dms.core.row_rules.Refused(name='shophour_follows_bookings', when='NEW.booked <> OLD.booked AND pg_trigger_depth() = 0'), dms.core.row_rules.Refused(name='shophour_booked_stays', when='OLD.booked <> 0 AND (OLD.store_id, OLD.starts_at) IS DISTINCT FROM (NEW.store_id, NEW.starts_at)')],
            },
        ),
        migrations.CreateModel(
            name='BookedHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hours', models.DecimalField(decimal_places=1, max_digits=3, verbose_name='hours')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='booked_hours', to='aftersales.appointment', verbose_name='appointment')),
                ('hour', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='aftersales.shophour', verbose_name='hour')),
            ],
            options={
                'verbose_name': 'booked hour',
                'verbose_name_plural': 'booked hours',
                'constraints': [models.UniqueConstraint(fields=('appointment', 'hour'), name='bookedhour_once'), models.CheckConstraint(condition=models.Q(('hours__gt', 0), ('hours__lte', 1)), name='bookedhour_of_one_bay'), dms.core.row_rules.Refused(name='bookedhour_written_by_booking', on='INSERT', when='pg_trigger_depth() = 0'), dms.core.row_rules.Refused(name='bookedhour_not_changed', when='pg_trigger_depth() = 0'), dms.core.row_rules.Kept(name='bookedhour_kept', unless='pg_trigger_depth() > 0')],
            },
        ),
        migrations.CreateModel(
            name='WorkOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('status_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='status since')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='work order number')),
                ('status', models.CharField(choices=[('DRAFT', 'Draft'), ('ESTIMATED', 'Estimated'), ('AUTHORISED', 'Authorised'), ('DISPATCHED', 'Dispatched'), ('IN_PROGRESS', 'In work'), ('ON_HOLD', 'On hold'), ('SELF_CHECKED', 'Self-checked'), ('TEAM_CHECKED', 'Team-checked'), ('PASSED', 'Passed'), ('READY', 'Ready'), ('SETTLED', 'Settled'), ('RELEASED', 'Released'), ('CANCELLED', 'Cancelled')], default='DRAFT', max_length=14, verbose_name='status')),
                ('complaint', models.TextField(blank=True, verbose_name='in the customer’s own words')),
                ('cause', models.TextField(blank=True, verbose_name='cause found')),
                ('correction', models.TextField(blank=True, verbose_name='what was done')),
                ('old_parts', models.CharField(choices=[('TAKE', 'Customer takes them'), ('DISPOSE', 'We dispose of them'), ('CLAIM', 'Returned for claim')], default='TAKE', max_length=8, verbose_name='old parts')),
                ('free_wash', models.BooleanField(default=True, verbose_name='free wash')),
                ('first_promised_at', models.DateTimeField(blank=True, null=True, verbose_name='first promised')),
                ('promised_at', models.DateTimeField(blank=True, null=True, verbose_name='promised')),
                ('convenient_call_at', models.DateTimeField(blank=True, null=True, verbose_name='convenient time for a call')),
                ('next_service_on', models.DateField(blank=True, null=True, verbose_name='next maintenance')),
                ('next_service_km', models.PositiveIntegerField(blank=True, null=True, verbose_name='next maintenance (km)')),
                ('rework', models.PositiveSmallIntegerField(default=0, verbose_name='rework')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='opened')),
                ('signed_name', models.CharField(blank=True, max_length=80, verbose_name='signed by')),
                ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='released')),
                ('key', models.CharField(blank=True, max_length=80, null=True, unique=True)),
                ('adviser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work_orders', to=settings.AUTH_USER_MODEL, verbose_name='service adviser')),
                ('appointment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='work_order', to='aftersales.appointment', verbose_name='appointment')),
                ('bay', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='work_orders', to='aftersales.bay', verbose_name='bay')),
                ('cancel_reason', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.reason', verbose_name='reason')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work_orders', to='crm.customer', verbose_name='customer')),
                ('invoice', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='work_order', to='crm.invoice', verbose_name='invoice')),
                ('signature', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.attachment', verbose_name='signature')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work_orders', to='dms.store', verbose_name='store')),
                ('technician', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs_in_workshop', to=settings.AUTH_USER_MODEL, verbose_name='technician')),
                ('vehicle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work_orders', to='crm.vehicle', verbose_name='vehicle')),
            ],
            options={
                'verbose_name': 'work order',
                'verbose_name_plural': 'work orders',
                'ordering': ['-opened_at', '-pk'],
                'indexes': [models.Index(fields=['store', 'status'], name='workorder_store_status'), models.Index(fields=['vehicle', '-opened_at'], name='workorder_vehicle'), models.Index(fields=['updated_at'], name='workorder_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'ESTIMATED', 'AUTHORISED', 'DISPATCHED', 'IN_PROGRESS', 'ON_HOLD', 'SELF_CHECKED', 'TEAM_CHECKED', 'PASSED', 'READY', 'SETTLED', 'RELEASED', 'CANCELLED'])), name='workorder_status_known'), models.UniqueConstraint(condition=models.Q(('status__in', ['RELEASED', 'CANCELLED']), _negated=True), fields=('vehicle',), name='workorder_one_open_per_vehicle', violation_error_message='This car has an open work order already.'), models.UniqueConstraint(condition=models.Q(('status', 'IN_PROGRESS')), fields=('bay',), name='workorder_one_car_in_bay', violation_error_message='Another car is being worked on in this bay. Choose another bay.'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'ESTIMATED', 'CANCELLED']), ('signed_name__regex', '\\S'), _connector='OR'), name='workorder_authorised_is_signed', violation_error_message='Work cannot start before the customer has signed.'), models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'ESTIMATED', 'AUTHORISED', 'CANCELLED']), ('technician__isnull', False), _connector='OR'), name='workorder_dispatched_has_technician'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'RELEASED'), ('released_at__isnull', False)), models.Q(models.Q(('status', 'RELEASED'), _negated=True), models.Q(('released_at__isnull', False), _negated=True)), _connector='OR'), name='workorder_released_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('promised_at__isnull', True), ('first_promised_at__isnull', True)), models.Q(models.Q(('promised_at__isnull', True), _negated=True), models.Q(('first_promised_at__isnull', True), _negated=True)), _connector='OR'), name='workorder_promise_is_kept_frozen'), models.CheckConstraint(condition=models.Q(('number__regex', '\\S'), ('key__regex', '\\S')), name='workorder_says_something', violation_error_message='Something is left blank that must be said.'), dms.core.row_rules.Shares(columns={'customer_id': 'customer_id', 'invoice_id': 'id', 'number': 'subject_number', 'store_id': 'store_id'}, name='workorder_of_its_invoice', to='crm_invoice'), dms.core.row_rules.Frozen(fields=['number', 'store', 'vehicle', 'appointment', 'opened_at', 'key'], name='workorder_frozen'), dms.core.row_rules.Frozen(fields=['customer'], name='workorder_customer_frozen', same='crm_same_customer'), dms.core.row_rules.Frozen(fields=['invoice'], name='workorder_invoice_frozen', once=True), dms.core.row_rules.Frozen(fields=['first_promised_at'], name='workorder_first_promise_frozen', once=True), dms.core.row_rules.Frozen(fields=['signed_name', 'signature'], name='workorder_signature_frozen', since=['AUTHORISED', 'DISPATCHED', 'IN_PROGRESS', 'ON_HOLD', 'SELF_CHECKED', 'TEAM_CHECKED', 'PASSED', 'READY', 'SETTLED', 'RELEASED', 'CANCELLED']), dms.core.row_rules.Refused(name='workorder_rework_rises', when='NEW.rework < OLD.rework'), dms.core.row_rules.Frozen(but=['customer_id', 'released_at'], name='workorder_settled_is_immutable', since=['SETTLED', 'RELEASED', 'CANCELLED'], violation_error_message='This work order is settled: it does not change any more.'), dms.core.row_rules.Frozen(fields=['released_at'], name='workorder_release_frozen', once=True), dms.core.row_rules.Kept(name='workorder_kept'), models.UniqueConstraint(fields=('id', 'store'), name='workorder_in_store'), dms.core.row_rules.StatusMoves(begins=['DRAFT'], name='workorder_moves', steps={'AUTHORISED': ['CANCELLED', 'DISPATCHED'], 'DISPATCHED': ['CANCELLED', 'IN_PROGRESS'], 'DRAFT': ['CANCELLED', 'ESTIMATED'], 'ESTIMATED': ['AUTHORISED', 'CANCELLED', 'DRAFT'], 'IN_PROGRESS': ['CANCELLED', 'ON_HOLD', 'SELF_CHECKED'], 'ON_HOLD': ['CANCELLED', 'IN_PROGRESS'], 'PASSED': ['IN_PROGRESS', 'READY'], 'READY': ['IN_PROGRESS', 'SETTLED'], 'SELF_CHECKED': ['IN_PROGRESS', 'TEAM_CHECKED'], 'SETTLED': ['RELEASED'], 'TEAM_CHECKED': ['IN_PROGRESS', 'PASSED']})],
            },
        ),
        migrations.CreateModel(
            name='Authorisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', dms.core.money.MoneyField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('method', models.CharField(choices=[('SIGNATURE', 'Signature'), ('PHONE', 'By phone'), ('MESSAGE', 'By message')], max_length=10, verbose_name='method')),
                ('given_by', models.CharField(max_length=80, verbose_name='given by')),
                ('evidence', models.CharField(blank=True, max_length=200, verbose_name='evidence')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken by')),
                ('signature', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.attachment', verbose_name='signature')),
                ('work_order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorisations', to='aftersales.workorder', verbose_name='work order')),
            ],
            options={
                'verbose_name': 'authorisation',
                'verbose_name_plural': 'authorisations',
                'ordering': ['-at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('given_by__regex', '\\S')), name='authorisation_names_giver'), models.CheckConstraint(condition=models.Q(('method', 'SIGNATURE'), ('evidence__regex', '\\S'), _connector='OR'), name='authorisation_has_evidence', violation_error_message='Note the number called, or what the message said.'), models.UniqueConstraint(fields=('id', 'work_order'), name='authorisation_of_work_order'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='authorisation_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='settlement number')),
                ('labour', dms.core.money.MoneyField(decimal_places=2, max_digits=14, verbose_name='labour')),
                ('parts', dms.core.money.MoneyField(decimal_places=2, max_digits=14, verbose_name='parts')),
                ('other', dms.core.money.MoneyField(decimal_places=2, max_digits=14, verbose_name='other')),
                ('customer_pays', dms.core.money.MoneyField(decimal_places=2, max_digits=14, verbose_name='customer pays')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='dms.store', verbose_name='store')),
                ('work_order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='settlement', to='aftersales.workorder', verbose_name='work order')),
            ],
            options={
                'verbose_name': 'settlement',
                'verbose_name_plural': 'settlements',
                'ordering': ['-at'],
                'indexes': [models.Index(fields=['store', '-at'], name='settlement_store')],
                'constraints': [models.CheckConstraint(condition=models.Q(('customer_pays__gte', 0), ('labour__gte', 0), ('other__gte', 0), ('parts__gte', 0), ('customer_pays__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('labour'), '+', models.F('parts')), '+', models.F('other')))), name='settlement_adds_up'), models.CheckConstraint(condition=models.Q(('number__regex', '\\S')), name='settlement_says_something', violation_error_message='Something is left blank that must be said.'), dms.core.row_rules.Shares(columns={'store_id': 'store_id', 'work_order_id': 'id'}, name='settlement_of_its_order', to='aftersales_workorder')],
            },
        ),
        migrations.CreateModel(
            name='QualityCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(default=0, help_text='Rises by one with each rework.', verbose_name='round')),
                ('stage', models.CharField(choices=[('SELF', 'Self-check'), ('TEAM', 'Team leader'), ('FINAL', 'Final inspection')], max_length=5, verbose_name='stage')),
                ('passed', models.BooleanField(verbose_name='passed')),
                ('advice', models.CharField(blank=True, max_length=200, verbose_name='advice')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('work_order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='aftersales.workorder', verbose_name='work order')),
            ],
            options={
                'verbose_name': 'quality check',
                'verbose_name_plural': 'quality checks',
                'ordering': ['-at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('work_order', 'round', 'stage'), name='qualitycheck_once_per_round', violation_error_message='This check has been made already.'), models.UniqueConstraint(fields=('work_order', 'round', 'by'), name='qualitycheck_different_people', violation_error_message='Each check is made by somebody else.')],
            },
        ),
        migrations.CreateModel(
            name='PromiseChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.DateTimeField(verbose_name='before')),
                ('after', models.DateTimeField(verbose_name='after')),
                ('reason', models.CharField(max_length=120, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('work_order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promise_changes', to='aftersales.workorder', verbose_name='work order')),
            ],
            options={
                'verbose_name': 'changed promise',
                'verbose_name_plural': 'changed promises',
                'ordering': ['-at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__regex', '\\S')), name='promisechange_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='HoldPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, max_length=120, verbose_name='note')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('until', models.DateTimeField(null=True, verbose_name='until')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('reason', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.reason', verbose_name='waiting for')),
                ('work_order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='aftersales.workorder', verbose_name='work order')),
            ],
            options={
                'verbose_name': 'hold',
                'verbose_name_plural': 'holds',
                'ordering': ['-since'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('work_order',), name='hold_one_at_a_time'), dms.core.row_rules.Frozen(but=['until'], name='hold_frozen'), dms.core.row_rules.Frozen(fields=['until'], name='hold_end_frozen', once=True), dms.core.row_rules.Kept(name='hold_kept')],
            },
        ),
        migrations.CreateModel(
            name='GatePass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='gate pass number')),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='issued')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('used_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='let out by')),
                ('work_order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='gate_pass', to='aftersales.workorder', verbose_name='work order')),
            ],
            options={
                'verbose_name': 'gate pass',
                'verbose_name_plural': 'gate passes',
                'ordering': ['-issued_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__regex', '\\S')), name='gatepass_says_something', violation_error_message='Something is left blank that must be said.'), models.CheckConstraint(condition=models.Q(models.Q(('used_at__isnull', True), ('used_by__isnull', True)), models.Q(models.Q(('used_at__isnull', True), _negated=True), models.Q(('used_by__isnull', True), _negated=True)), _connector='OR'), name='gatepass_used_by_somebody'), dms.core.row_rules.Frozen(but=['used_at', 'used_by_id'], name='gatepass_frozen'), dms.core.row_rules.Kept(name='gatepass_kept')],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fuel_eighths', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MaxValueValidator(8)], verbose_name='fuel (eighths)')),
                ('damage', models.JSONField(blank=True, default=list, help_text='Where and what, as the guest saw it with us.', verbose_name='damage')),
                ('belongings', models.CharField(blank=True, max_length=200, verbose_name='belongings left in the car')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('reading', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.mileagereading', verbose_name='mileage')),
                ('work_order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='check_in', to='aftersales.workorder', verbose_name='work order')),
            ],
            options={
                'verbose_name': 'check-in',
                'verbose_name_plural': 'check-ins',
                'constraints': [models.CheckConstraint(condition=models.Q(('fuel_eighths__lte', 8)), name='checkin_fuel_range'), dms.core.row_rules.Frozen(name='checkin_frozen'), dms.core.row_rules.Kept(name='checkin_kept')],
            },
        ),
        migrations.CreateModel(
            name='WorkLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('status', models.CharField(choices=[('PROPOSED', 'Proposed'), ('AUTHORISED', 'Authorised'), ('DECLINED', 'Declined'), ('DEFERRED', 'Deferred'), ('STARTED', 'Started'), ('DONE', 'Done')], default='PROPOSED', max_length=10, verbose_name='status')),
                ('position', models.PositiveSmallIntegerField(verbose_name='no.')),
                ('kind', models.CharField(choices=[('LABOUR', 'Labour'), ('PART', 'Part'), ('SUBLET', 'Sublet'), ('FEE', 'Fee')], max_length=6, verbose_name='kind')),
                ('payer', models.CharField(choices=[('CUSTOMER', 'Customer pays'), ('WARRANTY', 'Warranty'), ('INTERNAL', 'Internal'), ('INSURANCE', 'Insurance'), ('GOODWILL', 'Goodwill'), ('FREE', 'Free')], default='CUSTOMER', max_length=9, verbose_name='payer')),
                ('text', models.CharField(max_length=120, verbose_name='text')),
                ('quantity', parts.models.QuantityField(decimal_places=2, default=Decimal('1'), max_digits=12, verbose_name='quantity')),
                ('unit_price', dms.core.money.MoneyField(decimal_places=2, max_digits=14, verbose_name='unit price')),
                ('amount', dms.core.money.MoneyField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('issued', parts.models.QuantityField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='issued')),
                ('clocked_hours', models.DecimalField(decimal_places=1, default=Decimal('0'), max_digits=5, verbose_name='clocked hours')),
                ('authorised_amount', dms.core.money.MoneyField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='authorised amount')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='added')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                ('authorisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='aftersales.authorisation', verbose_name='authorisation')),
                ('operation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='aftersales.labouroperation', verbose_name='labour operation')),
                ('part', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parts.part', verbose_name='part')),
                ('reason', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.reason', verbose_name='reason')),
                ('work_order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='aftersales.workorder', verbose_name='work order')),
            ],
            options={
                'verbose_name': 'work line',
                'verbose_name_plural': 'work lines',
                'ordering': ['position'],
                'indexes': [models.Index(fields=['updated_at'], name='workline_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['PROPOSED', 'AUTHORISED', 'DECLINED', 'DEFERRED', 'STARTED', 'DONE'])), name='workline_status_known'), models.UniqueConstraint(fields=('work_order', 'position'), name='workline_position_unique'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['AUTHORISED', 'STARTED', 'DONE']), _negated=True), models.Q(('amount__lte', models.F('authorised_amount')), ('authorisation__isnull', False), ('authorised_amount__isnull', False)), _connector='OR'), name='workline_within_authorisation', violation_error_message='The customer has not agreed to this amount.'), models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('issued__gte', 0), ('quantity__gt', 0), ('unit_price__gte', 0), ('issued__lte', models.F('quantity'))), name='workline_amounts_plausible'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'PART'), ('operation__isnull', True), ('part__isnull', False)), models.Q(('kind', 'LABOUR'), ('part__isnull', True)), models.Q(('kind__in', ['SUBLET', 'FEE']), ('operation__isnull', True), ('part__isnull', True)), _connector='OR'), name='workline_kind_has_its_row'), models.CheckConstraint(condition=models.Q(('issued', 0), ('status__in', ['AUTHORISED', 'STARTED', 'DONE']), _connector='OR'), name='workline_parts_only_when_authorised', violation_error_message='Parts go out only for a line that the customer agreed to.'), models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='workline_says_something', violation_error_message='Something is left blank that must be said.'), models.CheckConstraint(condition=models.Q(('amount', django.db.models.functions.math.Round(django.db.models.expressions.CombinedExpression(models.F('quantity'), '*', models.F('unit_price')), 2))), name='workline_amount_is_product'), dms.core.row_rules.Shares(columns={'authorisation_id': 'id', 'work_order_id': 'work_order_id'}, name='workline_of_its_authorisation', to='aftersales_authorisation'), dms.core.row_rules.Frozen(fields=['work_order', 'position', 'kind', 'operation', 'part', 'added_by', 'added_at'], name='workline_frozen'), dms.core.row_rules.Refused(name='workline_consent_frozen', violation_error_message='The customer has not agreed to this amount.', when='OLD.authorised_amount IS NOT NULL AND NEW.authorised_amount IS NOT NULL AND (OLD.authorisation_id, OLD.authorised_amount) IS DISTINCT FROM (NEW.authorisation_id, NEW.authorised_amount)'), dms.core.row_rules.Refused(name='workline_payer_agreed', violation_error_message='The customer has not agreed to this amount.', when="OLD.status IN ('STARTED', 'DONE') AND OLD.payer <> 'CUSTOMER' AND NEW.payer = 'CUSTOMER'"), dms.core.row_rules.Kept(name='workline_kept'), dms.core.row_rules.StatusMoves(begins=['PROPOSED'], name='workline_moves', steps={'AUTHORISED': ['DECLINED', 'DEFERRED', 'DONE', 'PROPOSED', 'STARTED'], 'DECLINED': ['PROPOSED'], 'DEFERRED': ['PROPOSED'], 'PROPOSED': ['AUTHORISED', 'DECLINED', 'DEFERRED'], 'STARTED': ['DONE']})],
            },
        ),
        SqlFile("aftersales", "appointment_books_hours"),
        SqlFile("aftersales", "workline_rules"),
        SqlFile("aftersales", "qualitycheck_in_order"),
        SqlFile("aftersales", "workorder_rules"),
        SqlFile("aftersales", "settlement_equals_lines"),
        SqlFile("aftersales", "gatepass_rules"),
        SqlFile("aftersales", "row_of_whole_customer"),
        AppendOnly("aftersales_authorisation"),
        AppendOnly("aftersales_promisechange"),
        AppendOnly("aftersales_qualitycheck"),
        AppendOnly("aftersales_settlement"),
        StampParent("aftersales_authorisation", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_checkin", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_gatepass", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_qualitycheck", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_settlement", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_workline", "aftersales_workorder", "work_order_id"),
        StampUpdates("aftersales_appointment"),
        StampUpdates("aftersales_bay"),
        StampUpdates("aftersales_labouroperation"),
        StampUpdates("aftersales_shophour"),
        StampUpdates("aftersales_workline"),
        StampUpdates("aftersales_workorder"),
    ]
