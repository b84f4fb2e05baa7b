-- The answer of every rule that is told in a trigger's WHEN (dms/core/row_rules.py): whoever gets here has broken it.

CREATE FUNCTION dms_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', lower(TG_OP), TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_ARGV[0];
END $$;
