-- A month is the sum of its closed days and of today. An act that changes what a closed day counts (a visit
-- registered for yesterday, a row set right by SQL, sales of the past that are imported) leaves a note of store and day here, in its own transaction:
-- until the day is corrected, readers count that month from the rows.
--
-- Arguments: table and column by which the store is found (no table: the row names it), then the columns that name the days.
-- The shared lock makes the closing of a day wait: it sees this row, or this row sees that the day is closed.

CREATE FUNCTION reports_late_change() RETURNS trigger LANGUAGE plpgsql SET timezone = 'Asia/Shanghai' AS $$
DECLARE told jsonb; of_store bigint; on_day date; place integer;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('reports.daily_facts', 0));
    FOR told IN SELECT * FROM unnest(CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)]
        WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)]
        ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END)
    LOOP
        of_store := (told ->> TG_ARGV[1])::bigint;
        IF TG_ARGV[0] <> '' THEN
            EXECUTE format('SELECT store_id FROM %I WHERE id = $1', TG_ARGV[0]) INTO of_store USING of_store;
        END IF;
        FOR place IN 2 .. TG_NARGS - 1 LOOP
            on_day := (told ->> TG_ARGV[place])::timestamptz::date;
            INSERT INTO reports_latechange (store_id, day)
                SELECT of_store, on_day WHERE EXISTS (SELECT FROM reports_dailyfact WHERE day = on_day);
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;
