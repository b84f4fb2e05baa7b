-- No letter and no text message of care, marketing or a survey without a live consent, and the consent is stored with it. The newest
-- word of the customer is filled in where none is named; named, it must be that one. A word of another customer, one that was
-- withdrawn, or none where silence does not allow it: refused, whoever writes. What a contract needs says so as its purpose; what
-- a rule sends has the purpose of the rule. Judged again when a letter is printed or mailed, and when a message is sent once more.

CREATE FUNCTION crm_word(customer bigint, purpose text, channel text) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT word.id FROM crm_consent AS word
    WHERE word.customer_id = $1 AND word.purpose = $2 AND word.channel = CASE $3 WHEN 'VISIT' THEN 'CALL' ELSE $3 END
        AND word.undoes_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM crm_consent AS counter WHERE counter.undoes_id = word.id)
    ORDER BY word.at DESC, word.id DESC LIMIT 1
$$;

CREATE FUNCTION crm_letter_with_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_rule text := (
        SELECT rule.purpose FROM crm_followup AS promise JOIN crm_cadence AS rule ON rule.id = promise.cadence_id
        WHERE promise.id = NEW.follow_up_id
    );
    word bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.purpose <> COALESCE(of_rule, CASE WHEN NEW.recall_entry_id IS NULL THEN NEW.purpose ELSE 'CARE' END) THEN
            RAISE EXCEPTION 'a letter of a rule has its purpose: %', COALESCE(of_rule, 'CARE')
                USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_has_purpose_of_rule';
        END IF;
        word := CASE NEW.purpose WHEN 'CONTRACT' THEN NULL ELSE crm_word(NEW.customer_id, NEW.purpose, 'LETTER') END;
        IF NEW.consent_id IS NULL THEN
            NEW.consent_id := word;
        ELSIF NEW.consent_id IS DISTINCT FROM word THEN
            RAISE EXCEPTION 'consent % is not the word of customer % on %', NEW.consent_id, NEW.customer_id, NEW.purpose
                USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_with_consent';
        END IF;
    END IF;
    IF NEW.purpose <> 'CONTRACT' AND NOT crm_may(NEW.customer_id, NEW.purpose, 'LETTER') THEN
        RAISE EXCEPTION 'customer % wants no letter of %', NEW.customer_id, NEW.purpose
            USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_with_consent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letter_with_consent_written BEFORE INSERT ON crm_letter
    FOR EACH ROW EXECUTE FUNCTION crm_letter_with_consent();
CREATE TRIGGER letter_with_consent_out BEFORE UPDATE ON crm_letter
    FOR EACH ROW WHEN (
        OLD.printed_at IS NULL AND NEW.printed_at IS NOT NULL OR OLD.mailed_at IS NULL AND NEW.mailed_at IS NOT NULL
    )
    EXECUTE FUNCTION crm_letter_with_consent();

CREATE FUNCTION crm_message_with_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promise record;
    ground text;
BEGIN
    SELECT row.customer_id, row.channel, rule.purpose INTO promise
    FROM crm_followup AS row
    JOIN crm_cadence AS rule ON rule.id = row.cadence_id
    JOIN django_content_type AS kind ON kind.app_label = 'crm' AND kind.model = 'followup'
    WHERE row.id = NEW.subject_id AND kind.id = NEW.subject_type_id;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        ground := concat_ws('/', promise.purpose, promise.channel,
            COALESCE(crm_word(promise.customer_id, promise.purpose, promise.channel)::text, '-'));
        IF NEW.consent = '' THEN
            NEW.consent := ground;
        ELSIF NEW.consent <> ground THEN
            RAISE EXCEPTION 'consent % is not the word of customer %: %', NEW.consent, promise.customer_id, ground
                USING ERRCODE = 'check_violation', CONSTRAINT = 'message_with_consent';
        END IF;
    END IF;
    IF NOT crm_may(promise.customer_id, promise.purpose, promise.channel) THEN
        RAISE EXCEPTION 'customer % wants no message of %', promise.customer_id, promise.purpose
            USING ERRCODE = 'check_violation', CONSTRAINT = 'message_with_consent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER message_with_consent_posted BEFORE INSERT ON dms_message
    FOR EACH ROW WHEN (NEW.subject_id IS NOT NULL) EXECUTE FUNCTION crm_message_with_consent();
CREATE TRIGGER message_with_consent_again BEFORE UPDATE ON dms_message
    FOR EACH ROW WHEN (OLD.status = 'FAILED' AND NEW.status = 'PENDING' AND NEW.subject_id IS NOT NULL)
    EXECUTE FUNCTION crm_message_with_consent();
