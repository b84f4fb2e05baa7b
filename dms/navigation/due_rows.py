"""Due work declared by its rows: the kinds of all apps are looked for in one statement, fetched only where there are some.

@due_rows("billing.take", lambda ask: ask.of(Invoice.objects.all()).unpaid().select_related("customer"), "opened_at")
def payments_due(invoice: Invoice, user: User, now: datetime) -> DueItem: …
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import F, Model, QuerySet, Value

from dms.core.reads import KEYS, Bound, IsOneOf
from dms.core.untyped import ValueRows
from dms.navigation import registry
from dms.navigation.asks import Ask, Asking, ReadsOfDay, united
from dms.navigation.registry import DueItem

if TYPE_CHECKING:
    from dms.models import Store, User

M = TypeVar("M", bound=Model)
MOST = 50
"""No kind gives more than this: a longer list is a list page, not a day."""
READS = ReadsOfDay()


class DueRows(Generic[M]):
    """Which rows are due, in what order, and how one of them is told. By itself it is a provider of due work."""

    def __init__(
        self, rows: Callable[[Ask], QuerySet[M]], since: str, draw: Callable[[M, "User", datetime], DueItem]
    ) -> None:
        update_wrapper(self, draw)
        self.rows, self.order, self.draw = rows, (since, "pk"), draw

    def __call__(self, user: "User", store: "Store | None", now: datetime) -> Sequence[DueItem]:
        return find([self], Asking(user, store, now))[0]

    def keys(self, ask: Ask, place: int) -> ValueRows:
        """Its part of the united query: the keys of its first rows."""
        rows = self.rows(ask).annotate(due_of=Value(place), due_key=F("pk"))
        return rows.order_by(*self.order).values_list("due_of", "due_key")[:MOST]

    def items(self, keys: Sequence[int], asking: Asking) -> list[DueItem]:
        """The rows of these keys, told."""
        rows = READS.fetch(self, self._by_keys, asking, keys=keys)
        return [self.draw(row, asking.user, asking.now) for row in rows]

    def _by_keys(self, ask: Ask) -> ValueRows:
        return self.rows(ask).filter(IsOneOf(F("pk"), Bound("keys", KEYS))).order_by(*self.order)


def due_rows(
    right: str, rows: Callable[[Ask], QuerySet[M]], since: str
) -> Callable[[Callable[[M, "User", datetime], DueItem]], DueRows[M]]:
    """Register the function below, which tells one row, for people with the right; ``since`` is what orders the rows."""

    def register(draw: Callable[[M, "User", datetime], DueItem]) -> DueRows[M]:
        kind = DueRows(rows, since, draw)
        registry.due_work(right)(kind)
        return kind

    return register


def find(kinds: Sequence[DueRows[Any]], asking: Asking) -> list[list[DueItem]]:
    """What is due of each of these kinds: a statement for all, and one for each that has rows."""

    def keys_of_all(ask: Ask) -> ValueRows:
        return united([kind.keys(ask, place) for place, kind in enumerate(kinds)])

    keys: list[list[int]] = [[] for _kind in kinds]
    if kinds:
        for place, key in READS.fetch(tuple(kinds), keys_of_all, asking):
            keys[place].append(key)
    return [kind.items(of_kind, asking) if of_kind else [] for kind, of_kind in zip(kinds, keys, strict=True)]
