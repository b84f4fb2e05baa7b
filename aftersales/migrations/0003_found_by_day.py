"""Figures find the rows of a day or a month, however many there are."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0002_base_data'),
        ('crm', '0002_base_data'),
        ('dms', '0003_announce_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='workorder',
            index=models.Index(fields=['store', 'opened_at'], name='workorder_store_opened'),
        ),
    ]
