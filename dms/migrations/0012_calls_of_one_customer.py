"""How far ahead calls of one customer are made as one, and how far apart calls are, are rates of the group or of a store."""

from django.db import migrations, models

from dms import base_data


class Migration(migrations.Migration):

    dependencies = [
        ('dms', '0011_messages_answered'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rate',
            name='kind',
            field=models.CharField(choices=[('VAT_CAR', 'VAT on new cars (%)'), ('VAT_REPAIR', 'VAT on parts and repair (%)'), ('VAT_SERVICE', 'VAT on other services (%)'), ('PURCHASE_TAX', 'Vehicle purchase tax (%)'), ('LABOUR_HOUR', 'Labour price (CNY an hour)'), ('REVEALS', 'Phone numbers shown (people an hour)'), ('CALLS_JOINED', 'Calls of one customer made as one (days ahead)'), ('CALLS_APART', 'Between two calls of one customer (days)'), ('DAILY_CARRY', 'Stock finance (% a year)')], max_length=14, verbose_name='kind'),
        ),
        migrations.RunPython(lambda apps, _editor: base_data.load(apps), migrations.RunPython.noop),
    ]
