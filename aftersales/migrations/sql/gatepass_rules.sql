-- No car leaves unpaid: a pass is written once everything is paid or on an approved credit, and opens the gate only while it is.

CREATE FUNCTION aftersales_gate_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.used_at IS NOT NULL THEN
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
CREATE TRIGGER gatepass_rules BEFORE INSERT OR UPDATE ON aftersales_gatepass
    FOR EACH ROW EXECUTE FUNCTION aftersales_gate_rules();
