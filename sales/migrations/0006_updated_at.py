"""Leads, orders and cars say when they last changed."""

import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from dms.core.updated_at import StampParent, StampUpdates


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0008_updated_at"),
        ("dms", "0004_updated_at"),
        ("sales", "0006_rows_of_merged_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="deliverysheet",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="ownercard",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="quote",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="rotaplace",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="showroomvisit",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="stockcar",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddIndex(
            model_name="deliverysheet",
            index=models.Index(fields=["updated_at"], name="deliverysheet_updated_at"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["updated_at"], name="lead_updated_at"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["updated_at"], name="order_updated_at"),
        ),
        migrations.AddIndex(
            model_name="ownercard",
            index=models.Index(fields=["updated_at"], name="ownercard_updated_at"),
        ),
        migrations.AddIndex(
            model_name="quote",
            index=models.Index(fields=["updated_at"], name="quote_updated_at"),
        ),
        migrations.AddIndex(
            model_name="showroomvisit",
            index=models.Index(fields=["updated_at"], name="showroomvisit_updated_at"),
        ),
        migrations.AddIndex(
            model_name="stockcar",
            index=models.Index(fields=["updated_at"], name="stockcar_updated_at"),
        ),
        StampUpdates("sales_deliverysheet"),
        StampUpdates("sales_lead"),
        StampUpdates("sales_order"),
        StampUpdates("sales_ownercard"),
        StampUpdates("sales_quote"),
        StampUpdates("sales_rotaplace"),
        StampUpdates("sales_showroomvisit"),
        StampUpdates("sales_stockcar"),
        StampParent("sales_leadcontact", "sales_lead", "lead_id"),
        StampParent("sales_quoteline", "sales_quote", "quote_id"),
        StampParent("sales_signoff", "sales_deliverysheet", "sheet_id"),
    ]
