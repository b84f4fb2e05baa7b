"""What a delivery at a moment would bring: the contacts of its rules on a calendar, before anything is delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.models import Cadence, CadencePreset, FollowUp, Trigger
from crm.planner import CadenceStart, Planner
from dms.formats.days import day_of
from dms.models import Store

WEEK = 7
WEEKS = 2


@dataclass(frozen=True)
class Due:
    """One contact of the preview."""

    rule: Cadence
    row: FollowUp
    caller: str


@dataclass(frozen=True)
class Day:
    """A day of the calendar: may people be called, and what is due by its end."""

    day: date
    is_free: bool
    delivered: bool
    due: Sequence[Due]


@dataclass(frozen=True)
class Preview:
    """Two weeks from the Monday before, and what comes later."""

    weeks: Sequence[Sequence[Day]]
    later: Sequence[Due]


def preview(preset: CadencePreset, store: Store, at: datetime, people: dict[int, str]) -> Preview:
    """Nothing is written. ``people``: their names by their keys."""
    planner = Planner(preset=preset)
    # Of nobody: whose it is depends on the customer, and any of the role will do.
    rows = list(planner.first(Trigger.DELIVERY, CadenceStart(0, None, store.pk, at)))
    due = [Due(row.cadence, row, people.get(row.assignee_id or 0, "")) for row in rows]
    monday = day_of(at) - timedelta(days=day_of(at).weekday())
    days = [monday + timedelta(days=step) for step in range(WEEK * WEEKS)]
    hours = planner.hours[store.pk]
    shown = [
        Day(day, not hours.is_workday(day), day == day_of(at), [one for one in due if day_of(one.row.due_until) == day])
        for day in days
    ]
    weeks = [shown[first : first + WEEK] for first in range(0, len(shown), WEEK)]
    return Preview(weeks, [one for one in due if day_of(one.row.due_until) > days[-1]])
