"""A month as weeks of days, with what falls on each: for the calendar piece. No clock, no database."""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dms.formats import display


@dataclass(frozen=True)
class Item:
    """Something on a day: a word, a state, a link."""

    label: str
    url: str
    family: str = "idle"


@dataclass(frozen=True)
class Day:
    date: dt.date
    inside: bool
    today: bool
    off: bool
    note: str
    items: Sequence[Item]


@dataclass(frozen=True)
class Month:
    """The weeks of a month from Monday on; days of the neighbours fill the first and last."""

    first: dt.date
    weeks: Sequence[Sequence[Day]] = field(default_factory=list)

    @property
    def weekdays(self) -> list[str]:
        return [display.weekday(day.date) for day in self.weeks[0]]


def month(
    day: dt.date,
    *,
    today: dt.date,
    items: Mapping[dt.date, Sequence[Item]] | None = None,
    off: Mapping[dt.date, str] | None = None,
) -> Month:
    """The month of ``day``; ``off`` names closed days (a holiday's word, or "" for a plain weekend)."""
    items, off = items or {}, off or {}
    weeks = [
        [
            Day(one, one.month == day.month, one == today, one in off, off.get(one, ""), items.get(one, ()))
            for one in week
        ]
        for week in calendar.Calendar(firstweekday=0).monthdatescalendar(day.year, day.month)
    ]
    return Month(day.replace(day=1), weeks)
