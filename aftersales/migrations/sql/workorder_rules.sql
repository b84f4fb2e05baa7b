-- A work order is a contract: it leaves only commissioned, inspected, settled and with a used gate pass.

CREATE FUNCTION aftersales_order_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing text; needed text;
BEGIN
    IF NEW.status = 'CANCELLED' AND EXISTS (SELECT 1 FROM aftersales_workline WHERE work_order_id = NEW.id AND issued > 0) THEN
        RAISE EXCEPTION 'parts of work order % are used', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_cancelled_before_parts';
    END IF;
    IF NEW.status = 'AUTHORISED' AND NOT EXISTS (SELECT 1 FROM aftersales_authorisation WHERE work_order_id = NEW.id) THEN
        RAISE EXCEPTION 'nobody has agreed to work order %', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_authorised_by_customer';
    END IF;
    needed := CASE NEW.status WHEN 'SELF_CHECKED' THEN 'SELF' WHEN 'TEAM_CHECKED' THEN 'TEAM' END;
    IF needed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM aftersales_qualitycheck
        WHERE work_order_id = NEW.id AND stage = needed AND passed AND round = NEW.rework) THEN
        RAISE EXCEPTION 'work order % is not checked (%)', NEW.number, needed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_checked_in_order';
    END IF;
    IF NEW.status IN ('PASSED', 'READY') AND NOT EXISTS (
        SELECT 1 FROM aftersales_qualitycheck WHERE work_order_id = NEW.id AND stage = 'FINAL' AND passed AND round = NEW.rework) THEN
        RAISE EXCEPTION 'work order % is not inspected', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_passed_is_inspected';
    END IF;
    IF NEW.status = 'SETTLED' THEN
        SELECT CASE
            WHEN NOT EXISTS (SELECT 1 FROM aftersales_checkin WHERE work_order_id = NEW.id) THEN 'mileage'
            WHEN NOT EXISTS (SELECT 1 FROM crm_vehicle WHERE id = NEW.vehicle_id AND vin IS NOT NULL) THEN 'VIN'
            WHEN NEW.complaint !~ '\S' THEN 'fault description'
            WHEN EXISTS (SELECT 1 FROM aftersales_workline WHERE work_order_id = NEW.id
                AND status IN ('PROPOSED', 'AUTHORISED', 'STARTED')) THEN 'open lines'
            WHEN NOT EXISTS (SELECT 1 FROM aftersales_settlement s LEFT JOIN crm_invoice i ON i.id = NEW.invoice_id
                WHERE s.work_order_id = NEW.id AND s.customer_pays = coalesce(i.total, 0)) THEN 'settlement'
            END INTO missing;
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION 'work order % cannot be settled: %', NEW.number, missing
                USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_settled_is_complete';
        END IF;
    END IF;
    IF NEW.status = 'RELEASED' AND NOT EXISTS (
        SELECT 1 FROM aftersales_gatepass WHERE work_order_id = NEW.id AND used_at IS NOT NULL) THEN
        RAISE EXCEPTION 'work order % has no used gate pass', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_released_by_gate_pass';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER workorder_rules AFTER UPDATE ON aftersales_workorder
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION aftersales_order_rules();

-- A car that stands still says for whom it waits. Judged at the end: the status is written before the hold, and taken back after it.
CREATE FUNCTION aftersales_hold_and_order_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE work_order bigint := CASE TG_TABLE_NAME WHEN 'aftersales_workorder' THEN NEW.id END;
BEGIN
    IF work_order IS NULL THEN work_order := NEW.work_order_id; END IF;
    IF EXISTS (SELECT 1 FROM aftersales_workorder w WHERE w.id = work_order AND (
        w.status = 'ON_HOLD' AND NOT EXISTS (
            SELECT 1 FROM aftersales_holdperiod h WHERE h.work_order_id = w.id AND h.until IS NULL)
        OR w.status NOT IN ('ON_HOLD', 'CANCELLED') AND EXISTS (
            SELECT 1 FROM aftersales_holdperiod h WHERE h.work_order_id = w.id AND h.until IS NULL))) THEN
        RAISE EXCEPTION 'work order % and its hold do not agree', work_order
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_and_hold_agree';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER workorder_and_hold_agree AFTER UPDATE ON aftersales_workorder DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND 'ON_HOLD' IN (OLD.status, NEW.status))
    EXECUTE FUNCTION aftersales_hold_and_order_agree();
CREATE CONSTRAINT TRIGGER hold_and_workorder_agree AFTER INSERT OR UPDATE ON aftersales_holdperiod
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION aftersales_hold_and_order_agree();

-- What a car was like when it came is written while it is here, and the mileage is its own.
CREATE FUNCTION aftersales_checkin_of_open_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM aftersales_workorder w JOIN crm_mileagereading r ON r.vehicle_id = w.vehicle_id
        WHERE w.id = NEW.work_order_id AND r.id = NEW.reading_id AND w.status NOT IN ('SETTLED', 'RELEASED', 'CANCELLED')) THEN
        RAISE EXCEPTION 'work order % is over, or the mileage is of another car', NEW.work_order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'checkin_of_open_order';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER checkin_of_open_order AFTER INSERT ON aftersales_checkin
    FOR EACH ROW EXECUTE FUNCTION aftersales_checkin_of_open_order();

-- The bill names the car by its VIN: once one was settled, the VIN is not another.
CREATE FUNCTION aftersales_vin_of_settled_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM aftersales_workorder WHERE vehicle_id = NEW.id AND status IN ('SETTLED', 'RELEASED')) THEN
        RAISE EXCEPTION 'work was settled under the VIN %', OLD.vin
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'vehicle_vin_of_settled_order';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER vin_of_settled_order AFTER UPDATE ON crm_vehicle
    FOR EACH ROW WHEN (OLD.vin IS NOT NULL AND OLD.vin IS DISTINCT FROM NEW.vin)
    EXECUTE FUNCTION aftersales_vin_of_settled_order();
