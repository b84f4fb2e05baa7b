"""Cars as agreed: another one by word alone, own makes, parts of the price, limits of discounts, losses by class."""

import django.db.models.deletion
import django.db.models.expressions
import dms.core.money
import dms.core.row_rules
from decimal import Decimal
from django.conf import settings
from dms.core.sql_files import SqlFile
from django.db import migrations, models


EARLIER = """
ALTER TABLE sales_order DISABLE TRIGGER USER;
UPDATE sales_order o SET accessories = q.accessories, collected = q.collected FROM (
    SELECT quote_id, coalesce(sum(amount) FILTER (WHERE kind = 'ACCESSORY'), 0) AS accessories,
        coalesce(sum(amount) FILTER (WHERE kind IN ('INSURANCE', 'TAX', 'PLATE', 'FINANCE')), 0) AS collected
    FROM sales_quoteline GROUP BY quote_id) q WHERE q.quote_id = o.quote_id;
UPDATE sales_order SET conceded = discount;
UPDATE sales_order SET kind = 'GENERAL', delivering_store_id = NULL
    WHERE kind = 'GENERAL' OR delivering_store_id = store_id;
ALTER TABLE sales_order ENABLE TRIGGER USER;
ALTER TABLE sales_lead DISABLE TRIGGER USER;
UPDATE sales_lead l SET series_id = v.series_id FROM dms_variant v WHERE v.id = l.variant_id;
UPDATE sales_lead l SET loss_class = CASE WHEN r."group" = 'PEOPLE' THEN 'OUR_PEOPLE' ELSE 'OTHER_BRAND' END,
    lost_to = CASE WHEN r."group" = 'PEOPLE' THEN '' ELSE '–' END
    FROM dms_reason r WHERE r.id = l.loss_reason_id;
ALTER TABLE sales_lead ENABLE TRIGGER USER;
"""
"""What is there already, as far as it says so."""

LIMITS = {"adviser": (3_000, 2), "sales_manager": (15_000, 8), "gm": (None, None), "admin": (None, None)}
"""Up to how much each gives up by itself, in CNY and in percent of the list price, until the house decides otherwise."""


