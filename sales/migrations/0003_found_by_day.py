"""Figures find the rows of a day or a month, however many there are."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0003_found_by_day'),
        ('dms', '0003_announce_people'),
        ('sales', '0002_base_data'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['store', 'opened_at'], name='lead_store_opened'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['store', 'signed_at'], name='order_store_signed'),
        ),
    ]
