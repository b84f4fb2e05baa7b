-- The table of losses is counted by its reasons: one of another kind is none.

CREATE FUNCTION sales_lead_lost_for_a_loss_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM dms_reason WHERE id = NEW.loss_reason_id AND kind = 'LOSS') THEN
        RAISE EXCEPTION 'reason % is none of a loss', NEW.loss_reason_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lead_lost_for_a_loss_reason';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lead_lost_for_a_loss_reason AFTER UPDATE ON sales_lead
    FOR EACH ROW WHEN (NEW.loss_reason_id IS NOT NULL AND NEW.loss_reason_id IS DISTINCT FROM OLD.loss_reason_id)
    EXECUTE FUNCTION sales_lead_lost_for_a_loss_reason();
