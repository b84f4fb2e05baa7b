-- The workshop sells hours: two receptionists who book the last one at the same time must not both have it, and long work is booked
-- hour by hour.

CREATE FUNCTION aftersales_book_hours() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    holds text[] := ARRAY['BOOKED', 'CONFIRMED', 'PREPARED', 'ARRIVED'];
    begins timestamptz := date_trunc('hour', NEW.starts_at);
    rest numeric := NEW.hours;
    part numeric;
    shop record;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = ANY(holds) AND NEW.status = ANY(holds)
        AND (OLD.store_id, OLD.starts_at, OLD.hours) = (NEW.store_id, NEW.starts_at, NEW.hours) THEN
        RETURN NULL;
    END IF;
    -- one booking of a store after the other: hours locked in different orders would be a deadlock
    PERFORM pg_advisory_xact_lock(hashtextextended('hours of the workshop ' || NEW.store_id, 0));
    WITH gone AS (DELETE FROM aftersales_bookedhour WHERE appointment_id = NEW.id RETURNING hour_id, hours)
        UPDATE aftersales_shophour AS h SET booked = h.booked - gone.hours FROM gone WHERE h.id = gone.hour_id;
    IF NEW.status <> ALL(holds) THEN
        RETURN NULL;
    END IF;
    FOR shop IN SELECT id, starts_at, capacity FROM aftersales_shophour
        WHERE store_id = NEW.store_id AND starts_at >= begins ORDER BY starts_at LOOP
        EXIT WHEN rest = 0 OR rest = NEW.hours AND shop.starts_at > begins AND part IS NULL;
        part := least(1, shop.capacity);
        IF shop.starts_at = begins THEN
            part := round(part * (60 - extract(minute FROM NEW.starts_at)) / 60, 1);
        END IF;
        part := least(part, rest);
        IF part > 0 THEN
            INSERT INTO aftersales_bookedhour (appointment_id, hour_id, hours) VALUES (NEW.id, shop.id, part);
            UPDATE aftersales_shophour SET booked = booked + part WHERE id = shop.id;
        END IF;
        rest := rest - part;
    END LOOP;
    IF rest > 0 THEN
        RAISE EXCEPTION 'the workshop does not work at %', NEW.starts_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_in_shop_hours';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER appointment_books_hours AFTER INSERT OR UPDATE OF status, starts_at, hours, store_id ON aftersales_appointment
    FOR EACH ROW EXECUTE FUNCTION aftersales_book_hours();
