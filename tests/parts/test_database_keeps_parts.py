"""What Postgres refuses of stock, moves and reservations, whoever sends the statement."""

import pytest

from parts.actions import stock
from tests.factories import PartFactory
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db

MOVE = """
INSERT INTO parts_stockmove (stock_id, kind, quantity, unit_cost, source_line, note, by_id, signed_by, at, key, reverses_id)
SELECT stock_id, {} FROM parts_stockmove WHERE kind = 'ISSUE'
"""
REFUSED = {
    "stock_kept": ["DELETE FROM parts_stock"],
    "stock_frozen": [
        "UPDATE parts_stock SET store_id = (SELECT id FROM dms_store s WHERE s.id <> parts_stock.store_id)"
    ],
    "stock_follows_moves": ["UPDATE parts_stock SET on_hand = 99", "UPDATE parts_stock SET average_cost = 0"],
    "reservation_kept": ["DELETE FROM parts_reservation"],
    "reservation_frozen": [
        "UPDATE parts_reservation SET quantity = 1",
        "UPDATE parts_reservation SET source_line = 'x'",
    ],
    "parts_lostsale_append_only": ["DELETE FROM parts_lostsale", "UPDATE parts_lostsale SET quantity = 9"],
    "move_returns_what_went": [
        MOVE.format("'RETURN', 9999, 1, 'A', '', by_id, '', now(), 'k', id"),
        MOVE.format("'RETURN', 1, 1, 'A', '', by_id, '', now(), 'k', NULL"),
    ],
    "move_arrives_as_sent": [MOVE.format("'TRANSFER_IN', 50, 1, 'A', '', by_id, '', now(), 'k', NULL")],
    "move_sent_with_document": [
        MOVE.format("'TRANSFER_OUT', -1, 1, '', '', by_id, '', now(), 'k', NULL"),
        MOVE.format("'CLAIM', -1, 1, ' ', '', by_id, '', now(), 'k', NULL"),
    ],
    "move_issue_is_signed": [MOVE.format("'ISSUE', -1, 1, ' ', '', by_id, ' ', now(), 'k', NULL")],
    "stockmove_says_something": [MOVE.format("'ISSUE', -1, 1, 'A', '', by_id, 'x', now(), '', NULL")],
}


def test_the_stock_is_what_its_moves_say(store, other_store, cast):
    part = PartFactory.create(pieces=9)
    clerk = cast.parts_clerk
    stock.issue(part, store=store, quantity=2, by=clerk, signed_by="石斛", source_line="A")
    stock.reserve(part, store=store, quantity=2, by=clerk, source_line="B")
    stock.note_lost_sale(part, store=store, by=clerk)
    assert misjudged(REFUSED) == []
    assert verdict(MOVE.format("'RETURN', 2, 1, 'A', '', by_id, '', now(), 'k', id")) == ""
    ended = "UPDATE parts_reservation SET ended_at = now()"
    assert verdict(ended) == ""
    assert verdict(f"{ended}; UPDATE parts_reservation SET ended_at = NULL") == "reservation_end_frozen"
