"""Who asks, while a query for a home page is put together: the person, the store and the moment are values, no rows.

What several apps know is asked in one statement, kept for people who see the same of it until the day ends: a query may say
“today”, never “now” but by ``ask.now``. What goes beyond rights, roles and stores of the person is no part of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from django.db.models import DateTimeField
from django.utils import timezone

from dms.core.reads import STORE, Bound, Read, Somebody
from dms.core.untyped import ValueRows

if TYPE_CHECKING:
    from dms.models import Store, User


class Scoped(Protocol):
    """Rows that say who sees them."""

    def visible_to(self, user: Any, /) -> Self: ...

    def of_store(self, store: Any, /) -> Self: ...


Rows = TypeVar("Rows", bound=Scoped)
NOW = Bound("now", DateTimeField())


@dataclass(frozen=True)
class Ask:
    """Somebody with certain rights, who has chosen a store or none, on a day."""

    viewer: Any  # querysets ask for a ``User`` and a ``Store``: here they get what stands for them
    store: Any
    now: Bound
    today: date

    def of(self, rows: Rows) -> Rows:
        """The rows that the person sees in the chosen store."""
        return rows.visible_to(self.viewer).of_store(self.store)


@dataclass(frozen=True)
class Asking:
    """The same with a person: what is bound into the query."""

    user: "User"
    store: "Store | None"
    now: datetime

    @property
    def days(self) -> tuple[date, date]:
        """The day that is asked for, and that of the clock, which querysets read for themselves."""
        return timezone.localdate(self.now), timezone.localdate()

    @property
    def values(self) -> Mapping[str, object]:
        return {
            "viewer": self.user.pk,
            "stores": list(self.user.store_ids),
            "store": self.store.pk if self.store else None,
            "now": self.now,
        }


class ReadsOfDay:
    """Queries by what is asked and who asks it; those of another day are forgotten."""

    def __init__(self) -> None:
        self._of: tuple[tuple[date, date] | None, dict[tuple[object, ...], Read[Any]]] = (None, {})

    def fetch(self, what: object, rows: Callable[[Ask], ValueRows], asking: Asking, **values: object) -> list[Any]:
        """The rows for this person now. ``what`` names the query."""
        return self._read(what, rows, asking).fetch(**asking.values, **values)

    def _read(self, what: object, rows: Callable[[Ask], ValueRows], asking: Asking) -> Read[Any]:
        days, reads = self._of
        # The day is part of the query: one that was put together yesterday asks for yesterday.
        if days != asking.days:
            self._of = _, reads = asking.days, {}
        user = asking.user
        roles = tuple(user.role_codes)
        shape = (what, user.rights, roles, user.sees_all_stores, asking.store is None)
        if shape not in reads:
            viewer = Somebody(user.rights, sees_all_stores=user.sees_all_stores, role_codes=roles)
            ask = Ask(viewer, asking.store and STORE, NOW, asking.days[0])
            reads[shape] = Read(lambda: rows(ask))
        return reads[shape]


def united(branches: Sequence[ValueRows]) -> ValueRows:
    """All of them in one statement."""
    first, *others = branches
    # ALL: two rows that happen to say the same are two.
    return first.union(*others, all=True) if others else first
