-- A car that has left cannot be called back: delivery waits for money (or an approved credit) and signatures, whoever writes the row.
-- History comes in as delivered (StatusMoves); nothing becomes so in any other way.

CREATE FUNCTION sales_order_may_be_delivered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing text;
BEGIN
    SELECT CASE
        WHEN (SELECT count(DISTINCT department) FROM sales_signoff s JOIN sales_deliverysheet d ON d.id = s.sheet_id
              WHERE d.order_id = NEW.id) < 4 THEN 'sign-offs'
        WHEN NOT EXISTS (SELECT 1 FROM sales_deliverysheet WHERE order_id = NEW.id AND confirmed_at IS NOT NULL)
            THEN 'confirmation'
        WHEN NOT EXISTS (SELECT 1 FROM crm_invoice i WHERE i.id = NEW.invoice_id AND i.total > 0
              AND (i.total <= i.received - i.refunded OR i.credit_until >= current_date)) THEN 'payment'
        WHEN NOT EXISTS (SELECT 1 FROM sales_allocation a JOIN sales_stockcar c ON c.id = a.car_id
              WHERE a.order_id = NEW.id AND a.ended_at IS NULL AND c.certificate = 'IN_HAND') THEN 'certificate'
        END INTO missing;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'order % cannot be delivered: % missing', NEW.number, missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_delivered_is_complete';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER order_may_be_delivered BEFORE UPDATE ON sales_order
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status = 'DELIVERED')
    EXECUTE FUNCTION sales_order_may_be_delivered();
