-- The group has a default at any time: a store that has chosen no preset follows it, and without one its deliveries begin no care and
-- nobody hears of it. Judged when the transaction ends: one that takes over stands beside the old one for a moment.

CREATE FUNCTION crm_cadencepreset_has_default() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM crm_cadencepreset WHERE is_default) THEN
        RAISE EXCEPTION 'no care preset is the default of the group'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cadencepreset_has_default';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cadencepreset_has_default AFTER UPDATE OR DELETE ON crm_cadencepreset DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.is_default) EXECUTE FUNCTION crm_cadencepreset_has_default();
