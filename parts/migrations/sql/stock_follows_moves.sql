-- One stock truth: what is on hand is the sum of the moves, what is reserved the sum of the live reservations. Eight clerks at the
-- last five pieces are added up row by row; the columns of the stock are never written by hand.

CREATE FUNCTION parts_move_changes_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE parts_stock SET
        on_hand = on_hand + NEW.quantity,
        average_cost = CASE WHEN NEW.quantity > 0 AND NEW.kind IN ('RECEIPT', 'TRANSFER_IN', 'RETURN')
            THEN round((on_hand * average_cost + NEW.quantity * NEW.unit_cost) / (on_hand + NEW.quantity), 4)
            ELSE average_cost END,
        last_issue_at = CASE WHEN NEW.kind = 'ISSUE' THEN NEW.at ELSE last_issue_at END
    WHERE id = NEW.stock_id;
    RETURN NULL;
END $$;
CREATE TRIGGER move_changes_stock AFTER INSERT ON parts_stockmove
    FOR EACH ROW EXECUTE FUNCTION parts_move_changes_stock();

CREATE FUNCTION parts_reservation_changes_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE parts_stock SET reserved = reserved + NEW.quantity WHERE id = NEW.stock_id AND NEW.ended_at IS NULL;
    ELSIF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN
        UPDATE parts_stock SET reserved = reserved - OLD.quantity WHERE id = OLD.stock_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reservation_changes_stock AFTER INSERT OR UPDATE ON parts_reservation
    FOR EACH ROW EXECUTE FUNCTION parts_reservation_changes_stock();

CREATE FUNCTION parts_stock_is_not_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.on_hand <> 0 OR NEW.reserved <> 0) THEN
        RAISE EXCEPTION 'stock begins at zero and follows its moves'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'stock_follows_moves';
    END IF;
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() < 2 AND (
        NEW.on_hand <> OLD.on_hand OR NEW.reserved <> OLD.reserved OR NEW.average_cost <> OLD.average_cost) THEN
        RAISE EXCEPTION 'stock is changed by moves and reservations only'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'stock_follows_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stock_is_not_written BEFORE INSERT OR UPDATE ON parts_stock
    FOR EACH ROW EXECUTE FUNCTION parts_stock_is_not_written();

-- What comes back went out: no more than the issue it names, of the same part in the same store. What arrives from another store
-- was sent there: a transfer is never in two places. The lock on the earlier move makes two who take back at once queue up.
CREATE FUNCTION parts_move_answers_another() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sent record; came numeric;
BEGIN
    SELECT m.kind, m.quantity, m.stock_id, s.part_id, s.store_id INTO sent
        FROM parts_stockmove m JOIN parts_stock s ON s.id = m.stock_id WHERE m.id = NEW.reverses_id FOR UPDATE OF m;
    SELECT sum(quantity) INTO came FROM parts_stockmove WHERE reverses_id = NEW.reverses_id;
    IF NEW.kind = 'RETURN' AND (sent.kind IS DISTINCT FROM 'ISSUE' OR sent.stock_id <> NEW.stock_id OR came > -sent.quantity) THEN
        RAISE EXCEPTION 'move % brings back what did not go out', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'move_returns_what_went';
    END IF;
    IF NEW.kind = 'TRANSFER_IN' AND (sent.kind IS DISTINCT FROM 'TRANSFER_OUT' OR came > -sent.quantity OR NOT EXISTS (
            SELECT 1 FROM parts_stock WHERE id = NEW.stock_id AND part_id = sent.part_id AND store_id <> sent.store_id)) THEN
        RAISE EXCEPTION 'move % arrives without having been sent', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'move_arrives_as_sent';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER move_answers_another AFTER INSERT ON parts_stockmove
    FOR EACH ROW WHEN (NEW.kind IN ('RETURN', 'TRANSFER_IN')) EXECUTE FUNCTION parts_move_answers_another();
