-- A reading that the odometer never showed bounds no other: neither before nor after it.
-- The lock on the car makes two desks that read at once wait for each other.

CREATE OR REPLACE FUNCTION crm_mileage_never_falls() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before integer; after integer;
BEGIN
    PERFORM 1 FROM crm_vehicle WHERE id = NEW.vehicle_id FOR UPDATE;  -- readings of one car queue up
    SELECT km INTO before FROM crm_mileagereading r
        WHERE vehicle_id = NEW.vehicle_id AND at <= NEW.at
          AND NOT EXISTS (SELECT 1 FROM crm_misreading m WHERE m.reading_id = r.id)
        ORDER BY at DESC, id DESC LIMIT 1;
    SELECT km INTO after FROM crm_mileagereading later
        WHERE vehicle_id = NEW.vehicle_id AND at > NEW.at AND NOT odometer_replaced
          AND NOT EXISTS (SELECT 1 FROM crm_misreading m WHERE m.reading_id = later.id)
          AND NOT EXISTS (SELECT 1 FROM crm_mileagereading r WHERE r.vehicle_id = NEW.vehicle_id
                          AND r.at > NEW.at AND r.at < later.at AND r.odometer_replaced
                          AND NOT EXISTS (SELECT 1 FROM crm_misreading m WHERE m.reading_id = r.id))
        ORDER BY at, id LIMIT 1;
    IF (NEW.km < before AND NOT NEW.odometer_replaced) OR NEW.km > after THEN
        RAISE EXCEPTION 'mileage of vehicle % falls: % after %, before %', NEW.vehicle_id, NEW.km, before, after
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mileage_never_falls';
    END IF;
    RETURN NEW;
END $$;
