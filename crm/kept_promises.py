"""Promises kept and late: what fell due in a month, per rule, per person and per month."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Self

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Cadence, FollowUp
from crm.models.care import FollowUpQuerySet
from dms.formats.days import HERE, add_months, start_of
from dms.models import User

MONTHS = 6
"""How far the page looks back."""
NOT_OURS = (
    FollowUp.Why.GONE,
    FollowUp.Why.STOPPED,
    FollowUp.Why.PAUSED,
    FollowUp.Why.REFUSED,
    FollowUp.Why.ANSWERED,
    FollowUp.Why.ASKED,
)
"""What ended for a reason of the customer's or of the rule's was no promise any more."""
HOWS = {
    "kept": pgettext_lazy("promise", "Kept"),
    "after": pgettext_lazy("promise", "Kept late"),
    "unreached": _("Not reached"),
    "missed": pgettext_lazy("promise", "Never made"),
    "open": pgettext_lazy("promise", "Late and open"),
}
"""What became of a promise that fell due, in the order of the page."""


def became(how: str, at: datetime) -> Q:
    """The condition for one of ``HOWS`` among what fell due by ``at``."""
    done = Q(status=FollowUp.Status.DONE)
    return {
        "kept": done & Q(ended_at__lte=F("due_until")),
        "after": done & Q(ended_at__gt=F("due_until")),
        "unreached": Q(status=FollowUp.Status.UNREACHABLE),
        "missed": Q(status=FollowUp.Status.CANCELLED),
        "open": Q(status=FollowUp.Status.PENDING, due_until__lt=at),
    }[how]


def fell_due(rows: FollowUpQuerySet, *, first: date, last: date, at: datetime) -> FollowUpQuerySet:
    """Promises whose time ran out in these months (their first days), or that were answered before it did."""
    rows = rows.filter(due_until__gte=start_of(first), due_until__lt=start_of(add_months(last, 1)))
    to_come = Q(status=FollowUp.Status.PENDING, due_until__gte=at)
    return rows.exclude(to_come).exclude(status=FollowUp.Status.CANCELLED, ended_why__in=NOT_OURS)


@dataclass(frozen=True)
class Tally:
    """How many promises fell due, and what became of them; each is counted under one of ``HOWS``."""

    kept: int = 0
    after: int = 0
    unreached: int = 0
    missed: int = 0
    open: int = 0

    @property
    def due(self) -> int:
        return sum(self.parts.values())

    @property
    def parts(self) -> dict[str, int]:
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}

    @property
    def share(self) -> int | None:
        """Kept in time of all that fell due, in whole percent; None where nothing did."""
        return round(100 * self.kept / self.due) if self.due else None

    def __add__(self, other: Self) -> "Tally":
        return Tally(**{name: number + other.parts[name] for name, number in self.parts.items()})


@dataclass(frozen=True)
class Promised:
    """The tally of one rule, of whoever should have kept it, in one month."""

    month: date
    cadence_id: int
    person_id: int | None
    tally: Tally


def tallies(rows: FollowUpQuerySet, *, first: date, last: date, at: datetime) -> list[Promised]:
    """All of these months in one statement, one row per month, rule and person (the deputy where there is one)."""
    # The names of the columns are not those of the model: a filter in an aggregate would mean the column.
    counts: Any = {f"{how}_count": Count("pk", filter=became(how, at)) for how in HOWS}
    grouped = (
        fell_due(rows, first=first, last=last, at=at)
        .order_by()
        .annotate(month=TruncMonth("due_until", tzinfo=HERE), person=Coalesce("deputy", "assignee"))
        .values("month", "cadence", "person")
        .annotate(**counts)
    )
    columns = ("month", "cadence", "person", *counts)
    return [
        Promised(month.date(), rule, person, Tally(*numbers))
        for month, rule, person, *numbers in grouped.values_list(*columns)
    ]


@dataclass(frozen=True)
class Line:
    """One line of a table: of whom or what, and its tally."""

    key: Any
    label: Any
    tally: Tally


def lines(promised: Iterable[Promised], by: Callable[[Promised], Any], labels: dict[Any, Any]) -> list[Line]:
    """Added up by rule, person or month, the worst first: most that is not kept, then most due."""
    sums: dict[Any, Tally] = {}
    for one in promised:
        sums[by(one)] = sums.get(by(one), Tally()) + one.tally
    told = [Line(key, labels.get(key, key), tally) for key, tally in sums.items()]
    return sorted(told, key=lambda line: (line.tally.kept - line.tally.due, -line.tally.due, str(line.label)))


def rules_of(promised: Iterable[Promised]) -> dict[Any, Any]:
    return dict(Cadence.objects.select_related("preset").in_bulk({one.cadence_id for one in promised}))


def people_of(promised: Iterable[Promised]) -> dict[Any, Any]:
    """Colleagues by key; what lies with nobody says so."""
    keys = {one.person_id for one in promised if one.person_id is not None}
    return {None: _("Nobody’s"), **User.objects.in_bulk(keys)}
