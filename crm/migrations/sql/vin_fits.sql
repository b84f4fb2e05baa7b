-- The check digit of a VIN (ISO 3779, GB 16735): the ninth character is the weighted sum of all, modulo eleven, ten being X. The same
-- as dms/formats/vin.py; what has another form than a VIN does not fit, and raises nothing.
CREATE FUNCTION crm_vin_fits(vin text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT substr(vin, 9, 1) = substr('0123456789X', 1 + (sum((ascii(substr(digits, place, 1)) - 48) * weights[place]) % 11)::int, 1)
    FROM translate(vin, 'ABCDEFGHJKLMNPRSTUVWXYZ', '12345678123457923456789') AS digits,
        (SELECT ARRAY[8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]) AS of (weights),
        generate_series(1, 17) AS place
    GROUP BY digits, weights
$$;
