-- The car is gone: what closed its bill is not given back by the till alone. To take work back its lines are reversed first; then
-- nothing is due for them, and the money may go. What was paid too much may go at once.

CREATE FUNCTION aftersales_refund_leaves_visit_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE visit record;
BEGIN
    SELECT w.number, i.total, i.received - i.refunded AS paid INTO visit
        FROM aftersales_workorder w JOIN crm_invoice i ON i.id = w.invoice_id
        WHERE i.id = NEW.invoice_id AND w.status = 'RELEASED';
    IF FOUND AND visit.paid < visit.total THEN
        RAISE EXCEPTION 'the car of work order % has left, and would not be paid', visit.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'refund_leaves_visit_paid';
    END IF;
    RETURN NULL;
END $$;
-- Its name follows that of the trigger that writes the sums of the invoice: it judges what they are then.
CREATE TRIGGER refund_leaves_visit_paid AFTER INSERT ON crm_refund
    FOR EACH ROW EXECUTE FUNCTION aftersales_refund_leaves_visit_paid();
