"""How little time of a promise a holiday may leave."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0008_choices_known'),
    ]

    operations = [
        migrations.AddField(
            model_name='cadencepreset',
            name='least_hours',
            field=models.PositiveSmallIntegerField(default=2, help_text='Where a holiday leaves fewer hours of it, letter and call are due before closing on the day itself.', verbose_name='calling time for a promise in hours'),
        ),
    ]
