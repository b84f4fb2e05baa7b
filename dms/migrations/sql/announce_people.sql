-- Who people are, what they may do and where they work is remembered by the processes that ask for it at every request
-- (docs/who_asks.md). Whoever changes it, by page, by a bulk update or by hand in psql, this says whose it was, in two ways:
--   INFO to the session that writes, which passes it on to the others before it answers: they know at the very next request;
--   NOTIFY to every process that listens, for changes that no process of ours has made.
-- The argument is the column that names the person. Without one everybody is meant: a right of a role, or a store, is many people's.
-- When somebody signed in last, a key was used or a row was stamped says nothing of what they may do.

CREATE FUNCTION dms_announce_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unimportant CONSTANT text[] := '{last_login,last_used_at,updated_at}';
    changed text;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        changed := 'all';
    ELSIF TG_OP = 'INSERT' THEN
        SELECT string_agg(DISTINCT coalesce(to_jsonb(written) ->> TG_ARGV[0], 'all'), ',') INTO changed FROM written;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT string_agg(DISTINCT coalesce(to_jsonb(gone) ->> TG_ARGV[0], 'all'), ',') INTO changed FROM gone;
    ELSE
        WITH
            before AS (SELECT to_jsonb(gone) - unimportant AS columns FROM gone),
            after AS (SELECT to_jsonb(written) - unimportant AS columns FROM written)
        SELECT string_agg(DISTINCT coalesce(columns ->> TG_ARGV[0], 'all'), ',') INTO changed
        FROM (
            (TABLE before EXCEPT TABLE after) UNION ALL (TABLE after EXCEPT TABLE before)
        ) AS other;
    END IF;
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    IF length(changed) > 4000 THEN
        changed := 'all';  -- NOTIFY carries 8000 bytes, and a list of a thousand is no shorter to work off than everybody
    END IF;
    RAISE INFO USING MESSAGE = 'dms_people ' || changed;  -- INFO: the one level that no setting of the client holds back
    PERFORM pg_notify('dms_people', changed);
    RETURN NULL;
END $$;
