-- Credit lets a car go unpaid. Who is written down as having approved it may do so today: by a role of theirs, or as administrator.

CREATE FUNCTION crm_credit_is_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM dms_user WHERE id = NEW.credit_by_id AND is_superuser) AND NOT EXISTS (
            SELECT 1 FROM dms_user_groups g JOIN dms_roleright r ON r.role_id = g.group_id
            WHERE g.user_id = NEW.credit_by_id AND r.right = 'billing.credit' AND r.granted) THEN
        RAISE EXCEPTION 'user % may not approve credit', NEW.credit_by_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_credit_is_approved';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_is_approved_first AFTER INSERT ON crm_invoice
    FOR EACH ROW WHEN (NEW.credit_by_id IS NOT NULL) EXECUTE FUNCTION crm_credit_is_approved();
CREATE TRIGGER credit_is_approved AFTER UPDATE ON crm_invoice
    FOR EACH ROW WHEN (NEW.credit_by_id IS NOT NULL
        AND (OLD.credit_by_id, OLD.credit_until) IS DISTINCT FROM (NEW.credit_by_id, NEW.credit_until))
    EXECUTE FUNCTION crm_credit_is_approved();
