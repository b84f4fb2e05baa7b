"""A row that is written for a merged file goes to the file that stays."""

from django.db import migrations

TABLES = ("sales_lead", "sales_order", "sales_ownercard", "sales_showroomvisit")

TRIGGERS = "".join(
    f"CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();\n"
    for table in TABLES
)
NO_TRIGGERS = "".join(f"DROP TRIGGER row_of_whole_customer ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0005_stock_car_cost_not_negative"),
        ("crm", "0008_rows_of_merged_files"),
    ]

    operations = [migrations.RunSQL(TRIGGERS, NO_TRIGGERS)]
