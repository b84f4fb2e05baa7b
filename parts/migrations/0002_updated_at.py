"""Parts and their stock say when they last changed."""

import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from dms.core.updated_at import StampUpdates


class Migration(migrations.Migration):
    dependencies = [
        ("dms", "0004_updated_at"),
        ("parts", "0001_one_stock_truth"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lostsale",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="reservation",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="stock",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="stockmove",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddIndex(
            model_name="lostsale",
            index=models.Index(fields=["updated_at"], name="lostsale_updated_at"),
        ),
        migrations.AddIndex(
            model_name="part",
            index=models.Index(fields=["updated_at"], name="part_updated_at"),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(fields=["updated_at"], name="reservation_updated_at"),
        ),
        migrations.AddIndex(
            model_name="stock",
            index=models.Index(fields=["updated_at"], name="stock_updated_at"),
        ),
        migrations.AddIndex(
            model_name="stockmove",
            index=models.Index(fields=["updated_at"], name="stockmove_updated_at"),
        ),
        StampUpdates("parts_lostsale"),
        StampUpdates("parts_part"),
        StampUpdates("parts_reservation"),
        StampUpdates("parts_stock"),
    ]
