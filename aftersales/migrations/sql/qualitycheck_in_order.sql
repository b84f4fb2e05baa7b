-- Three checks by three people, in this order, each round anew: nobody inspects what the technician has not finished.

CREATE FUNCTION aftersales_checks_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed text := CASE NEW.stage WHEN 'TEAM' THEN 'SELF' WHEN 'FINAL' THEN 'TEAM' END;
    turn text := CASE NEW.stage WHEN 'SELF' THEN 'IN_PROGRESS' WHEN 'TEAM' THEN 'SELF_CHECKED' ELSE 'TEAM_CHECKED' END;
BEGIN
    IF needed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM aftersales_qualitycheck WHERE work_order_id = NEW.work_order_id
        AND round = NEW.round AND stage = needed AND passed) THEN
        RAISE EXCEPTION 'check % before %', NEW.stage, needed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'qualitycheck_in_order';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM aftersales_workorder
        WHERE id = NEW.work_order_id AND status = turn AND rework = NEW.round) THEN
        RAISE EXCEPTION 'check % is not its turn', NEW.stage
            USING ERRCODE = 'check_violation', CONSTRAINT = 'qualitycheck_in_turn';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER qualitycheck_in_order BEFORE INSERT ON aftersales_qualitycheck
    FOR EACH ROW EXECUTE FUNCTION aftersales_checks_in_order();
