"""How many guests of other stores one may ask for in an hour is a rate; a reason keeps its kind."""

import dms.core.row_rules
from django.db import migrations, models

from dms import base_data


class Migration(migrations.Migration):

    dependencies = [
        ('dms', '0013_sent_and_being_done'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rate',
            name='kind',
            field=models.CharField(choices=[('VAT_CAR', 'VAT on new cars (%)'), ('VAT_REPAIR', 'VAT on parts and repair (%)'), ('VAT_SERVICE', 'VAT on other services (%)'), ('PURCHASE_TAX', 'Vehicle purchase tax (%)'), ('LABOUR_HOUR', 'Labour price (CNY an hour)'), ('REVEALS', 'Phone numbers shown (people an hour)'), ('LOOK_UPS', 'Guests of other stores asked for (people an hour)'), ('CALLS_JOINED', 'Calls of one customer made as one (days ahead)'), ('CALLS_APART', 'Between two calls of one customer (days)'), ('DAILY_CARRY', 'Stock finance (% a year)')], max_length=14, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='reason',
            constraint=dms.core.row_rules.Frozen(fields=['kind'], name='reason_kind_frozen', violation_error_message='A reason keeps its kind. Switch this one off, and add another of the other kind.'),
        ),
        migrations.RunPython(lambda apps, _editor: base_data.load(apps), migrations.RunPython.noop),
    ]
