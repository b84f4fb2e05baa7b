"""Customers, vehicles, their care and accounts say when they last changed."""

import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from dms.core.updated_at import StampParent, StampUpdates


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0008_rows_of_merged_files"),
        ("dms", "0004_updated_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="cadence",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="cadencepreset",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="lettertemplate",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="recallcampaign",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="recallentry",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="vehicle",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["updated_at"], name="contact_updated_at"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["updated_at"], name="customer_updated_at"),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["updated_at"], name="followup_updated_at"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["updated_at"], name="invoice_updated_at"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["updated_at"], name="letter_updated_at"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["updated_at"], name="payment_updated_at"),
        ),
        migrations.AddIndex(
            model_name="recallentry",
            index=models.Index(fields=["updated_at"], name="recallentry_updated_at"),
        ),
        migrations.AddIndex(
            model_name="vehicle",
            index=models.Index(fields=["updated_at"], name="vehicle_updated_at"),
        ),
        StampUpdates("crm_cadence"),
        StampUpdates("crm_cadencepreset"),
        StampUpdates("crm_contact"),
        StampUpdates("crm_customer"),
        StampUpdates("crm_followup"),
        StampUpdates("crm_invoice"),
        StampUpdates("crm_letter"),
        StampUpdates("crm_lettertemplate"),
        StampUpdates("crm_recallcampaign"),
        StampUpdates("crm_recallentry"),
        StampUpdates("crm_vehicle"),
        StampParent("crm_phone", "crm_customer", "customer_id"),
        StampParent("crm_contactperson", "crm_customer", "customer_id"),
        StampParent("crm_ownership", "crm_vehicle", "vehicle_id"),
        StampParent("crm_mileagereading", "crm_vehicle", "vehicle_id"),
        StampParent("crm_cadence", "crm_cadencepreset", "preset_id"),
    ]
