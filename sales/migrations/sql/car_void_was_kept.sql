-- A car that was kept for an order was here: whoever enters the VIN again would give it a second history.

CREATE FUNCTION sales_car_void_was_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM sales_allocation WHERE car_id = NEW.id) THEN
        RAISE EXCEPTION 'car % was kept for an order', NEW.vin
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'stockcar_void_was_kept';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER car_void_was_kept AFTER UPDATE OF status ON sales_stockcar
    FOR EACH ROW WHEN (NEW.status = 'VOID' AND OLD.status <> 'VOID')
    EXECUTE FUNCTION sales_car_void_was_kept();
