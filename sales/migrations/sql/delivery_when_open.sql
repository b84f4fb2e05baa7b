-- A customer is asked to come while the store that hands the car over is open: not on a day it is closed, not in its break, and not so
-- late that it closes meanwhile (a quarter of an hour, as deliveries.HANDING_OVER). Judged when the appointment is made: a store that
-- changes its hours later does not spoil what was agreed.

CREATE FUNCTION sales_delivery_when_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    store dms_store;
    comes interval := (NEW.appointment_at AT TIME ZONE 'Asia/Shanghai')::time::interval;
    leaves interval := comes + interval '15 minutes';
BEGIN
    SELECT s.* INTO STRICT store FROM sales_order o
        JOIN dms_store s ON s.id = coalesce(o.delivering_store_id, o.store_id) WHERE o.id = NEW.order_id;
    IF (NEW.appointment_at AT TIME ZONE 'Asia/Shanghai')::date = ANY(store.closed_on)
        OR comes < store.opens_at::interval OR leaves > store.closes_at::interval
        OR comes < store.break_until::interval AND leaves > store.break_from::interval THEN
        RAISE EXCEPTION 'store % hands over no cars at %', store.id, NEW.appointment_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deliverysheet_when_open';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER delivery_when_open_first AFTER INSERT ON sales_deliverysheet
    FOR EACH ROW WHEN (NEW.appointment_at IS NOT NULL) EXECUTE FUNCTION sales_delivery_when_open();
CREATE TRIGGER delivery_when_open AFTER UPDATE OF appointment_at ON sales_deliverysheet
    FOR EACH ROW WHEN (NEW.appointment_at IS NOT NULL AND NEW.appointment_at IS DISTINCT FROM OLD.appointment_at)
    EXECUTE FUNCTION sales_delivery_when_open();
