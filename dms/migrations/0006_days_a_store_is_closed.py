import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dms", "0005_reasons_of_the_workshop")]

    operations = [
        migrations.AddField(
            "store",
            "closed_on",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(),
                blank=True,
                default=list,
                help_text="Days on which the store is closed, for example 2027-02-06, 2027-02-07.",
                size=None,
                verbose_name="closed on",
            ),
        ),
    ]
