-- The sheet that is explained and signed says what the lines say, and is written for a car that has passed. Once it is there the
-- order is settled: judged at the end, because the sheet is written before the status.

CREATE FUNCTION aftersales_settlement_equals_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sums record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM aftersales_workorder WHERE id = NEW.work_order_id AND status = 'READY') THEN
        RAISE EXCEPTION 'work order % has not passed', NEW.work_order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_of_passed_order';
    END IF;
    SELECT coalesce(sum(amount) FILTER (WHERE kind = 'LABOUR'), 0) AS labour,
        coalesce(sum(amount) FILTER (WHERE kind = 'PART'), 0) AS parts,
        coalesce(sum(amount) FILTER (WHERE kind NOT IN ('LABOUR', 'PART')), 0) AS other,
        coalesce(sum(amount) FILTER (WHERE payer = 'CUSTOMER'), 0) AS customer
        INTO sums FROM aftersales_workline WHERE work_order_id = NEW.work_order_id AND status = 'DONE';
    IF (sums.labour, sums.parts, sums.other, sums.customer)
        IS DISTINCT FROM (NEW.labour, NEW.parts, NEW.other, NEW.customer_pays) THEN
        RAISE EXCEPTION 'settlement % does not equal its lines', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_equals_lines';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER settlement_equals_lines AFTER INSERT ON aftersales_settlement
    FOR EACH ROW EXECUTE FUNCTION aftersales_settlement_equals_lines();

CREATE FUNCTION aftersales_settlement_settles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM aftersales_workorder
        WHERE id = NEW.work_order_id AND status IN ('SETTLED', 'RELEASED')) THEN
        RAISE EXCEPTION 'settlement % leaves its work order open', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_settles';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER settlement_settles AFTER INSERT ON aftersales_settlement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION aftersales_settlement_settles();

-- The customer's word is asked for while something can still be done or left.
CREATE FUNCTION aftersales_consent_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM aftersales_workorder WHERE id = NEW.work_order_id
        AND status IN ('ESTIMATED', 'AUTHORISED', 'DISPATCHED', 'IN_PROGRESS', 'ON_HOLD')) THEN
        RAISE EXCEPTION 'no consent is taken on work order % now', NEW.work_order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'authorisation_in_time';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER consent_in_time AFTER INSERT ON aftersales_authorisation
    FOR EACH ROW EXECUTE FUNCTION aftersales_consent_in_time();
