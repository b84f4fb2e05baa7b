"""A pass is used, like printed, only while nothing is due: money may go back between the two."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION aftersales_gate_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.used_at IS NOT NULL OR NEW.work_order_id <> OLD.work_order_id) THEN
        RAISE EXCEPTION 'gate pass % is used once', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'gatepass_used_once';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM aftersales_workorder w JOIN aftersales_settlement s ON s.work_order_id = w.id
        LEFT JOIN crm_invoice i ON i.id = w.invoice_id
        WHERE w.id = NEW.work_order_id AND w.status = 'SETTLED' AND (s.customer_pays = 0
            OR i.total <= i.received - i.refunded OR i.credit_until >= current_date)) THEN
        RAISE EXCEPTION 'no gate pass before payment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'gatepass_after_payment';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0004_long_visits_hour_by_hour")]

    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
