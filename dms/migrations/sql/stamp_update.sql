-- When a row last changed. The clock and not now(): of two transactions that wait for one row, the one that began earlier may write
-- last. A microsecond more than before at least: the clock of a machine may be set back, a version may not.

CREATE FUNCTION dms_stamp_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := greatest(clock_timestamp(), OLD.updated_at + interval '1 microsecond');
    RETURN NEW;
END $$;
