-- What an account says is the sum of its rows. Two cashiers who take or give back at once are added up by the database, never
-- overwritten by a stale page, and no sum is written by hand.

CREATE FUNCTION crm_line_changes_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE account record;
BEGIN
    UPDATE crm_invoice SET total = total + NEW.amount WHERE id = NEW.invoice_id
        RETURNING total - NEW.amount AS before, received - refunded AS paid INTO account;
    -- what is paid is over: only its own lines may be taken back, each whole
    IF NEW.reverses_id IS NULL AND account.before > 0 AND account.before <= account.paid THEN
        RAISE EXCEPTION 'invoice % is paid', NEW.invoice_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoiceline_of_paid_invoice';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM crm_invoiceline WHERE id = NEW.reverses_id
            AND invoice_id = NEW.invoice_id AND amount = -NEW.amount AND reverses_id IS NULL) THEN
        RAISE EXCEPTION 'line % is no counter-row of line %', NEW.id, NEW.reverses_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoiceline_reverses_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_changes_invoice AFTER INSERT ON crm_invoiceline
    FOR EACH ROW EXECUTE FUNCTION crm_line_changes_invoice();

CREATE FUNCTION crm_payment_changes_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE due numeric;
BEGIN
    UPDATE crm_invoice SET received = received + NEW.amount WHERE id = NEW.invoice_id
        RETURNING total - received + refunded INTO due;
    IF due < 0 THEN
        RAISE EXCEPTION 'payment above what is due on invoice %', NEW.invoice_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_within_due';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_changes_invoice AFTER INSERT ON crm_payment
    FOR EACH ROW EXECUTE FUNCTION crm_payment_changes_invoice();

CREATE FUNCTION crm_refund_changes_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE crm_invoice SET refunded = refunded + NEW.amount WHERE id = NEW.invoice_id;
    RETURN NULL;
END $$;
CREATE TRIGGER refund_changes_invoice AFTER INSERT ON crm_refund
    FOR EACH ROW EXECUTE FUNCTION crm_refund_changes_invoice();

CREATE FUNCTION crm_invoice_is_not_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.total <> 0 OR NEW.received <> 0 OR NEW.refunded <> 0) THEN
        RAISE EXCEPTION 'an invoice begins at zero and follows its rows'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoice_follows_rows';
    END IF;
    IF TG_OP = 'UPDATE' AND ((pg_trigger_depth() < 2 AND (
            NEW.total <> OLD.total OR NEW.received <> OLD.received OR NEW.refunded <> OLD.refunded))
        OR NEW.number <> OLD.number OR NEW.store_id <> OLD.store_id) THEN
        RAISE EXCEPTION 'an invoice is changed by its rows only'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoice_follows_rows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_is_not_written BEFORE INSERT OR UPDATE ON crm_invoice
    FOR EACH ROW EXECUTE FUNCTION crm_invoice_is_not_written();
