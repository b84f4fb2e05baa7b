-- A consent names the lines and sums that were shown, and no line costs more or less under it than it was shown for.

CREATE FUNCTION aftersales_consent_says_what() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.method = 'SIGNATURE' AND NEW.signature_id IS NULL AND NEW.typed_name !~ '\S' THEN
        RAISE EXCEPTION 'nobody has signed for work order %', NEW.work_order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'authorisation_is_signed';
    END IF;
    IF jsonb_array_length(NEW.shown) = 0 OR NEW.amount IS DISTINCT FROM (
        SELECT sum((line ->> 'amount')::numeric) FROM jsonb_array_elements(NEW.shown) AS line) THEN
        RAISE EXCEPTION 'consent to % of work order % names other lines', NEW.amount, NEW.work_order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'authorisation_says_what';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER consent_says_what AFTER INSERT ON aftersales_authorisation
    FOR EACH ROW EXECUTE FUNCTION aftersales_consent_says_what();

CREATE FUNCTION aftersales_line_as_shown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM aftersales_authorisation a, jsonb_array_elements(a.shown) AS line
        WHERE a.id = NEW.authorisation_id AND (line ->> 'line')::bigint = NEW.id
            AND (line ->> 'amount')::numeric = NEW.authorised_amount) THEN
        RAISE EXCEPTION 'line % of work order % was not shown so', NEW.position, NEW.work_order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workline_as_shown';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER workline_shown_in_consent AFTER UPDATE ON aftersales_workline
    FOR EACH ROW WHEN (NEW.authorisation_id IS NOT NULL AND (OLD.authorisation_id, OLD.authorised_amount)
        IS DISTINCT FROM (NEW.authorisation_id, NEW.authorised_amount))
    EXECUTE FUNCTION aftersales_line_as_shown();
