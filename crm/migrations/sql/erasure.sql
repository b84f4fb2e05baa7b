-- A person is erased on request: within the transaction that erases them, and for no other, the words that speak of them may go from
-- rows that else nobody changes: what was said, written, sent and logged. The rows stay, with their times, figures and cars.
-- now() is the moment at which that transaction began. Contracts (orders, work orders, what was signed) are kept as the law demands.

CREATE FUNCTION crm_erasable(name text) RETURNS text[] IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE name
        WHEN 'crm_contact' THEN ARRAY['said']
        WHEN 'crm_complaint' THEN ARRAY['words', 'solution', 'closed_word', 'void_reason']
        WHEN 'crm_survey' THEN ARRAY['words', 'void_reason']
        WHEN 'crm_letter' THEN ARRAY['title', 'body', 'addressee', 'address']
        WHEN 'crm_customermerge' THEN ARRAY['kept', 'reason', 'undone_why']
        WHEN 'dms_event' THEN ARRAY['data', 'subject_label']
        WHEN 'dms_message' THEN ARRAY['recipient', 'title', 'body', 'template_facts', 'error']
        WHEN 'dms_attachment' THEN ARRAY['name']
        WHEN 'sales_lead' THEN ARRAY['wish', 'budget', 'loss_note']
        WHEN 'sales_leadcontact' THEN ARRAY['what', 'review']
        WHEN 'sales_showroomvisit' THEN ARRAY['name', 'note', 'void_reason']
        WHEN 'aftersales_appointment' THEN ARRAY['wish']
    END || 'updated_at'::text
$$;

-- Of a row that names a customer, only the one who is erased; nothing but the words, and only in a table that has some.
CREATE FUNCTION crm_is_erasure(name text, before jsonb, after jsonb) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT crm_erasable(name) <> ARRAY['updated_at'] AND before - crm_erasable(name) = after - crm_erasable(name)
        AND EXISTS (
            SELECT 1 FROM crm_customer AS person
            WHERE person.erased_at = now()
                AND (NOT before ? 'customer_id' OR before ->> 'customer_id' IS NULL
                    OR (before ->> 'customer_id')::bigint = person.id)
        )
$$;

CREATE OR REPLACE FUNCTION dms_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF crm_is_erasure(TG_TABLE_NAME, to_jsonb(OLD), to_jsonb(NEW)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% of % is refused: %', lower(TG_OP), TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_ARGV[0];
END $$;

CREATE OR REPLACE FUNCTION dms_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF crm_is_erasure(TG_TABLE_NAME, to_jsonb(OLD), to_jsonb(NEW)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: a correction is a new row', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;
