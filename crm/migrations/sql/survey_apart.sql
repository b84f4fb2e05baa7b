-- Nobody is asked about their satisfaction twice within thirty days, whoever asks and however two of them meet.
-- Judged when somebody is asked, and when a survey that was void counts again; two files that are merged keep what each was asked.

CREATE FUNCTION crm_survey_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two who ask at this moment come one after the other: the second sees what the first has stored.
    PERFORM FROM crm_customer WHERE id = NEW.customer_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM crm_survey AS other
        WHERE other.customer_id = NEW.customer_id AND other.id <> NEW.id AND other.counted AND other.status <> 'VOID'
            AND other.asked_at > NEW.asked_at - interval '30 days' AND other.asked_at < NEW.asked_at + interval '30 days'
    ) THEN
        RAISE EXCEPTION 'customer % was asked within thirty days', NEW.customer_id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'survey_thirty_days_apart';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER survey_asked_apart BEFORE INSERT ON crm_survey
    FOR EACH ROW WHEN (NEW.counted AND NEW.status <> 'VOID') EXECUTE FUNCTION crm_survey_apart();
CREATE TRIGGER survey_counts_again_apart BEFORE UPDATE OF status ON crm_survey
    FOR EACH ROW WHEN (NEW.counted AND OLD.status = 'VOID' AND NEW.status <> 'VOID') EXECUTE FUNCTION crm_survey_apart();
