-- Whose car is being worked on has come: an arrival is taken back only while no work order was written for it. A cancelled one lets
-- its booking go.

CREATE FUNCTION aftersales_arrival_undone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM aftersales_workorder WHERE appointment_id = NEW.id) THEN
        RAISE EXCEPTION 'the car of appointment % is written up', NEW.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'appointment_arrival_has_order';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER appointment_arrival_undone AFTER UPDATE ON aftersales_appointment FOR EACH ROW
    WHEN (OLD.status = 'ARRIVED' AND NEW.status = 'BOOKED') EXECUTE FUNCTION aftersales_arrival_undone();
