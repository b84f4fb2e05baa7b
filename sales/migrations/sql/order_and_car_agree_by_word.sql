-- An order and the car kept for it take their steps together. Judged when the transaction ends: between two of its statements one
-- of them is always ahead. Another variant or colour than ordered only with a reason and the customer's word, never another series;
-- never a test or display car. Imported history has no car of ours.

CREATE OR REPLACE FUNCTION sales_order_and_car_agree() RETURNS trigger LANGUAGE plpgsql AS $$
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
        LEFT JOIN dms_variant ordered ON ordered.id = o.variant_id
        LEFT JOIN dms_variant kept ON kept.id = c.variant_id
        WHERE o.id = ANY(orders) AND o.source_id IS NULL AND (sales_car_of(o.status) IS DISTINCT FROM c.status
            OR c.store_id NOT IN (o.store_id, coalesce(o.delivering_store_id, o.store_id)) OR c.use <> 'NORMAL'
            OR kept.series_id <> ordered.series_id)
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
    IF EXISTS (
        SELECT 1 FROM sales_allocation a
        JOIN sales_order o ON o.id = a.order_id
        JOIN sales_stockcar c ON c.id = a.car_id
        WHERE (o.id = ANY(orders) OR c.id = ANY(cars)) AND a.ended_at IS NULL AND a.reason = ''
            AND (c.variant_id <> o.variant_id OR o.colour_id IS NOT NULL AND c.colour_id IS DISTINCT FROM o.colour_id)
    ) THEN
        RAISE EXCEPTION 'another car than ordered, without the word of the customer (% %)', TG_TABLE_NAME, NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_another_car_by_word';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER car_has_its_order ON sales_stockcar;
CREATE CONSTRAINT TRIGGER car_has_its_order AFTER UPDATE ON sales_stockcar DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.variant_id <> NEW.variant_id
        OR OLD.colour_id IS DISTINCT FROM NEW.colour_id)
    EXECUTE FUNCTION sales_order_and_car_agree();
