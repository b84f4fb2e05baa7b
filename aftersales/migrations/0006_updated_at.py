"""Appointments and work orders say when they last changed."""

import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from dms.core.updated_at import StampParent, StampUpdates


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0006_settled_orders_follow_merged_files"),
        ("crm", "0008_updated_at"),
        ("dms", "0004_updated_at"),
        ("parts", "0002_updated_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="bay",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="labouroperation",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="shophour",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="workline",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="workorder",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["updated_at"], name="appointment_updated_at"),
        ),
        migrations.AddIndex(
            model_name="workline",
            index=models.Index(fields=["updated_at"], name="workline_updated_at"),
        ),
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(fields=["updated_at"], name="workorder_updated_at"),
        ),
        StampUpdates("aftersales_appointment"),
        StampUpdates("aftersales_bay"),
        StampUpdates("aftersales_labouroperation"),
        StampUpdates("aftersales_shophour"),
        StampUpdates("aftersales_workline"),
        StampUpdates("aftersales_workorder"),
        StampParent("aftersales_workline", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_checkin", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_authorisation", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_qualitycheck", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_settlement", "aftersales_workorder", "work_order_id"),
        StampParent("aftersales_gatepass", "aftersales_workorder", "work_order_id"),
    ]
