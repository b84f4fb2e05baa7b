"""Figures find the rows of a day or a month, however many there are."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dms', '0003_announce_people'),
        ('parts', '0001_parts_and_stock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='stockmove',
            index=models.Index(fields=['at'], name='move_at'),
        ),
    ]
