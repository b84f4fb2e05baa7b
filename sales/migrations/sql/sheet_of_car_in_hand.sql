-- A delivery sheet speaks of a car that is here and kept for its order. Once the car has left, what was signed and confirmed stays.

CREATE FUNCTION sales_sheet_of_car_in_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM sales_order WHERE id = NEW.order_id AND status IN ('ALLOCATED', 'READY')) THEN
        RAISE EXCEPTION 'no car is in hand for sheet %', NEW.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'deliverysheet_of_car_in_hand';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sheet_of_car_in_hand AFTER INSERT OR UPDATE ON sales_deliverysheet
    FOR EACH ROW EXECUTE FUNCTION sales_sheet_of_car_in_hand();

CREATE FUNCTION sales_signed_for_car_in_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM sales_deliverysheet s JOIN sales_order o ON o.id = s.order_id
        WHERE s.id = NEW.sheet_id AND o.status IN ('ALLOCATED', 'READY')) THEN
        RAISE EXCEPTION 'no car is in hand for sheet %', NEW.sheet_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'deliverysheet_of_car_in_hand';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER signed_for_car_in_hand AFTER INSERT ON sales_signoff
    FOR EACH ROW EXECUTE FUNCTION sales_signed_for_car_in_hand();
