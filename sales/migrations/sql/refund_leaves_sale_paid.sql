-- The car is gone: of what was paid for it not everything goes back, and what closed the sale stays. To take a sale back its lines
-- are reversed first; then nothing is due, and the money may go.

CREATE FUNCTION sales_refund_leaves_sale_paid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sale record;
BEGIN
    SELECT o.number, o.status, i.total, i.received - i.refunded AS paid INTO sale
        FROM sales_order o JOIN crm_invoice i ON i.id = o.invoice_id
        WHERE i.id = NEW.invoice_id AND o.status IN ('DELIVERED', 'CLOSED');
    IF FOUND AND sale.paid < sale.total AND (sale.status = 'CLOSED' OR sale.paid <= 0) THEN
        RAISE EXCEPTION 'the car of order % was handed over, and would not be paid', sale.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'refund_leaves_sale_paid';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refund_leaves_sale_paid AFTER INSERT ON crm_refund
    FOR EACH ROW EXECUTE FUNCTION sales_refund_leaves_sale_paid();
