-- The customer pays for what they agreed to: a dearer line asks again, and a bill that was checked does not change.

CREATE FUNCTION aftersales_line_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE order_status text;
BEGIN
    SELECT status INTO order_status FROM aftersales_workorder WHERE id = NEW.work_order_id;
    IF order_status IN ('SELF_CHECKED', 'TEAM_CHECKED', 'PASSED', 'READY', 'SETTLED', 'RELEASED', 'CANCELLED') THEN
        RAISE EXCEPTION 'work order % is %: its lines do not change', NEW.work_order_id, order_status
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

-- One consent is not given twice over: what its lines may cost is together no more than the sum the customer heard.
CREATE FUNCTION aftersales_lines_within_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE agreed numeric;
BEGIN
    SELECT amount INTO agreed FROM aftersales_authorisation WHERE id = NEW.authorisation_id FOR UPDATE;
    IF (SELECT sum(authorised_amount) FROM aftersales_workline WHERE authorisation_id = NEW.authorisation_id) > agreed THEN
        RAISE EXCEPTION 'lines of work order % cost more than was agreed', NEW.work_order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workline_within_its_consent';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_within_consent AFTER UPDATE ON aftersales_workline
    FOR EACH ROW WHEN (NEW.authorisation_id IS NOT NULL AND (OLD.authorisation_id, OLD.authorised_amount)
        IS DISTINCT FROM (NEW.authorisation_id, NEW.authorised_amount))
    EXECUTE FUNCTION aftersales_lines_within_consent();
CREATE TRIGGER lines_within_consent_first AFTER INSERT ON aftersales_workline
    FOR EACH ROW WHEN (NEW.authorisation_id IS NOT NULL) EXECUTE FUNCTION aftersales_lines_within_consent();
