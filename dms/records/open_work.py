"""What is open of a person: cards, orders, appointments, calls … Each app declares its kinds (``<app>/open_work.py``).

    LEADS = open_work(
        OpenWork("leads", _("A cards"), Lead.objects.alive, owner="owner", right="sales.sell", hands="sales.approve", …)
    )

From the declaration come what is counted when somebody leaves or is away, the choice of who takes it, the bar of a list that
hands over several rows at once, its verb over the API, and the entry in a manager’s work of what stayed behind.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django_stubs_ext import StrOrPromise

from dms.core.event_words import EventKind
from dms.core.untyped import AnyRows, Row
from dms.formats.days import end_of, start_of
from dms.models import User

OPEN_OF = "open_of"
"""The filter of a list that shows what is open of one person (dms/web/filters.py)."""


@dataclass(frozen=True)
class OpenWork:
    """One kind of work that is somebody’s.

    :param rows: what is open, of everybody.
    :param owner: the column that says whose it is.
    :param right: what who takes it must be allowed to do; :param hands: who may give it to somebody else.
    :param event: what the log says of each row; :param also: columns that change with it.
    :param page: the list of it, and the query by which it shows one person’s, where it is not the filter of that name.
    :param at: the moment at which it is to be done; of an absence only what falls into its days counts.
    :param refuse: the rule of the app about who may take a row: ``refuse(row, to)``.
    """

    key: str
    label: StrOrPromise
    rows: Callable[[], AnyRows]
    owner: str
    right: str
    hands: str
    event: EventKind
    page: str = ""
    query: str = ""
    at: str = ""
    also: Mapping[str, object] = field(default_factory=dict)
    refuse: Callable[[Row, User], None] | None = None

    @property
    def list_query(self) -> str:
        """The query by which its list shows what is open of one person: the number of the list is the number counted."""
        return self.query or f"{OPEN_OF}=%s"

    def of(self, person: User) -> AnyRows:
        """What is open of this person."""
        return self.rows().filter(**{self.owner: person})

    def between(self, person: User, first: date, last: date) -> AnyRows:
        """What this person has to do on these days; what has no moment is there on every day."""
        rows = self.of(person)
        return rows.filter(**{f"{self.at}__gte": start_of(first), f"{self.at}__lt": end_of(last)}) if self.at else rows


@dataclass(frozen=True)
class SharedWork:
    """What a person does beside others of the same right: nobody takes it over, the others have it already.

    :param rows: what of it waits where this person works, and by whom else it can be done.
    """

    key: str
    label: StrOrPromise
    right: str
    rows: Callable[[User], AnyRows]
    page: str = ""
    query: str = ""


KINDS: dict[str, OpenWork] = {}
SHARED: dict[str, SharedWork] = {}
Shares = Mapping[str, Sequence[User]]
"""Key of a kind → to whom it goes; of several each gets as much."""


def open_work(kind: OpenWork) -> OpenWork:
    """Register a kind that is handed over."""
    KINDS[kind.key] = kind
    return kind


def shared_work(kind: SharedWork) -> SharedWork:
    """Register a kind that falls to the others by itself."""
    SHARED[kind.key] = kind
    return kind


@dataclass(frozen=True)
class Left:
    """How much of a kind is open of a person, and where it is listed."""

    kind: OpenWork | SharedWork
    count: int
    person: User

    @property
    def query(self) -> str:
        query = self.kind.list_query if isinstance(self.kind, OpenWork) else self.kind.query
        return query.replace("%s", str(self.person.pk))


def left_by(person: User, days: tuple[date, date] | None = None) -> Iterator[Left]:
    """Every kind of which something is open of this person, on these days if any are named."""
    for kind in KINDS.values():
        count = (kind.between(person, *days) if days else kind.of(person)).count()
        if count:
            yield Left(kind, count, person)


def shared_by(person: User) -> Iterator[Left]:
    """Every kind that waits for this person and for others."""
    for kind in SHARED.values():
        count = kind.rows(person).count() if person.has_perm(kind.right) else 0
        if count:
            yield Left(kind, count, person)
