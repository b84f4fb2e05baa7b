"""The day in figures, and the month beside it: each defined once, as a condition over rows.

The same line of code counts them, lists them, and closes the day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from aftersales.models import Settlement, WorkOrder
from crm.models import CareChannel, Contact, FollowUp
from dms.formats.days import end_of, start_of
from dms.models import User
from parts.models import StockMove
from sales.models import Lead, LevelChange, Order, ShowroomVisit, StockCar
from sales.models.leads import Level

TALKED = (CareChannel.CALL, CareChannel.VISIT)
SALES, SERVICE = pgettext_lazy("area", "Sales"), pgettext_lazy("area", "Service")
CARE, STOCK = pgettext_lazy("dashboard", "Customer care"), pgettext_lazy("dashboard", "In stock")
CARS, CALLS, CARDS = pgettext_lazy("unit", "cars"), pgettext_lazy("unit", "calls"), pgettext_lazy("unit", "cards")
YUAN = pgettext_lazy("unit", "CNY")


@dataclass(frozen=True)
class Days:
    """One day with its month up to it; ``at`` is the moment as of which things are overdue or in stock."""

    day: date
    now: Any
    """A moment; of :class:`Today` also one that is said when the query is asked."""

    @property
    def start(self) -> datetime:
        return start_of(self.day)

    @property
    def end(self) -> datetime:
        return end_of(self.day)

    @property
    def month_start(self) -> datetime:
        return start_of(self.day.replace(day=1))

    @property
    def at(self) -> Any:
        # What was overdue on a day that is over is judged as of its midnight.
        return min(self.now, self.end)

    def within(self, column: str) -> tuple[Q, Q]:
        """A moment of the day, and of the month up to it."""
        before = Q(**{f"{column}__lt": self.end})
        return before & Q(**{f"{column}__gte": self.start}), before & Q(**{f"{column}__gte": self.month_start})


@dataclass(frozen=True)
class Today(Days):
    """The day that is not over yet."""

    @property
    def at(self) -> Any:
        return self.now


Conditions = tuple[Q, Q | None]
"""Which rows make the figure of the day, and of the month; a state (what is overdue now) has no month."""


@dataclass(frozen=True)
class Kind:
    """One figure: what is counted, who may see the rows, how they are shown."""

    key: str
    group: StrOrPromise
    label: StrOrPromise
    right: str
    model: type[Model]
    conditions: Callable[[Days], Conditions]
    unit: StrOrPromise = ""
    summed: Combinable | None = None
    """What is added up; rows are counted without it."""
    when: str = ""
    amount: str = ""
    level: str = ""
    family: str = ""
    """The colour when it is not zero."""
    prepared: Callable[[QuerySet[Model], Days], QuerySet[Model]] | None = None
    part: bool = False
    """Its rows are among those of a kind of the same model before it: they need not be asked for again."""
    by_day: bool = False
    """Each row belongs to one day for good: the month is the sum of its days."""
    balance: bool = False
    """The sum of all rows there ever were: the evening before, and what came since."""
    seen_once: bool = False
    """What it was can be seen on the evening alone: rows are changed by the work of the next day. It is never corrected."""
    secret: bool = False
    """The figure itself is for those with the right, not only its rows."""

    def is_for(self, user: User) -> bool:
        """Whether this person may know the figure."""
        return not self.secret or user.has_perm(self.right)


@dataclass(frozen=True)
class Figure:
    """A kind with its values, of a closed day as they were that evening; beside them what is known since, if that differs."""

    kind: Kind
    day: Decimal
    month: Decimal | None
    corrected_day: Decimal | None = None
    corrected_month: Decimal | None = None
    closed: bool = False

    @property
    def is_corrected(self) -> bool:
        return self.corrected_day is not None or self.corrected_month is not None


def level_then(rows: QuerySet[Model], days: Days) -> QuerySet[Model]:
    """The level a card had at the end of the day."""
    judged: QuerySet[Model]
    # Of today the card itself says it: the history need not be asked.
    if isinstance(days, Today):
        judged = rows.annotate(then=F("level"))
        return judged
    changes = LevelChange.objects.filter(lead=OuterRef("pk"), at__lt=days.end).order_by("-at", "-pk")
    judged = rows.annotate(then=Coalesce(Subquery(changes.values("after")[:1]), F("level")))
    return judged


def _at_level(level: str) -> Callable[[Days], Conditions]:
    def conditions(days: Days) -> Conditions:
        day, month = days.within("opened_at")
        return day & Q(then=level), month & Q(then=level)

    return conditions


def _visits(days: Days) -> Conditions:
    counted = Q(voided_at__isnull=True)  # a line by mistake was nobody’s visit
    return counted & Q(day=days.day), counted & Q(day__lte=days.day, day__gte=days.day.replace(day=1))


def _first_visits(days: Days) -> Conditions:
    day, month = _visits(days)
    first = Q(is_first=True)
    return day & first, month & first if month is not None else None


def _calls_due(days: Days) -> Conditions:
    # What has ended since that morning was still to be done then.
    open_then = Q(status="PENDING") | Q(ended_at__gte=days.start)
    talked = Q(channel__in=TALKED)
    return talked & Q(due_from__lt=days.end) & open_then, talked & Q(
        due_from__lt=days.end, due_from__gte=days.month_start
    )


def _calls_overdue(days: Days) -> Conditions:
    # Done since, it was overdue at that moment all the same.
    open_then = Q(status="PENDING") | Q(ended_at__gte=days.at)
    return Q(channel__in=TALKED, due_until__lt=days.at) & open_then, None


def _calls_made(days: Days) -> Conditions:
    day, month = days.within("at")
    # What was noted wrongly is counted by its correction.
    called = Q(channel=CareChannel.CALL, correction__isnull=True)
    return day & called, month & called


def _in_stock(days: Days) -> Conditions:
    # A car that left after that evening still stood in the yard.
    gone = Q(status=StockCar.Status.DELIVERED, status_at__lt=days.end) | Q(status=StockCar.Status.VOID)
    return Q(arrived_on__lte=days.day) & ~gone, None


KINDS: tuple[Kind, ...] = (
    Kind(
        "visits",
        SALES,
        _("Visits"),
        "sales.view",
        ShowroomVisit,
        _visits,
        pgettext_lazy("unit", "groups"),
        when="came_at",
        by_day=True,
    ),
    Kind(
        "first_visits",
        SALES,
        _("of which first visits"),
        "sales.view",
        ShowroomVisit,
        _first_visits,
        pgettext_lazy("unit", "groups"),
        when="came_at",
        part=True,
        by_day=True,
    ),
    Kind(
        "leads",
        SALES,
        _("New cards"),
        "sales.view",
        Lead,
        lambda days: days.within("opened_at"),
        CARDS,
        when="opened_at",
        prepared=level_then,
        by_day=True,
    ),
    *(
        Kind(
            # Not by day: cards change their level later in the month, so that its days do not add up.
            f"leads_{level.lower()}",
            SALES,
            _("of which at level"),
            "sales.view",
            Lead,
            _at_level(level),
            CARDS,
            when="opened_at",
            level=level,
            prepared=level_then,
            part=True,
        )
        for level in (Level.H, Level.A, Level.B, Level.C, Level.N)
    ),
    Kind(
        "orders",
        SALES,
        _("Orders"),
        "sales.view",
        Order,
        lambda days: days.within("signed_at"),
        CARS,
        when="signed_at",
        amount="total",
        by_day=True,
    ),
    Kind(
        "deliveries",
        SALES,
        _("Deliveries"),
        "sales.view",
        Order,
        lambda days: days.within("delivered_at"),
        CARS,
        when="delivered_at",
        amount="total",
        by_day=True,
    ),
    Kind(
        "work_orders",
        SERVICE,
        _("Cars in"),
        "aftersales.view",
        WorkOrder,
        lambda days: days.within("opened_at"),
        CARS,
        when="opened_at",
        by_day=True,
    ),
    Kind(
        "settled",
        SERVICE,
        _("Settled"),
        "aftersales.turnover",
        Settlement,
        lambda days: days.within("at"),
        CARS,
        when="at",
        amount="customer_pays",
        by_day=True,
    ),
    Kind(
        "output",
        SERVICE,
        _("Output"),
        "aftersales.turnover",
        Settlement,
        lambda days: days.within("at"),
        YUAN,
        F("labour") + F("parts") + F("other"),
        when="at",
        amount="customer_pays",
        by_day=True,
        secret=True,
    ),
    Kind("calls_made", CARE, _("Calls made"), "crm.call", Contact, _calls_made, CALLS, when="at", by_day=True),
    Kind("calls_due", CARE, _("Calls due"), "crm.call", FollowUp, _calls_due, CALLS, when="due_until", seen_once=True),
    Kind(
        "calls_overdue",
        CARE,
        _("Calls overdue"),
        "crm.call",
        FollowUp,
        _calls_overdue,
        CALLS,
        when="due_until",
        family="late",
        seen_once=True,
    ),
    Kind(
        "stock_cars", STOCK, _("Stock cars"), "sales.view", StockCar, _in_stock, CARS, when="arrived_on", seen_once=True
    ),
    Kind(
        "stock_cars_cost",
        STOCK,
        _("Cars at cost"),
        "sales.cost",
        StockCar,
        _in_stock,
        YUAN,
        F("cost"),
        when="arrived_on",
        amount="cost",
        seen_once=True,
        secret=True,
    ),
    Kind(
        "parts_value",
        STOCK,
        _("Parts value"),
        "parts.cost",
        StockMove,
        lambda days: (Q(at__lt=days.end), None),
        YUAN,
        F("quantity") * F("unit_cost"),
        when="at",
        balance=True,
        secret=True,
    ),
)
"""In the order of the page; kinds of one model stand together."""

BY_MODEL = [(model, list(several)) for model, several in groupby(KINDS, key=lambda kind: kind.model)]
"""The kinds of each model, which are counted together."""

BY_KEY = {kind.key: kind for kind in KINDS}
