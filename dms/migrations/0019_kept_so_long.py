"""How long the data of guests and former owners are kept."""

from django.db import migrations, models

from dms import base_data


class Migration(migrations.Migration):

    dependencies = [
        ('dms', '0018_recall_measured'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rate',
            name='kind',
            field=models.CharField(choices=[('VAT_CAR', 'VAT on new cars (%)'), ('VAT_REPAIR', 'VAT on parts and repair (%)'), ('VAT_SERVICE', 'VAT on other services (%)'), ('PURCHASE_TAX', 'Vehicle purchase tax (%)'), ('LABOUR_HOUR', 'Labour price (CNY an hour)'), ('REVEALS', 'Phone numbers shown (people an hour)'), ('LOOK_UPS', 'Guests of other stores asked for (people an hour)'), ('CALLS_JOINED', 'Calls of one customer made as one (days ahead)'), ('CALLS_APART', 'Between two calls of one customer (days)'), ('KEEP_GUESTS', 'Data of guests who never bought are kept (months, 0 for ever)'), ('KEEP_FORMER', 'Data of former owners are kept (months, 0 for ever)'), ('CONTROL_SHARE', 'Cars of a recall left alone to measure it (%)'), ('URGED_AGAIN', 'Maintenance urged again after (months)'), ('DAILY_CARRY', 'Stock finance (% a year)')], max_length=14, verbose_name='kind'),
        ),
        migrations.RunPython(lambda apps, _editor: base_data.load(apps), migrations.RunPython.noop),
    ]
