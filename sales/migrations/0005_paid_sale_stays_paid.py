"""What closed a sale is not given back, and of a car that was handed over not everything."""

from django.db import migrations

from dms.core.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [("sales", "0004_agreed_cars"), ("crm", "0002_base_data")]

    operations = [SqlFile("sales", "refund_leaves_sale_paid")]
