-- Rows of a file that was merged follow to the file that stayed: the rule is crm's, the tables are ours.

CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON aftersales_appointment
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();

CREATE TRIGGER row_of_whole_customer BEFORE INSERT OR UPDATE OF customer_id ON aftersales_workorder
    FOR EACH ROW EXECUTE FUNCTION crm_row_of_whole_customer();
