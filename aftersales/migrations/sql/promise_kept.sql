-- A promise is what the customer plans the day by: frozen at the signature, moved only with a reason and the customer told, and
-- never for a time at which nobody hands a car over. The time is that of the store’s clock.

CREATE FUNCTION aftersales_promise_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE clock time := (NEW.promised_at AT TIME ZONE 'Asia/Shanghai')::time; last record;
BEGIN
    IF NEW.promised_at IS DISTINCT FROM OLD.promised_at AND NOT EXISTS (SELECT 1 FROM dms_store WHERE id = NEW.store_id
        AND clock BETWEEN opens_at AND closes_at AND (break_from IS NULL OR clock <= break_from OR clock >= break_until)) THEN
        RAISE EXCEPTION 'work order %: closed at %', NEW.number, NEW.promised_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_promise_in_opening_hours';
    END IF;
    IF OLD.first_promised_at IS NULL AND NEW.first_promised_at IS NOT NULL AND NOT (
        OLD.status = 'ESTIMATED' AND NEW.status = 'AUTHORISED' AND NEW.first_promised_at = NEW.promised_at) THEN
        RAISE EXCEPTION 'work order %: the first promise is that of the signature', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_first_promise_at_signature';
    END IF;
    IF OLD.first_promised_at IS NOT NULL AND NEW.promised_at IS DISTINCT FROM OLD.promised_at THEN
        SELECT before, after INTO last FROM aftersales_promisechange WHERE work_order_id = NEW.id ORDER BY id DESC LIMIT 1;
        IF last IS NULL OR (last.before, last.after) IS DISTINCT FROM (OLD.promised_at, NEW.promised_at) THEN
            RAISE EXCEPTION 'work order %: nobody says why the promise moves', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_promise_change_explained';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER workorder_time_promised AFTER UPDATE ON aftersales_workorder FOR EACH ROW
    WHEN (OLD.promised_at IS DISTINCT FROM NEW.promised_at OR OLD.first_promised_at IS DISTINCT FROM NEW.first_promised_at)
    EXECUTE FUNCTION aftersales_promise_rules();

CREATE FUNCTION aftersales_promise_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE clock time := (NEW.promised_at AT TIME ZONE 'Asia/Shanghai')::time;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM dms_store WHERE id = NEW.store_id
        AND clock BETWEEN opens_at AND closes_at AND (break_from IS NULL OR clock <= break_from OR clock >= break_until)) THEN
        RAISE EXCEPTION 'work order %: closed at %', NEW.number, NEW.promised_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_promise_in_opening_hours';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER workorder_promise_made AFTER INSERT ON aftersales_workorder FOR EACH ROW
    WHEN (NEW.promised_at IS NOT NULL) EXECUTE FUNCTION aftersales_promise_made();

-- A change begins at the promise of its order, and is made: one that is only written down tells the customer nothing true.
CREATE FUNCTION aftersales_promise_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM aftersales_workorder WHERE id = NEW.work_order_id
        AND first_promised_at IS NOT NULL AND promised_at = NEW.before) THEN
        RAISE EXCEPTION 'work order % was not promised for %', NEW.work_order_id, NEW.before
            USING ERRCODE = 'check_violation', CONSTRAINT = 'promisechange_of_this_promise';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER promise_change AFTER INSERT ON aftersales_promisechange
    FOR EACH ROW EXECUTE FUNCTION aftersales_promise_change();

CREATE FUNCTION aftersales_promise_change_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM aftersales_workorder WHERE id = NEW.work_order_id AND promised_at = NEW.after)
        AND NOT EXISTS (SELECT 1 FROM aftersales_promisechange
            WHERE work_order_id = NEW.work_order_id AND id > NEW.id AND before = NEW.after) THEN
        RAISE EXCEPTION 'work order % is not promised for %', NEW.work_order_id, NEW.after
            USING ERRCODE = 'check_violation', CONSTRAINT = 'promisechange_is_kept';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER promise_change_kept AFTER INSERT ON aftersales_promisechange DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION aftersales_promise_change_kept();

-- What was wrong and what was done is in writing before anybody checks it.
CREATE FUNCTION aftersales_described_before_checks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'work order %: cause and correction are not written', NEW.number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_checked_is_described';
END $$;
CREATE TRIGGER workorder_described_before_checks AFTER UPDATE ON aftersales_workorder FOR EACH ROW
    WHEN (OLD.status = 'IN_PROGRESS' AND NEW.status = 'SELF_CHECKED' AND NOT (NEW.cause ~ '\S' AND NEW.correction ~ '\S'))
    EXECUTE FUNCTION aftersales_described_before_checks();
