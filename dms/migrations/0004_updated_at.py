"""Every row says when it last changed; the database keeps it true."""

import django.db.models.functions.datetime
from django.db import migrations, models

from dms.core.updated_at import STAMP_FUNCTION, StampUpdates


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("dms", "0003_job_problems"),
    ]

    operations = [
        migrations.AddField(
            model_name="absence",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="brand",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="colour",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="job",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="numberseries",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="rate",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="reason",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="store",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddField(
            model_name="variant",
            name="updated_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last changed"
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["updated_at"], name="attachment_updated_at"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["updated_at"], name="event_updated_at"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["updated_at"], name="job_updated_at"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["updated_at"], name="message_updated_at"),
        ),
        migrations.RunSQL(STAMP_FUNCTION, "DROP FUNCTION dms_stamp_update()"),
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
