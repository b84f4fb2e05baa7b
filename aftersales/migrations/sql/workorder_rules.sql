-- A work order is a contract: its first promise is frozen, a settled one does not change, and it leaves only inspected, settled and
-- with a used gate pass.

CREATE FUNCTION aftersales_order_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status NOT IN ('DRAFT', 'ESTIMATED') THEN
            RAISE EXCEPTION 'a work order begins as a draft'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_begins_as_draft';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.first_promised_at IS NOT NULL AND NEW.first_promised_at IS DISTINCT FROM OLD.first_promised_at THEN
        RAISE EXCEPTION 'the first promise is frozen'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'workorder_first_promise_frozen';
    END IF;
    IF OLD.status IN ('SETTLED', 'RELEASED') AND ((NEW.vehicle_id, NEW.store_id, NEW.number, NEW.complaint,
            NEW.cause, NEW.correction, NEW.signed_name) IS DISTINCT FROM (OLD.vehicle_id, OLD.store_id,
            OLD.number, OLD.complaint, OLD.cause, OLD.correction, OLD.signed_name)
        -- its customer is the same person still when their file was merged into another
        OR NEW.customer_id <> OLD.customer_id AND NOT EXISTS (
            SELECT 1 FROM crm_customer WHERE id = OLD.customer_id AND merged_into_id = NEW.customer_id)) THEN
        RAISE EXCEPTION 'work order % is settled and does not change', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'workorder_settled_is_immutable';
    END IF;
    IF NEW.status = OLD.status THEN RETURN NEW; END IF;
    IF NEW.status = 'CANCELLED' AND EXISTS (SELECT 1 FROM aftersales_workline WHERE work_order_id = NEW.id AND issued > 0) THEN
        RAISE EXCEPTION 'parts of work order % are used', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_cancelled_before_parts';
    END IF;
    IF NEW.status IN ('PASSED', 'READY') AND OLD.status NOT IN ('PASSED', 'READY') AND NOT EXISTS (
        SELECT 1 FROM aftersales_qualitycheck WHERE work_order_id = NEW.id AND stage = 'FINAL' AND passed AND round = NEW.rework) THEN
        RAISE EXCEPTION 'work order % is not inspected', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_passed_is_inspected';
    END IF;
    IF NEW.status = 'SETTLED' THEN
        SELECT CASE
            WHEN OLD.status <> 'READY' THEN 'final inspection'
            WHEN NOT EXISTS (SELECT 1 FROM aftersales_checkin WHERE work_order_id = NEW.id) THEN 'mileage'
            WHEN NOT EXISTS (SELECT 1 FROM crm_vehicle WHERE id = NEW.vehicle_id AND vin IS NOT NULL) THEN 'VIN'
            WHEN btrim(NEW.complaint) = '' THEN 'fault description'
            WHEN EXISTS (SELECT 1 FROM aftersales_workline WHERE work_order_id = NEW.id
                AND status IN ('PROPOSED', 'AUTHORISED', 'STARTED')) THEN 'open lines'
            WHEN NOT EXISTS (SELECT 1 FROM aftersales_settlement WHERE work_order_id = NEW.id) THEN 'settlement'
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
    RETURN NEW;
END $$;
CREATE TRIGGER workorder_rules BEFORE INSERT OR UPDATE ON aftersales_workorder
    FOR EACH ROW EXECUTE FUNCTION aftersales_order_rules();