def set_limits(apps, schema_editor):
    group, limit = apps.get_model("auth", "Group"), apps.get_model("sales", "DiscountLimit")
    for code, (amount, percent) in LIMITS.items():
        role, _made = group.objects.get_or_create(name=code)
        limit.objects.create(role_id=role.pk, amount=amount, percent=percent)


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ('crm', '0002_base_data'),
        ('dms', '0004_whole_names'),
        ('sales', '0003_found_by_day'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DiscountLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', dms.core.money.MoneyField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='up to (CNY)')),
                ('percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='up to (percent of the list price)')),
            ],
            options={
                'verbose_name': 'discount limit',
                'verbose_name_plural': 'discount limits',
                'ordering': ['role'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='allocation',
            name='allocation_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='lead',
            name='lead_over_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='lead',
            name='lead_moves',
        ),
        migrations.RemoveConstraint(
            model_name='order',
            name='order_entrusted_names_store',
        ),
        migrations.RemoveConstraint(
            model_name='order',
            name='order_terms_frozen',
        ),
        migrations.AddField(
            model_name='allocation',
            name='agreed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='customer agreed'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='agreed_how',
            field=models.CharField(blank=True, choices=[('IN_STORE', 'In the store'), ('CALL', 'By phone'), ('MESSAGE', 'By message'), ('WRITING', 'In writing')], max_length=8, verbose_name='customer asked'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='why another car'),
        ),
        migrations.AddField(
            model_name='lead',
            name='loss_class',
            field=models.CharField(blank=True, choices=[('SAME_BRAND', 'Same make, another dealer'), ('OTHER_BRAND', 'Another make'), ('OUR_PEOPLE', 'Our own people')], max_length=12, verbose_name='lost to'),
        ),
        migrations.AddField(
            model_name='lead',
            name='loss_verdict',
            field=models.CharField(blank=True, choices=[('REAL', 'Lost'), ('NEAR', 'Nearly lost'), ('FALSE', 'Only said to be lost')], max_length=6, verbose_name='found to be'),
        ),
        migrations.AddField(
            model_name='lead',
            name='lost_to',
            field=models.CharField(blank=True, max_length=80, verbose_name='competitor’s car'),
        ),
        migrations.AddField(
            model_name='order',
            name='accessories',
            field=dms.core.money.MoneyField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='accessories'),
        ),
        migrations.AddField(
            model_name='order',
            name='collected',
            field=dms.core.money.MoneyField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='collected for others'),
        ),
        migrations.AddField(
            model_name='order',
            name='conceded',
            field=dms.core.money.MoneyField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='conceded'),
        ),
        migrations.AddField(
            model_name='order',
            name='list_price',
            field=dms.core.money.MoneyField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='list price'),
        ),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_at__isnull', True), ('agreed_how', ''), ('reason', '')), models.Q(('agreed_at__isnull', False), ('agreed_at__lte', models.F('made_at')), ('reason__regex', '\\S'), models.Q(('agreed_how', ''), _negated=True)), _connector='OR'), name='allocation_word_is_whole', violation_error_message='Say why it is another car, and how and when the customer agreed.'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=dms.core.row_rules.Frozen(fields=['order', 'car', 'made_at', 'made_by', 'reason', 'agreed_how', 'agreed_at'], name='allocation_frozen'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['LOSS_REQUESTED', 'LOST']), _negated=True), models.Q(('loss_class', ''), _negated=True), _connector='OR'), name='lead_loss_has_class', violation_error_message='Say to whom the customer was lost.'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('loss_class', 'OTHER_BRAND'), _negated=True), ('lost_to__regex', '\\S'), _connector='OR'), name='lead_lost_to_a_car', violation_error_message='Write the make and series that the customer buys instead.'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.CheckConstraint(condition=models.Q(('variant__isnull', True), ('series__isnull', False), _connector='OR'), name='lead_variant_has_series', violation_error_message='This variant belongs to another series. Choose both anew.'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=dms.core.row_rules.Shares(columns={'series_id': 'series_id', 'variant_id': 'id'}, name='lead_variant_of_series', to='dms_variant', violation_error_message='This variant belongs to another series. Choose both anew.'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=dms.core.row_rules.Frozen(but=['customer_id'], name='lead_over_frozen', since=['DELIVERED']),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=dms.core.row_rules.Refused(name='lead_lost_frozen', when="OLD.status = 'LOST' AND NEW.status = 'LOST' AND to_jsonb(OLD.*) - ARRAY['customer_id', 'reactivate_on', 'updated_at'] IS DISTINCT FROM to_jsonb(NEW.*) - ARRAY['customer_id', 'reactivate_on', 'updated_at']"),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=dms.core.row_rules.StatusMoves(begins=['OPEN'], name='lead_moves', steps={'LOSS_REQUESTED': ['LOST', 'OPEN'], 'LOST': ['OPEN'], 'OPEN': ['LOSS_REQUESTED', 'ORDERED'], 'ORDERED': ['DELIVERED', 'OPEN']}),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('accessories__gte', 0), ('collected__gte', 0), ('conceded__gte', 0), ('price__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('accessories'), '+', models.F('collected')), '+', models.F('discount')))), name='order_parts_of_price', violation_error_message='The discount is above the car’s price: what is collected for others is owed whole.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivering_store__isnull', True), ('kind', 'GENERAL')), models.Q(('delivering_store__isnull', False), ('kind', 'ENTRUSTED'), models.Q(('delivering_store', models.F('store')), _negated=True)), _connector='OR'), name='order_entrusted_names_store', violation_error_message='Name the other store that delivers.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=dms.core.row_rules.Frozen(fields=['kind', 'delivering_store', 'variant', 'colour', 'price', 'discount', 'accessories', 'collected', 'list_price', 'conceded', 'deposit', 'pays'], name='order_terms_frozen', since=['PENDING_APPROVAL', 'SIGNED', 'ALLOCATED', 'READY', 'DELIVERED', 'CLOSED', 'CANCELLED']),
        ),
        migrations.AddConstraint(
            model_name='stockcar',
            constraint=dms.core.row_rules.Frozen(fields=['use'], name='stockcar_use_of_kept_car', since=['ALLOCATED', 'READY'], violation_error_message='This car is kept for an order. Take it off the order first.'),
        ),
        migrations.AddField(
            model_name='discountlimit',
            name='role',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='discount_limit', to='dms.role', verbose_name='role'),
        ),
        migrations.AddConstraint(
            model_name='discountlimit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__isnull', True), ('amount__gte', 0), _connector='OR'), models.Q(('percent__isnull', True), models.Q(('percent__gte', 0), ('percent__lte', 100)), _connector='OR')), name='discountlimit_plausible', violation_error_message='A limit is not negative, and a share not above 100.'),
        ),
        SqlFile("sales", "own_makes"),
        SqlFile("sales", "order_and_car_agree_by_word"),
        SqlFile("sales", "order_sums"),
        migrations.RunPython(set_limits, migrations.RunPython.noop),
    ]
