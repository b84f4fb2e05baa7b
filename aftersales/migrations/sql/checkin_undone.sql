-- What the car was like when it came is evidence from the signature on. Before it a check-in of the wrong car is undone, and a
-- mileage that was misread is the one that was meant.

CREATE FUNCTION aftersales_checkin_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT 1 FROM aftersales_workorder WHERE id = OLD.work_order_id AND status IN ('DRAFT', 'ESTIMATED')) THEN
            RAISE EXCEPTION 'the customer has signed for the check-in of work order %', OLD.work_order_id
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'checkin_kept';
        END IF;
        RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM crm_misreading m JOIN crm_mileagereading wrong ON wrong.id = m.reading_id
        JOIN crm_mileagereading meant ON (meant.vehicle_id, meant.at) = (wrong.vehicle_id, wrong.at)
        WHERE wrong.id = OLD.reading_id AND meant.id = NEW.reading_id) THEN
        RAISE EXCEPTION 'check-in of work order %: the mileage was read', OLD.work_order_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'checkin_reading_corrected';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER checkin_undone BEFORE DELETE ON aftersales_checkin
    FOR EACH ROW EXECUTE FUNCTION aftersales_checkin_rules();
CREATE TRIGGER checkin_reading_corrected BEFORE UPDATE ON aftersales_checkin
    FOR EACH ROW WHEN (OLD.reading_id IS DISTINCT FROM NEW.reading_id) EXECUTE FUNCTION aftersales_checkin_rules();
CREATE TRIGGER aftersales_checkin_no_truncate BEFORE TRUNCATE ON aftersales_checkin
    FOR EACH STATEMENT EXECUTE FUNCTION dms_refuse('checkin_kept');
