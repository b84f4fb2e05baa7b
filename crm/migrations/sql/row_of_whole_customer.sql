-- Two files of one person become one while others work: a row written for the file that went follows to the one that stayed.
-- The key share lock waits for a merge that is under way.

CREATE FUNCTION crm_row_of_whole_customer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whole bigint;
BEGIN
    SELECT merged_into_id INTO whole FROM crm_customer WHERE id = NEW.customer_id FOR KEY SHARE;
    IF whole IS NOT NULL THEN NEW.customer_id := whole; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON crm_contact
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON crm_contactperson
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON crm_customerstore
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON crm_followup
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON crm_invoice
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON crm_letter
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON crm_ownership
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON crm_phone
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON crm_recallentry
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
