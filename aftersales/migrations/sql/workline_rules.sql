-- The customer pays for what they agreed to: a dearer line asks again, and a settled bill does not change.

CREATE FUNCTION aftersales_line_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE order_status text;
BEGIN
    SELECT status INTO order_status FROM aftersales_workorder WHERE id = NEW.work_order_id;
    IF order_status IN ('SETTLED', 'RELEASED', 'CANCELLED') THEN
        RAISE EXCEPTION 'work order % is settled: its lines do not change', NEW.work_order_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'workline_settled_is_immutable';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'AUTHORISED' AND NEW.status = 'AUTHORISED'
        AND NEW.authorisation_id IS NOT DISTINCT FROM OLD.authorisation_id AND NEW.amount > OLD.authorised_amount THEN
        NEW.status := 'PROPOSED'; NEW.authorisation_id := NULL; NEW.authorised_amount := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER workline_rules BEFORE INSERT OR UPDATE ON aftersales_workline
    FOR EACH ROW EXECUTE FUNCTION aftersales_line_rules();
