-- An order and the car kept for it take their steps together. Judged when the transaction ends: between two of its statements one
-- of them is always ahead. Imported history has no car of ours.

CREATE FUNCTION sales_car_of(order_status text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE order_status WHEN 'ALLOCATED' THEN 'ALLOCATED' WHEN 'READY' THEN 'READY'
        WHEN 'DELIVERED' THEN 'DELIVERED' WHEN 'CLOSED' THEN 'DELIVERED' END
$$;

CREATE FUNCTION sales_order_and_car_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE orders bigint[]; cars bigint[];
BEGIN
    IF TG_TABLE_NAME = 'sales_order' THEN orders := ARRAY[NEW.id];
    ELSIF TG_TABLE_NAME = 'sales_stockcar' THEN cars := ARRAY[NEW.id];
    ELSE orders := ARRAY[NEW.order_id]; cars := ARRAY[NEW.car_id];
    END IF;
    IF EXISTS (
        SELECT 1 FROM sales_order o
        LEFT JOIN sales_allocation a ON a.order_id = o.id AND a.ended_at IS NULL
        LEFT JOIN sales_stockcar c ON c.id = a.car_id
        WHERE o.id = ANY(orders) AND o.source_id IS NULL AND (sales_car_of(o.status) IS DISTINCT FROM c.status
            OR c.variant_id <> o.variant_id OR c.store_id NOT IN (o.store_id, coalesce(o.delivering_store_id, o.store_id)))
    ) OR EXISTS (
        SELECT 1 FROM sales_stockcar c
        LEFT JOIN sales_allocation a ON a.car_id = c.id AND a.ended_at IS NULL
        LEFT JOIN sales_order o ON o.id = a.order_id
        WHERE c.id = ANY(cars) AND (a.id IS NOT NULL OR c.status IN ('ALLOCATED', 'READY', 'DELIVERED'))
            AND c.status IS DISTINCT FROM sales_car_of(o.status)
    ) THEN
        RAISE EXCEPTION 'order and car do not agree (% %)', TG_TABLE_NAME, NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_and_car_agree';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER order_has_its_car AFTER UPDATE ON sales_order DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION sales_order_and_car_agree();
CREATE CONSTRAINT TRIGGER car_has_its_order_first AFTER INSERT ON sales_stockcar DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status IN ('ALLOCATED', 'READY', 'DELIVERED')) EXECUTE FUNCTION sales_order_and_car_agree();
CREATE CONSTRAINT TRIGGER car_has_its_order AFTER UPDATE ON sales_stockcar DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.variant_id <> NEW.variant_id)
    EXECUTE FUNCTION sales_order_and_car_agree();
CREATE CONSTRAINT TRIGGER allocation_of_both AFTER INSERT OR UPDATE ON sales_allocation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION sales_order_and_car_agree();
