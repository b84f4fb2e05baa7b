-- What is ordered costs what was offered, part by part: the car, its accessories, what is collected for others, and what the store
-- gives up (the discount, and what the car is priced below the list).

CREATE OR REPLACE FUNCTION sales_order_costs_as_offered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE offered record;
BEGIN
    SELECT coalesce(sum(amount), 0) AS total,
        coalesce(sum(amount) FILTER (WHERE kind = 'ACCESSORY'), 0) AS accessories,
        coalesce(sum(amount) FILTER (WHERE kind IN ('INSURANCE', 'TAX', 'PLATE', 'FINANCE')), 0) AS collected,
        coalesce(-sum(amount) FILTER (WHERE kind = 'DISCOUNT'), 0) AS discount,
        coalesce(sum(amount) FILTER (WHERE kind = 'VEHICLE'), 0) AS vehicle
        INTO offered FROM sales_quoteline WHERE quote_id = NEW.quote_id;
    IF (NEW.price - NEW.discount, NEW.discount, NEW.accessories, NEW.collected, NEW.conceded) IS DISTINCT FROM
        (offered.total, offered.discount, offered.accessories, offered.collected,
         offered.discount + greatest(coalesce(NEW.list_price, 0) - offered.vehicle, 0)) THEN
        RAISE EXCEPTION 'order % does not cost what quote % says', NEW.number, NEW.quote_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_costs_as_offered';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER order_costs_as_offered ON sales_order;
CREATE TRIGGER order_costs_as_offered
    AFTER INSERT OR UPDATE OF price, discount, accessories, collected, conceded, list_price ON sales_order
    FOR EACH ROW WHEN (NEW.quote_id IS NOT NULL) EXECUTE FUNCTION sales_order_costs_as_offered();

-- The list price of an order is that of its day: nobody signs above a limit because the list was lowered.
CREATE FUNCTION sales_order_at_list_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.list_price IS DISTINCT FROM (SELECT list_price FROM dms_variant WHERE id = NEW.variant_id) THEN
        RAISE EXCEPTION 'order % names another list price', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_costs_as_offered';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER order_at_list_price AFTER INSERT ON sales_order
    FOR EACH ROW WHEN (NEW.source_id IS NULL) EXECUTE FUNCTION sales_order_at_list_price();

-- A discount above one's limit needs the next authority, whoever writes the row.
CREATE FUNCTION sales_order_within_authority() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM dms_user_groups g JOIN sales_discountlimit l ON l.role_id = g.group_id
        WHERE g.user_id = NEW.approved_by_id
            AND (l.amount IS NULL OR NEW.conceded <= l.amount)
            AND (l.percent IS NULL OR NEW.conceded * 100 <= l.percent * coalesce(NEW.list_price, 0))
    ) AND NOT EXISTS (SELECT 1 FROM dms_user WHERE id = NEW.approved_by_id AND is_superuser) THEN
        RAISE EXCEPTION 'order % gives more than its approver may', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_within_authority';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER order_within_authority AFTER UPDATE ON sales_order
    FOR EACH ROW WHEN (OLD.status = 'PENDING_APPROVAL' AND NEW.status = 'SIGNED' AND NEW.conceded > 0)
    EXECUTE FUNCTION sales_order_within_authority();
