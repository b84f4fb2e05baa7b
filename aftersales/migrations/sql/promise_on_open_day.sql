-- Nobody hands a car over on a day on which the store is closed, whatever its hours are on other days. The day is that of the
-- store’s clock.

CREATE FUNCTION aftersales_promise_on_open_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM dms_store
        WHERE id = NEW.store_id AND (NEW.promised_at AT TIME ZONE 'Asia/Shanghai')::date = ANY(closed_on)) THEN
        RAISE EXCEPTION 'work order %: closed on the day of %', NEW.number, NEW.promised_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_promise_on_open_day';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER workorder_promise_on_open_day AFTER UPDATE ON aftersales_workorder FOR EACH ROW
    WHEN (NEW.promised_at IS NOT NULL AND OLD.promised_at IS DISTINCT FROM NEW.promised_at)
    EXECUTE FUNCTION aftersales_promise_on_open_day();
CREATE TRIGGER workorder_promise_made_on_open_day AFTER INSERT ON aftersales_workorder FOR EACH ROW
    WHEN (NEW.promised_at IS NOT NULL) EXECUTE FUNCTION aftersales_promise_on_open_day();
