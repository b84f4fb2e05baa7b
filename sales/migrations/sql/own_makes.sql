-- A store offers its own makes only, and a colour is one of the car's make: whichever document names them, and whoever writes it.
-- What was imported happened before.

CREATE FUNCTION sales_of_own_make() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE make bigint; place bigint;
BEGIN
    IF TG_TABLE_NAME = 'sales_lead' THEN
        SELECT s.brand_id INTO make FROM dms_series s WHERE s.id = NEW.series_id;
    ELSE
        SELECT s.brand_id INTO make FROM dms_variant v JOIN dms_series s ON s.id = v.series_id WHERE v.id = NEW.variant_id;
        IF EXISTS (SELECT 1 FROM dms_colour c WHERE c.id = NEW.colour_id AND c.brand_id <> make) THEN
            RAISE EXCEPTION 'colour % is of another make', NEW.colour_id
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0] || '_colour_of_make';
        END IF;
    END IF;
    IF NOT dms_store_sells(NEW.store_id, make) THEN
        RAISE EXCEPTION 'store % does not sell make %', NEW.store_id, make
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0] || '_of_own_make';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER of_own_make AFTER INSERT ON sales_lead
    FOR EACH ROW WHEN (NEW.series_id IS NOT NULL) EXECUTE FUNCTION sales_of_own_make('lead');
CREATE TRIGGER of_own_make_still AFTER UPDATE ON sales_lead
    FOR EACH ROW WHEN (NEW.series_id IS NOT NULL AND NEW.series_id IS DISTINCT FROM OLD.series_id)
    EXECUTE FUNCTION sales_of_own_make('lead');
CREATE TRIGGER of_own_make AFTER INSERT ON sales_quote FOR EACH ROW EXECUTE FUNCTION sales_of_own_make('quote');
CREATE TRIGGER of_own_make AFTER INSERT ON sales_order
    FOR EACH ROW WHEN (NEW.source_id IS NULL) EXECUTE FUNCTION sales_of_own_make('order');
CREATE TRIGGER of_own_make_still AFTER UPDATE ON sales_order
    FOR EACH ROW WHEN (NEW.variant_id <> OLD.variant_id OR NEW.colour_id IS DISTINCT FROM OLD.colour_id)
    EXECUTE FUNCTION sales_of_own_make('order');
CREATE TRIGGER of_own_make AFTER INSERT ON sales_stockcar FOR EACH ROW EXECUTE FUNCTION sales_of_own_make('stockcar');
CREATE TRIGGER of_own_make_still AFTER UPDATE ON sales_stockcar
    FOR EACH ROW WHEN (NEW.variant_id <> OLD.variant_id OR NEW.colour_id IS DISTINCT FROM OLD.colour_id)
    EXECUTE FUNCTION sales_of_own_make('stockcar');
