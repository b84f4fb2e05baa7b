"""Parts and their one stock truth."""

import dms.core.row_rules
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import dms.core.money
import parts.models
from decimal import Decimal
from django.conf import settings
from dms.core.append_only import AppendOnly
from dms.core.sql_files import SqlFile
from dms.core.updated_at import StampUpdates
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("dms", "0001_core"),
        ('dms', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, verbose_name='bin')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bins', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'bin',
                'verbose_name_plural': 'bins',
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('store', 'code'), name='bin_unique_in_store', violation_error_message='This bin exists already.'), models.CheckConstraint(condition=models.Q(('code__regex', '\\S')), name='bin_says_something', violation_error_message='Something is left blank that must be said.'), dms.core.row_rules.Frozen(fields=['store'], name='bin_store_frozen')],
            },
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='part number')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('name_key', models.CharField(db_index=True, default='', editable=False, max_length=120)),
                ('unit', models.CharField(max_length=10, verbose_name='unit')),
                ('category', models.CharField(blank=True, max_length=40, verbose_name='category')),
                ('genuine', models.BooleanField(default=True, verbose_name='genuine part')),
                ('price', dms.core.money.MoneyField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='retail price')),
                ('handling', models.CharField(choices=[('NORMAL', 'Normal'), ('HAZARD', 'Hazardous'), ('FRAGILE', 'Fragile')], default='NORMAL', max_length=8, verbose_name='handling')),
                ('fits', models.CharField(blank=True, max_length=200, verbose_name='fits')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('superseded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='parts.part', verbose_name='superseded by')),
            ],
            options={
                'verbose_name': 'part',
                'verbose_name_plural': 'parts',
                'ordering': ['number'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('number'), name='gin_trgm_ops'), name='part_number_trgm'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('name'), name='gin_trgm_ops'), name='part_name_trgm'), models.Index(fields=['updated_at'], name='part_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__regex', '^[A-Z0-9][A-Z0-9./-]{0,39}$')), name='part_number_form', violation_error_message='A part number has capital letters, digits, dots, slashes and dashes.'), models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='part_price_not_negative', violation_error_message='A price is not negative.'), models.CheckConstraint(condition=models.Q(('superseded_by__isnull', True), models.Q(('superseded_by', models.F('id')), _negated=True), _connector='OR'), name='part_not_superseded_by_itself', violation_error_message='A part cannot replace itself.'), models.CheckConstraint(condition=models.Q(('name__regex', '\\S')), name='part_says_something', violation_error_message='Something is left blank that must be said.')],
            },
        ),
        migrations.CreateModel(
            name='LostSale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('quantity', parts.models.QuantityField(decimal_places=2, default=Decimal('1'), max_digits=12, verbose_name='quantity')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('reason', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.reason', verbose_name='reason')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.store', verbose_name='store')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lost_sales', to='parts.part', verbose_name='part')),
            ],
            options={
                'verbose_name': 'lost sale',
                'verbose_name_plural': 'lost sales',
                'ordering': ['-at'],
                'indexes': [models.Index(fields=['updated_at'], name='lostsale_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='lostsale_positive')],
            },
        ),
        migrations.CreateModel(
            name='Stock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('on_hand', parts.models.QuantityField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='on hand')),
                ('reserved', parts.models.QuantityField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='reserved')),
                ('average_cost', models.DecimalField(decimal_places=4, default=Decimal('0'), editable=False, max_digits=14, verbose_name='average cost')),
                ('minimum', parts.models.QuantityField(decimal_places=2, default=Decimal('0'), max_digits=12, verbose_name='minimum')),
                ('maximum', parts.models.QuantityField(decimal_places=2, default=Decimal('0'), max_digits=12, verbose_name='maximum')),
                ('last_issue_at', models.DateTimeField(editable=False, null=True, verbose_name='last issued')),
                ('bin', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='parts.bin', verbose_name='bin')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='parts.part', verbose_name='part')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='dms.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'stock',
                'verbose_name_plural': 'stock',
                'ordering': ['part__number'],
                'indexes': [models.Index(fields=['updated_at'], name='stock_updated_at')],
                'constraints': [models.UniqueConstraint(fields=('store', 'part'), name='stock_one_row_per_part'), models.CheckConstraint(condition=models.Q(('on_hand__gte', 0)), name='stock_never_negative', violation_error_message='There is not so much on hand.'), models.CheckConstraint(condition=models.Q(('reserved__gte', 0), ('reserved__lte', models.F('on_hand'))), name='stock_reserved_within_on_hand', violation_error_message='What is reserved for others cannot be taken.'), models.CheckConstraint(condition=models.Q(('minimum__gte', 0), ('maximum__gte', models.F('minimum'))), name='stock_minimum_below_maximum', violation_error_message='The maximum must not be below the minimum.'), dms.core.row_rules.Frozen(fields=['store', 'part'], name='stock_frozen'), dms.core.row_rules.Kept(name='stock_kept')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('quantity', parts.models.QuantityField(decimal_places=2, max_digits=12, verbose_name='quantity')),
                ('source_line', models.CharField(max_length=60, verbose_name='for')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('stock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='parts.stock', verbose_name='stock')),
            ],
            options={
                'verbose_name': 'reservation',
                'verbose_name_plural': 'reservations',
                'ordering': ['-at'],
                'indexes': [models.Index(fields=['updated_at'], name='reservation_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='reservation_positive'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('stock', 'source_line'), name='reservation_once_per_line'), models.CheckConstraint(condition=models.Q(('source_line__regex', '\\S')), name='reservation_says_something', violation_error_message='Something is left blank that must be said.'), dms.core.row_rules.Frozen(but=['ended_at'], name='reservation_frozen'), dms.core.row_rules.Frozen(fields=['ended_at'], name='reservation_end_frozen', once=True), dms.core.row_rules.Kept(name='reservation_kept')],
            },
        ),
        migrations.CreateModel(
            name='StockMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='last changed')),
                ('kind', models.CharField(choices=[('RECEIPT', 'Receipt'), ('ISSUE', 'Issue'), ('RETURN', 'Return'), ('TRANSFER_OUT', 'Transfer out'), ('TRANSFER_IN', 'Transfer in'), ('COUNT', 'Count difference'), ('CLAIM', 'Claim')], max_length=12, verbose_name='kind')),
                ('quantity', parts.models.QuantityField(decimal_places=2, help_text='Positive comes, negative goes.', max_digits=12, verbose_name='quantity')),
                ('unit_cost', models.DecimalField(decimal_places=4, max_digits=14, verbose_name='unit cost')),
                ('source_line', models.CharField(blank=True, max_length=60, verbose_name='for')),
                ('note', models.CharField(blank=True, max_length=120, verbose_name='note')),
                ('signed_by', models.CharField(blank=True, max_length=40, verbose_name='signed by')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('bin', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parts.bin', verbose_name='bin')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('reason', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dms.reason', verbose_name='reason')),
                ('reverses', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='parts.stockmove')),
                ('stock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='parts.stock', verbose_name='stock')),
            ],
            options={
                'verbose_name': 'stock move',
                'verbose_name_plural': 'stock moves',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['stock', '-at'], name='move_stock'), models.Index(fields=['source_line'], name='move_source'), models.Index(fields=['updated_at'], name='stockmove_updated_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['RECEIPT', 'RETURN', 'TRANSFER_IN']), ('quantity__gt', 0)), models.Q(('kind__in', ['ISSUE', 'TRANSFER_OUT', 'CLAIM']), ('quantity__lt', 0)), models.Q(('kind', 'COUNT'), models.Q(('quantity', 0), _negated=True)), _connector='OR'), name='move_sign_follows_kind'), models.CheckConstraint(condition=models.Q(('unit_cost__gte', 0)), name='move_cost_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ISSUE'), _negated=True), models.Q(('signed_by__regex', '\\S'), ('source_line__regex', '\\S')), _connector='OR'), name='move_issue_is_signed', violation_error_message='An issue names the line it is for and who signed.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'COUNT'), _negated=True), ('reason__isnull', False), _connector='OR'), name='move_difference_has_reason', violation_error_message='Choose why the count differs.'), models.CheckConstraint(condition=models.Q(('key__regex', '\\S')), name='stockmove_says_something', violation_error_message='Something is left blank that must be said.'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['TRANSFER_OUT', 'CLAIM']), _negated=True), ('source_line__regex', '\\S'), _connector='OR'), name='move_sent_with_document', violation_error_message='Name the document the pieces go with.')],
            },
        ),
        SqlFile("parts", "stock_follows_moves"),
        AppendOnly("parts_lostsale"),
        AppendOnly("parts_stockmove"),
        StampUpdates("parts_part"),
        StampUpdates("parts_reservation"),
        StampUpdates("parts_stock"),
    ]
