"""Reasons for what customers think of us."""

from django.db import migrations, models

from dms import base_data


class Migration(migrations.Migration):

    dependencies = [
        ('dms', '0015_calling_hours'),
    ]

    operations = [
        migrations.AlterField(
            model_name='reason',
            name='kind',
            field=models.CharField(choices=[('LOSS', 'Lost lead'), ('DECLINE', 'Declined work'), ('OVERRIDE', 'Override'), ('NO_SHOW', 'No-show'), ('RECALL_REFUSAL', 'Recall refused'), ('HOLD', 'Work on hold'), ('STOCK_DIFFERENCE', 'Stock difference'), ('CANCEL', 'Cancellation'), ('RESCHEDULE', 'Contact rescheduled'), ('SKIP', 'Rota skipped'), ('LOST_SALE', 'Lost sale'), ('PROMISE', 'Promise changed'), ('WORK_CANCEL', 'Work order cancelled'), ('SATISFACTION', 'Satisfaction')], max_length=20, verbose_name='kind'),
        ),
        migrations.RunPython(lambda apps, _editor: base_data.load(apps), migrations.RunPython.noop),
    ]
