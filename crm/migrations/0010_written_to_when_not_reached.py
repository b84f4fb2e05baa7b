"""Customers whom no call reaches are written to, by a rule that every preset has from now on."""

from django.db import migrations, models

from crm import presets


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0009_one_customer_one_call'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='cadence',
            name='cadence_trigger_known',
        ),
        migrations.AlterField(
            model_name='cadence',
            name='trigger',
            field=models.CharField(choices=[('DELIVERY', 'Delivery'), ('SETTLEMENT', 'Service settled'), ('QUALITY_CALLED', 'Quality call made'), ('RECALL_MAILED', 'Recall letter mailed'), ('UNREACHED', 'Calls not answered'), ('NUMBER_DEAD', 'Number found dead')], max_length=16, verbose_name='counts from'),
        ),
        migrations.AddConstraint(
            model_name='cadence',
            constraint=models.CheckConstraint(condition=models.Q(('trigger__in', ['DELIVERY', 'SETTLEMENT', 'QUALITY_CALLED', 'RECALL_MAILED', 'UNREACHED', 'NUMBER_DEAD']), ('channel__in', ['CALL', 'LETTER', 'SMS', 'VISIT'])), name='cadence_trigger_known', violation_error_message='Choose the trigger and the channel from the list.'),
        ),
        migrations.RunPython(lambda apps, _editor: presets.load_unreached(apps), migrations.RunPython.noop),
    ]
