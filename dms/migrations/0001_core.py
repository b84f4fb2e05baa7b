"""People, stores, rights, events, messages, jobs: the core."""

import dms.core.row_rules
import datetime
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.operations
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import dms.core.money
import dms.models.attachments
import dms.models.people
from decimal import Decimal
from django.conf import settings
from dms.core.append_only import AppendOnly
from dms.core.sql_files import SqlFile
from dms.core.updated_at import StampUpdates
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        django.contrib.postgres.operations.TrigramExtension(
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='process')),
                ('at', models.DateTimeField(verbose_name='last beat')),
            ],
            options={
                'verbose_name': 'heartbeat',
                'verbose_name_plural': 'heartbeats',
            },
        ),
        migrations.CreateModel(
            name='HolidayOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('is_workday', models.BooleanField(default=False, help_text='Unticked: a free day.', verbose_name='worked')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='name')),
            ],
            options={
                'verbose_name': 'holiday override',
                'verbose_name_plural': 'holiday overrides',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles and rights',
                'ordering': ['pk'],
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('auth.group',),
            managers=[
                ('objects', django.contrib.auth.models.GroupManager()),
            ],
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('kind', models.CharField(help_text='The name the program uses, for example work_order.', max_length=30, unique=True, verbose_name='kind')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('prefix', models.CharField(max_length=6, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z]{1,6}$', 'Use one to six capital letters.')], verbose_name='prefix')),
                ('digits', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(8)], verbose_name='digits')),
                ('restart', models.CharField(choices=[('DAY', 'Every day'), ('MONTH', 'Every month'), ('YEAR', 'Every year')], default='DAY', max_length=5, verbose_name='restarts')),
            ],
            options={
                'verbose_name': 'number series',
                'verbose_name_plural': 'number series',
                'ordering': ['kind'],
                'constraints': [models.CheckConstraint(condition=models.Q(('digits__gte', 2), ('digits__lte', 8)), name='numberseries_digits_range')],
            },
        ),
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('kind', models.CharField(choices=[('LOSS', 'Lost lead'), ('DECLINE', 'Declined work'), ('OVERRIDE', 'Override'), ('NO_SHOW', 'No-show'), ('RECALL_REFUSAL', 'Recall refused'), ('HOLD', 'Work on hold'), ('STOCK_DIFFERENCE', 'Stock difference'), ('CANCEL', 'Cancellation'), ('RESCHEDULE', 'Contact rescheduled'), ('SKIP', 'Rota skipped'), ('LOST_SALE', 'Lost sale')], max_length=20, verbose_name='kind')),
                ('code', models.CharField(max_length=30, verbose_name='code')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'reason',
                'verbose_name_plural': 'reasons',
                'ordering': ['kind', 'order', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'code'), name='reason_code_unique_in_kind', violation_error_message='This kind already has a reason of that code.')],
            },
        ),
        migrations.CreateModel(
            name='Store',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('code', models.CharField(help_text='Part of every document number, for example JJ01.', max_length=8, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z0-9]{2,8}$', 'Use two to eight capital letters or digits.')], verbose_name='code')),
                ('kind', models.CharField(choices=[('STORE', '4S store'), ('OUTLET', 'Outlet')], default='STORE', max_length=8, verbose_name='kind')),
                ('tax_id', models.CharField(blank=True, max_length=20, verbose_name='tax number')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='phone')),
                ('opens_at', models.TimeField(default=datetime.time(8, 30), verbose_name='opens at')),
                ('closes_at', models.TimeField(default=datetime.time(18, 0), verbose_name='closes at')),
                ('break_from', models.TimeField(blank=True, null=True, verbose_name='break from')),
                ('break_until', models.TimeField(blank=True, null=True, verbose_name='break until')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outlets', to='dms.store', verbose_name='belongs to store')),
            ],
            options={
                'verbose_name': 'store',
                'verbose_name_plural': 'stores',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'STORE'), ('parent__isnull', True)), models.Q(('kind', 'OUTLET'), ('parent__isnull', False)), _connector='OR'), name='store_outlet_has_parent', violation_error_message='An outlet belongs to a store; a store belongs to none.'), models.CheckConstraint(condition=models.Q(('opens_at__lt', models.F('closes_at'))), name='store_opens_before_closing', violation_error_message='The store must open before it closes.'), models.CheckConstraint(condition=models.Q(models.Q(('break_from__isnull', True), ('break_until__isnull', True)), models.Q(('break_from__gte', models.F('opens_at')), ('break_from__lt', models.F('break_until')), ('break_until__lte', models.F('closes_at'))), _connector='OR'), name='store_break_inside_hours', violation_error_message='The break needs a start and an end inside the opening hours.')],
            },
        ),
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('stores', models.ManyToManyField(blank=True, related_name='brands', to='dms.store', verbose_name='stores')),
            ],
            options={
                'verbose_name': 'brand',
                'verbose_name_plural': 'brands',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('display_name', models.CharField(max_length=40, verbose_name='name')),
                ('name_key', models.CharField(db_index=True, default='', editable=False, max_length=120, verbose_name='pinyin key')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='phone')),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='skills')),
                ('language', models.CharField(blank=True, max_length=8, verbose_name='language')),
                ('theme', models.CharField(choices=[('auto', 'As the system'), ('light', 'Light'), ('dark', 'Dark')], default='auto', max_length=5, verbose_name='appearance')),
                ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stands_in_for', to=settings.AUTH_USER_MODEL, verbose_name='usual deputy')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('store_chosen', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='dms.store', verbose_name='working store')),
                ('stores', models.ManyToManyField(blank=True, related_name='people', to='dms.store', verbose_name='stores')),
            ],
            options={
                'verbose_name': 'colleague',
                'verbose_name_plural': 'colleagues',
                'ordering': ['username'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('phone', ''), _negated=True), fields=('phone',), name='user_phone_unique', violation_error_message='This phone number belongs to another colleague.'), models.CheckConstraint(condition=models.Q(('deputy__isnull', True), models.Q(('deputy', models.F('id')), _negated=True), _connector='OR'), name='user_is_not_own_deputy', violation_error_message='Nobody is their own deputy.')],
            },
            managers=[
                ('objects', dms.models.people.PeopleManager()),
            ],
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('kind', models.CharField(choices=[('VAT_CAR', 'VAT on new cars (%)'), ('VAT_REPAIR', 'VAT on parts and repair (%)'), ('VAT_SERVICE', 'VAT on other services (%)'), ('PURCHASE_TAX', 'Vehicle purchase tax (%)'), ('LABOUR_HOUR', 'Labour price (CNY an hour)'), ('DAILY_CARRY', 'Stock finance (% a year)')], max_length=14, verbose_name='kind')),
                ('value', models.DecimalField(decimal_places=4, max_digits=9, verbose_name='value')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('store', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'rate',
                'verbose_name_plural': 'rates',
                'ordering': ['kind', 'store', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'store', 'valid_from'), name='rate_unique_from_day', nulls_distinct=False, violation_error_message='There is already a rate of this kind from that day.'), models.CheckConstraint(condition=models.Q(('value__gte', Decimal('0'))), name='rate_not_negative', violation_error_message='A rate is not negative.')],
            },
        ),
        migrations.CreateModel(
            name='NumberCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.DateField(verbose_name='period')),
                ('last', models.PositiveIntegerField(default=0, verbose_name='last number')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counters', to='dms.numberseries', verbose_name='number series')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'number counter',
                'verbose_name_plural': 'number counters',
                'constraints': [models.UniqueConstraint(fields=('series', 'store', 'period'), name='numbercounter_unique'), dms.core.row_rules.Frozen(fields=['series', 'store', 'period'], name='numbercounter_frozen'), dms.core.row_rules.Refused(name='numbercounter_rises', when='NEW.last < OLD.last'), dms.core.row_rules.Kept(name='numbercounter_kept')],
            },
        ),
        migrations.CreateModel(
            name='RoleRight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('right', models.CharField(max_length=40, verbose_name='right')),
                ('granted', models.BooleanField(verbose_name='granted')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rights', to='dms.role', verbose_name='role')),
            ],
            options={
                'verbose_name': 'right of a role',
                'verbose_name_plural': 'rights of the roles',
                'ordering': ['role', 'right'],
                'constraints': [models.UniqueConstraint(fields=('role', 'right'), name='role_right_once', violation_error_message='This role has this right already.')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL, verbose_name='colleague')),
            ],
            options={
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('file', models.FileField(upload_to=dms.models.attachments.storage_name, verbose_name='file')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('content_type', models.CharField(max_length=80, verbose_name='content type')),
                ('size', models.PositiveBigIntegerField(verbose_name='size (bytes)')),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='uploaded')),
                ('subject_id', models.BigIntegerField(blank=True, null=True)),
                ('subject_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ('store', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['-uploaded_at', '-pk'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='attachment_subject'), models.Index(fields=['updated_at'], name='attachment_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name__regex', '\\S'), ('file__regex', '\\S')), name='attachment_says_something', violation_error_message='Something is left blank that must be said.'), dms.core.row_rules.Frozen(fields=['file', 'name', 'content_type', 'size', 'sha256', 'uploaded_by', 'uploaded_at'], name='attachment_frozen'), dms.core.row_rules.Kept(name='attachment_kept')],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('code', models.CharField(max_length=30, verbose_name='code')),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='dms.brand', verbose_name='brand')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'ordering': ['brand', 'name'],
                'constraints': [models.UniqueConstraint(fields=('brand', 'code'), name='series_code_unique_in_brand', violation_error_message='This brand already has a series of that code.')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('claimed_by', models.CharField(blank=True, max_length=80)),
                ('lease_until', models.DateTimeField(null=True)),
                ('status', models.CharField(choices=[('PENDING', 'Waiting'), ('SENDING', 'Sending'), ('SENT', 'Sent'), ('FAILED', 'Failed'), ('CANCELLED', 'Cancelled')], default='PENDING', max_length=10, verbose_name='status')),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('letter', 'Letter')], max_length=8, verbose_name='channel')),
                ('recipient', models.CharField(max_length=200, verbose_name='to')),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('body', models.TextField(verbose_name='text')),
                ('idempotency_key', models.CharField(max_length=120, unique=True)),
                ('consent', models.CharField(blank=True, help_text='Under which consent it was sent.', max_length=120, verbose_name='consent')),
                ('subject_id', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='posted')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='due')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='provider reference')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='error')),
                ('posted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='posted by')),
                ('subject_type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['PENDING', 'SENDING'])), fields=['due_at', 'id'], name='message_open'), models.Index(fields=['store', '-created_at'], name='message_store'), models.Index(fields=['updated_at'], name='message_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['PENDING', 'SENDING', 'SENT', 'FAILED', 'CANCELLED'])), name='message_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'SENT'), ('sent_at__isnull', False)), models.Q(models.Q(('status', 'SENT'), _negated=True), models.Q(('sent_at__isnull', False), _negated=True)), _connector='OR'), name='message_sent_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'SENDING'), _negated=True), models.Q(('lease_until__isnull', False), models.Q(('claimed_by', ''), _negated=True)), _connector='OR'), name='message_sending_has_lease'), models.CheckConstraint(condition=models.Q(('recipient__regex', '\\S'), ('idempotency_key__regex', '\\S')), name='message_says_something', violation_error_message='Something is left blank that must be said.'), dms.core.row_rules.Frozen(fields=['channel', 'recipient', 'title', 'body', 'store', 'idempotency_key', 'consent', 'subject_type', 'subject_id', 'posted_by', 'created_at'], name='message_text_frozen'), dms.core.row_rules.Frozen(name='message_sent_frozen', since=['SENT']), dms.core.row_rules.Kept(name='message_kept'), dms.core.row_rules.StatusMoves(begins=['PENDING'], name='message_moves', steps={'FAILED': ['CANCELLED', 'PENDING'], 'PENDING': ['CANCELLED', 'SENDING'], 'SENDING': ['FAILED', 'PENDING', 'SENT']})],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('kind', models.CharField(max_length=60, verbose_name='event')),
                ('subject_id', models.BigIntegerField(null=True)),
                ('subject_label', models.CharField(blank=True, max_length=120, verbose_name='subject')),
                ('data', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='details')),
                ('request_id', models.CharField(blank=True, max_length=40)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('subject_type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', '-at'], name='event_subject'), models.Index(fields=['store', '-at'], name='event_store'), models.Index(fields=['-at', '-id'], name='event_at'), models.Index(fields=['updated_at'], name='event_updated_at')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('kind', models.CharField(choices=[('LEAVE', 'Leave'), ('SICK', 'Sick'), ('TRAINING', 'Training'), ('TRIP', 'Business trip'), ('OFF', 'Day off')], default='LEAVE', max_length=8, verbose_name='kind')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deputed_absences', to=settings.AUTH_USER_MODEL, verbose_name='deputy')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='colleague')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ['-first_day', 'user'],
                'constraints': [models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day'))), name='absence_ends_after_start', violation_error_message='The last day must not be before the first day.'), models.CheckConstraint(condition=models.Q(('deputy__isnull', True), models.Q(('deputy', models.F('user')), _negated=True), _connector='OR'), name='absence_deputy_is_another', violation_error_message='Choose a deputy other than the person who is away.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), (models.Func('first_day', 'last_day', models.Value('[]'), function='daterange'), '&&')], name='absence_no_overlap', violation_error_message='This person is already away on some of these days.')],
            },
        ),
        migrations.CreateModel(
            name='Colour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='colours', to='dms.brand', verbose_name='brand')),
            ],
            options={
                'verbose_name': 'colour',
                'verbose_name_plural': 'colours',
                'ordering': ['brand', 'code'],
                'constraints': [models.UniqueConstraint(fields=('brand', 'code'), name='colour_code_unique_in_brand', violation_error_message='This brand already has a colour of that code.')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('claimed_by', models.CharField(blank=True, max_length=80)),
                ('lease_until', models.DateTimeField(null=True)),
                ('status', models.CharField(choices=[('QUEUED', 'Waiting'), ('RUNNING', 'Running'), ('DONE', 'Done'), ('FAILED', 'Failed'), ('CANCELLED', 'Cancelled')], default='QUEUED', max_length=10, verbose_name='status')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('params', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='parameters')),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='requested')),
                ('started_at', models.DateTimeField(null=True, verbose_name='started')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='done')),
                ('total', models.PositiveIntegerField(null=True, verbose_name='total')),
                ('note', models.CharField(blank=True, max_length=120, verbose_name='step')),
                ('checkpoint', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('result', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='result')),
                ('problems', models.PositiveIntegerField(default=0, verbose_name='lines not taken')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='error')),
                ('input_file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.attachment', verbose_name='file')),
                ('output_file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.attachment', verbose_name='download')),
                ('report_file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.attachment', verbose_name='error report')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'long job',
                'verbose_name_plural': 'long jobs',
                'ordering': ['-requested_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['QUEUED', 'RUNNING'])), fields=['requested_at'], name='job_open'), models.Index(fields=['updated_at'], name='job_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED'])), name='job_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'RUNNING'), _negated=True), models.Q(('lease_until__isnull', False), models.Q(('claimed_by', ''), _negated=True)), _connector='OR'), name='job_running_has_lease'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['DONE', 'FAILED', 'CANCELLED']), ('ended_at__isnull', False)), models.Q(models.Q(('status__in', ['DONE', 'FAILED', 'CANCELLED']), _negated=True), models.Q(('ended_at__isnull', False), _negated=True)), _connector='OR'), name='job_ended_has_time'), models.CheckConstraint(condition=models.Q(('total__isnull', True), ('done__lte', models.F('total')), _connector='OR'), name='job_progress_in_range'), models.CheckConstraint(condition=models.Q(('kind__regex', '\\S')), name='job_says_something', violation_error_message='Something is left blank that must be said.'), dms.core.row_rules.Frozen(fields=['kind', 'store', 'requested_by', 'requested_at', 'input_file'], name='job_order_frozen'), dms.core.row_rules.Kept(name='job_kept'), dms.core.row_rules.StatusMoves(begins=['QUEUED'], name='job_moves', steps={'CANCELLED': ['QUEUED'], 'FAILED': ['QUEUED'], 'QUEUED': ['CANCELLED', 'RUNNING'], 'RUNNING': ['CANCELLED', 'DONE', 'FAILED', 'QUEUED']})],
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='variant code')),
                ('model_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='model year')),
                ('energy', models.CharField(choices=[('PETROL', 'Petrol'), ('DIESEL', 'Diesel'), ('HYBRID', 'Hybrid'), ('PHEV', 'Plug-in hybrid'), ('EREV', 'Range-extended'), ('BEV', 'Battery electric'), ('OTHER', 'Other fuel')], default='PETROL', max_length=8, verbose_name='energy')),
                ('displacement', models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='displacement (L)')),
                ('list_price', dms.core.money.MoneyField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='list price')),
                ('warranty_months', models.PositiveSmallIntegerField(default=36, verbose_name='warranty (months)')),
                ('warranty_km', models.PositiveIntegerField(default=100000, verbose_name='warranty (km)')),
                ('first_service_months', models.PositiveSmallIntegerField(default=6, verbose_name='first maintenance (months)')),
                ('first_service_km', models.PositiveIntegerField(default=5000, verbose_name='first maintenance (km)')),
                ('service_months', models.PositiveSmallIntegerField(default=6, verbose_name='maintenance every (months)')),
                ('service_km', models.PositiveIntegerField(default=10000, verbose_name='maintenance every (km)')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='dms.series', verbose_name='series')),
            ],
            options={
                'verbose_name': 'variant',
                'verbose_name_plural': 'variants',
                'ordering': ['series', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('list_price__isnull', True), ('list_price__gte', 0), _connector='OR'), name='variant_price_not_negative', violation_error_message='A list price is not negative.'), models.CheckConstraint(condition=models.Q(('service_km__gt', 0), ('service_months__gt', 0)), name='variant_service_interval_positive', violation_error_message='Maintenance intervals are greater than zero.')],
            },
        ),
        migrations.CreateModel(
            name='JobProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(null=True, verbose_name='line')),
                ('column', models.CharField(blank=True, max_length=60, verbose_name='column')),
                ('value', models.CharField(blank=True, max_length=200, verbose_name='value')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problem_rows', to='dms.job', verbose_name='long job')),
            ],
            options={
                'verbose_name': 'line not taken',
                'verbose_name_plural': 'lines not taken',
                'ordering': ['pk'],
            },
        ),
        SqlFile("dms", "append_only"),
        SqlFile("dms", "refuse"),
        SqlFile("dms", "stamp_update"),
        AppendOnly("dms_event"),
        StampUpdates("dms_absence"),
        StampUpdates("dms_attachment"),
        StampUpdates("dms_brand"),
        StampUpdates("dms_colour"),
        StampUpdates("dms_job"),
        StampUpdates("dms_message"),
        StampUpdates("dms_numberseries"),
        StampUpdates("dms_rate"),
        StampUpdates("dms_reason"),
        StampUpdates("dms_series"),
        StampUpdates("dms_store"),
        StampUpdates("dms_user"),
        StampUpdates("dms_variant"),
    ]
