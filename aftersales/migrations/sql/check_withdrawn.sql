-- A check says who has looked at the car, and is never changed. One that was made by mistake is withdrawn while nothing has followed
-- it, and its order goes back with it: no car stands as checked by nobody.

CREATE FUNCTION aftersales_check_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR NOT OLD.passed OR NOT EXISTS (SELECT 1 FROM aftersales_workorder
        WHERE id = OLD.work_order_id AND rework = OLD.round
        AND status = CASE OLD.stage WHEN 'SELF' THEN 'SELF_CHECKED' WHEN 'TEAM' THEN 'TEAM_CHECKED' ELSE 'PASSED' END) THEN
        RAISE EXCEPTION 'check % of work order % is kept', OLD.stage, OLD.work_order_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'qualitycheck_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER qualitycheck_kept BEFORE UPDATE OR DELETE ON aftersales_qualitycheck
    FOR EACH ROW EXECUTE FUNCTION aftersales_check_kept();

CREATE FUNCTION aftersales_check_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM aftersales_workorder w WHERE w.id = OLD.work_order_id AND w.rework = OLD.round
        AND w.status = CASE OLD.stage WHEN 'SELF' THEN 'SELF_CHECKED' WHEN 'TEAM' THEN 'TEAM_CHECKED' ELSE 'PASSED' END
        AND NOT EXISTS (SELECT 1 FROM aftersales_qualitycheck c
            WHERE c.work_order_id = w.id AND c.round = w.rework AND c.stage = OLD.stage AND c.passed)) THEN
        RAISE EXCEPTION 'work order % would stand as checked by nobody', OLD.work_order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'qualitycheck_withdrawn_with_its_step';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER qualitycheck_withdrawn AFTER DELETE ON aftersales_qualitycheck DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION aftersales_check_withdrawn();

-- The other way round: a step back withdraws its check, or the next of the three would be asked of a car that has it already.
CREATE FUNCTION aftersales_step_back_withdraws() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM aftersales_qualitycheck WHERE work_order_id = NEW.id AND round = NEW.rework AND passed
        AND stage = CASE OLD.status WHEN 'SELF_CHECKED' THEN 'SELF' WHEN 'TEAM_CHECKED' THEN 'TEAM' ELSE 'FINAL' END) THEN
        RAISE EXCEPTION 'work order %: its check still stands', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workorder_step_back_withdraws_check';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER workorder_step_back_withdraws AFTER UPDATE ON aftersales_workorder FOR EACH ROW
    WHEN (OLD.rework = NEW.rework AND (OLD.status, NEW.status) IN
        (('SELF_CHECKED', 'IN_PROGRESS'), ('TEAM_CHECKED', 'SELF_CHECKED'), ('PASSED', 'TEAM_CHECKED')))
    EXECUTE FUNCTION aftersales_step_back_withdraws();
