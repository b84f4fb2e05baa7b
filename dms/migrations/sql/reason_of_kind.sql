-- The answer of ReasonOf (dms/core/row_rules.py): the reason that a row names is of the kind that belongs there.
-- Arguments: the name of the rule, the column, the kind.

CREATE FUNCTION dms_reason_of_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM dms_reason
        WHERE id = (to_jsonb(NEW) ->> TG_ARGV[1])::bigint AND kind = TG_ARGV[2]) THEN
        RAISE EXCEPTION '% of % is no reason of the kind %: %', TG_ARGV[1], TG_TABLE_NAME, TG_ARGV[2], TG_ARGV[0]
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NULL;
END $$;
