"""How many people's numbers one may see within an hour is a rate, of the group or of a store."""

from django.db import migrations, models

from dms import base_data


class Migration(migrations.Migration):
    dependencies = [("dms", "0006_days_a_store_is_closed")]

    operations = [
        migrations.AlterField(
            model_name="rate",
            name="kind",
            field=models.CharField(
                choices=[
                    ("VAT_CAR", "VAT on new cars (%)"),
                    ("VAT_REPAIR", "VAT on parts and repair (%)"),
                    ("VAT_SERVICE", "VAT on other services (%)"),
                    ("PURCHASE_TAX", "Vehicle purchase tax (%)"),
                    ("LABOUR_HOUR", "Labour price (CNY an hour)"),
                    ("REVEALS", "Phone numbers shown (people an hour)"),
                    ("DAILY_CARRY", "Stock finance (% a year)"),
                ],
                max_length=14,
                verbose_name="kind",
            ),
        ),
        migrations.RunPython(lambda apps, _editor: base_data.load(apps), migrations.RunPython.noop),
    ]
