-- A document keeps its customer. Only when their file was merged into another does it follow: the person is the same still.

CREATE FUNCTION crm_same_customer(old_id bigint, new_id bigint) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT old_id IS NULL OR old_id IS NOT DISTINCT FROM new_id
        OR EXISTS (SELECT 1 FROM crm_customer WHERE id = old_id AND merged_into_id = new_id)
$$;

CREATE FUNCTION crm_is_merged(customer_id bigint) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT 1 FROM crm_customer WHERE id = customer_id AND merged_into_id IS NOT NULL)
$$;
