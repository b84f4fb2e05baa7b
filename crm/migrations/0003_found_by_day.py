"""Figures find the rows of a day or a month, however many there are."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0002_base_data'),
        ('dms', '0003_announce_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(fields=['due_from'], name='followup_due'),
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['ended_at'], name='followup_ended'),
        ),
    ]
