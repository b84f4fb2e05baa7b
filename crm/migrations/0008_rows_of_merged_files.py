"""A row that is written for a merged file goes to the file that stays.

Somebody may open a card or an invoice for a customer while a colleague merges that very file: the row would stand on a file that
nobody sees any more. The lock of the merging makes the writer wait here, and what was merged meanwhile is read after it.
"""

from django.db import migrations

TABLES = (
    "crm_contact",
    "crm_contactperson",
    "crm_customerstore",
    "crm_followup",
    "crm_invoice",
    "crm_letter",
    "crm_ownership",
    "crm_phone",
    "crm_recallentry",
)

FUNCTION = """
CREATE FUNCTION crm_row_of_whole_customer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whole bigint;
BEGIN
    SELECT merged_into_id INTO whole FROM crm_customer WHERE id = NEW.customer_id FOR KEY SHARE;
    IF whole IS NOT NULL THEN NEW.customer_id := whole; END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS = "".join(
    f"CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();\n"
    for table in TABLES
)
NO_TRIGGERS = "".join(f"DROP TRIGGER row_of_whole_customer ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("crm", "0007_contact_once_for_its_key")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION crm_row_of_whole_customer();"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
