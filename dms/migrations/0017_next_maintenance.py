"""How often maintenance is urged."""

from django.db import migrations, models

from dms import base_data


class Migration(migrations.Migration):

    dependencies = [
        ('dms', '0016_satisfaction'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rate',
            name='kind',
            field=models.CharField(choices=[('VAT_CAR', 'VAT on new cars (%)'), ('VAT_REPAIR', 'VAT on parts and repair (%)'), ('VAT_SERVICE', 'VAT on other services (%)'), ('PURCHASE_TAX', 'Vehicle purchase tax (%)'), ('LABOUR_HOUR', 'Labour price (CNY an hour)'), ('REVEALS', 'Phone numbers shown (people an hour)'), ('LOOK_UPS', 'Guests of other stores asked for (people an hour)'), ('CALLS_JOINED', 'Calls of one customer made as one (days ahead)'), ('CALLS_APART', 'Between two calls of one customer (days)'), ('URGED_AGAIN', 'Maintenance urged again after (months)'), ('DAILY_CARRY', 'Stock finance (% a year)')], max_length=14, verbose_name='kind'),
        ),
        migrations.RunPython(lambda apps, _editor: base_data.load(apps), migrations.RunPython.noop),
    ]
