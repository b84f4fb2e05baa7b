-- A part number is one however it is written: without blanks, dashes and dots, in narrow capitals, O and I as the digits they
-- look like. The same as dms/formats/folding.py, so that two spellings of one part meet in the database as well.
CREATE FUNCTION parts_number_code(number text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(upper(regexp_replace(normalize(number, NFKC), '[ ./-]+', '', 'g')), 'OI', '01')
$$;
