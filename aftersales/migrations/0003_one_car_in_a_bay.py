"""Two cars are never in work in one bay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0002_labour_operations")]

    operations = [
        migrations.AddConstraint(
            model_name="workorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(status="IN_PROGRESS"),
                fields=("bay",),
                name="workorder_one_car_in_bay",
                violation_error_message="Another car is being worked on in this bay. Choose another bay.",
            ),
        )
    ]
