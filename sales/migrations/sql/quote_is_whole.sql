-- An offer is what the customer was shown: nothing is added to it once it was superseded or ordered from.

CREATE FUNCTION sales_quote_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM sales_quote WHERE id = NEW.quote_id AND superseded)
        OR EXISTS (SELECT 1 FROM sales_order WHERE quote_id = NEW.quote_id) THEN
        RAISE EXCEPTION 'quote % is made', NEW.quote_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'quoteline_of_made_quote';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER quote_is_whole AFTER INSERT ON sales_quoteline
    FOR EACH ROW EXECUTE FUNCTION sales_quote_is_whole();

-- What is ordered costs what was offered.
CREATE FUNCTION sales_order_costs_as_offered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount) FROM sales_quoteline WHERE quote_id = NEW.quote_id) IS DISTINCT FROM NEW.price - NEW.discount THEN
        RAISE EXCEPTION 'order % does not cost what quote % says', NEW.number, NEW.quote_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_costs_as_offered';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER order_costs_as_offered AFTER INSERT OR UPDATE OF price, discount ON sales_order
    FOR EACH ROW WHEN (NEW.quote_id IS NOT NULL) EXECUTE FUNCTION sales_order_costs_as_offered();
