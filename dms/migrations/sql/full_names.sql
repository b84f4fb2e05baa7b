-- A car is called make + series + variant everywhere. The whole name is kept beside each row: every list, letter and paper reads it
-- without joins, and a make that is renamed is renamed everywhere. A part that begins with what stands before it says it once.

CREATE FUNCTION dms_name_after(parent text, own text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN parent = '' OR starts_with(own, parent) THEN own ELSE parent || ' ' || own END
$$;

CREATE FUNCTION dms_name_of(series_full text, series text, own text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN starts_with(own, series) THEN dms_name_after(rtrim(left(series_full, -length(series))), own)
        ELSE dms_name_after(series_full, own) END
$$;

CREATE FUNCTION dms_in_english(name text, name_en text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT coalesce(nullif(name_en, ''), name)
$$;

CREATE FUNCTION dms_series_full_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT dms_name_after(b.name, NEW.name),
        dms_name_after(dms_in_english(b.name, b.name_en), dms_in_english(NEW.name, NEW.name_en))
        INTO NEW.full_name, NEW.full_name_en FROM dms_brand b WHERE b.id = NEW.brand_id;
    RETURN NEW;
END $$;
CREATE TRIGGER full_name BEFORE INSERT OR UPDATE ON dms_series
    FOR EACH ROW EXECUTE FUNCTION dms_series_full_name();

CREATE FUNCTION dms_variant_full_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT dms_name_of(s.full_name, s.name, NEW.name),
        dms_name_of(s.full_name_en, dms_in_english(s.name, s.name_en), dms_in_english(NEW.name, NEW.name_en))
        INTO NEW.full_name, NEW.full_name_en FROM dms_series s WHERE s.id = NEW.series_id;
    RETURN NEW;
END $$;
CREATE TRIGGER full_name BEFORE INSERT OR UPDATE ON dms_variant
    FOR EACH ROW EXECUTE FUNCTION dms_variant_full_name();

CREATE FUNCTION dms_brand_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dms_series SET full_name = '' WHERE brand_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER renamed AFTER UPDATE OF name, name_en ON dms_brand
    FOR EACH ROW WHEN (OLD.name <> NEW.name OR OLD.name_en <> NEW.name_en) EXECUTE FUNCTION dms_brand_renamed();

CREATE FUNCTION dms_series_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dms_variant SET full_name = '' WHERE series_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER renamed AFTER UPDATE ON dms_series
    FOR EACH ROW WHEN (OLD.full_name <> NEW.full_name OR OLD.full_name_en <> NEW.full_name_en)
    EXECUTE FUNCTION dms_series_renamed();

UPDATE dms_series SET full_name = '';
UPDATE dms_variant SET full_name = '';

-- What a store sells: the makes named for it, or for the store that an outlet belongs to; where none is named, all.
CREATE FUNCTION dms_store_sells(store bigint, make bigint) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT coalesce(bool_or(b.brand_id = make), true) FROM dms_brand_stores b
    WHERE b.store_id IN (store, (SELECT parent_id FROM dms_store WHERE id = store))
$$;
