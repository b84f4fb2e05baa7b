"""Moves in words: what goes out over the counter is sold, what a work order takes is drawn."""

from collections.abc import Collection

from django.utils.translation import pgettext_lazy

from parts import sources
from parts.models import StockMove

OVER_COUNTER = {
    "ISSUE": pgettext_lazy("counter", "Sold over the counter"),
    "RETURN": pgettext_lazy("counter", "Returned over the counter"),
}


def call_moves(moves: Collection[StockMove]) -> None:
    """Say of each what it is called: one question for all of them."""
    lines = {move.source_line for move in moves if move.source_line}
    owned = sources.owned(lines) if lines else set()
    for move in moves:
        counter = bool(move.source_line) and move.source_line not in owned
        words = OVER_COUNTER.get(move.kind) if counter else None
        move.called = str(words) if words else move.get_kind_display()
