-- Two files that were merged are parted again: for the transaction that undoes the merging, and for no other, what went from the
-- one file to the other goes back. now() is the moment at which that transaction began.

CREATE FUNCTION crm_is_parting(customer_id bigint) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT 1 FROM crm_customermerge WHERE into_id = customer_id AND undone_at = now())
$$;

CREATE OR REPLACE FUNCTION crm_same_customer(old_id bigint, new_id bigint) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT old_id IS NULL OR old_id IS NOT DISTINCT FROM new_id
        OR EXISTS (SELECT 1 FROM crm_customer WHERE id = old_id AND merged_into_id = new_id)
        OR EXISTS (
            SELECT 1 FROM crm_customermerge
            WHERE into_id = old_id AND duplicate_id = new_id AND undone_at = now()
        )
$$;

-- A file is one of its own again only when its merging is undone.
CREATE FUNCTION crm_same_file(old_id bigint, new_id bigint) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT crm_same_customer(old_id, new_id) OR new_id IS NULL AND crm_is_parting(old_id)
$$;
