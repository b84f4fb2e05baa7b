-- What stands still, is put off or does not take place is counted by its reasons: one of another kind (“loan refused” of a work order)
-- is none. The arguments are the column, the kind it takes, and the name of the rule.

CREATE FUNCTION aftersales_reason_of_its_kind() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE chosen bigint := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
    IF NOT EXISTS (SELECT 1 FROM dms_reason WHERE id = chosen AND kind = TG_ARGV[1]) THEN
        RAISE EXCEPTION 'reason % is none of %', chosen, TG_ARGV[1]
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[2];
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER appointment_cancelled_for_its_reason AFTER INSERT OR UPDATE OF status, cancel_reason_id ON aftersales_appointment
    FOR EACH ROW WHEN (NEW.cancel_reason_id IS NOT NULL AND NEW.status <> 'NO_SHOW')
    EXECUTE FUNCTION aftersales_reason_of_its_kind('cancel_reason_id', 'CANCEL', 'appointment_reason_of_its_kind');
CREATE TRIGGER appointment_missed_for_its_reason AFTER INSERT OR UPDATE OF status, cancel_reason_id ON aftersales_appointment
    FOR EACH ROW WHEN (NEW.cancel_reason_id IS NOT NULL AND NEW.status = 'NO_SHOW')
    EXECUTE FUNCTION aftersales_reason_of_its_kind('cancel_reason_id', 'NO_SHOW', 'appointment_reason_of_its_kind');
CREATE TRIGGER workorder_cancelled_for_its_reason AFTER INSERT OR UPDATE OF cancel_reason_id ON aftersales_workorder
    FOR EACH ROW WHEN (NEW.cancel_reason_id IS NOT NULL)
    EXECUTE FUNCTION aftersales_reason_of_its_kind('cancel_reason_id', 'WORK_CANCEL', 'workorder_reason_of_its_kind');
CREATE TRIGGER workline_turned_down_for_its_reason AFTER INSERT OR UPDATE OF reason_id ON aftersales_workline
    FOR EACH ROW WHEN (NEW.reason_id IS NOT NULL)
    EXECUTE FUNCTION aftersales_reason_of_its_kind('reason_id', 'DECLINE', 'workline_reason_of_its_kind');
CREATE TRIGGER hold_for_its_reason AFTER INSERT OR UPDATE OF reason_id ON aftersales_holdperiod
    FOR EACH ROW EXECUTE FUNCTION aftersales_reason_of_its_kind('reason_id', 'HOLD', 'hold_reason_of_its_kind');
CREATE TRIGGER promise_changed_for_its_reason AFTER INSERT ON aftersales_promisechange
    FOR EACH ROW EXECUTE FUNCTION aftersales_reason_of_its_kind('reason_id', 'PROMISE', 'promisechange_reason_of_its_kind');
