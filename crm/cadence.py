"""When a promise falls due: offsets, repeats and windows inside calling hours. No rows, no clock.

A rule counts from its anchor (the delivery, the settlement, the mailing). The k-th repeat counts from the anchor too, never
from the repeat before, so that a short month or a late call does not shift all that follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dms.formats.days import HERE, add_months, day_of, moment, months_between
from dms.formats.opening_hours import OpeningHours


class Unit(StrEnum):
    """What an offset is counted in."""

    HOUR = "HOUR"
    DAY = "DAY"
    MONTH = "MONTH"


@dataclass(frozen=True)
class Rule:
    """Due so long after the anchor, for so many hours, again every so many months (0: once)."""

    offset: int
    unit: Unit
    window_hours: int
    every_months: int = 0


@dataclass(frozen=True)
class CallingHours:
    """When people may be called: while their store is open, on working days."""

    open: OpeningHours
    is_workday: Callable[[date], bool]

    def allow(self, at: datetime) -> bool:
        """May somebody be called at this moment?"""
        return self.open.is_open(at, self.is_workday)

    def next_moment(self, at: datetime) -> datetime:
        """The moment itself when people may be called then, else the next one."""
        return self.open.next_open(at, self.is_workday)

    def deadline(self, at: datetime, start: datetime) -> datetime:
        """The moment itself when people may be called then, else the close of that day, or of the next working day.

        Never before the window has begun: then it is the close of the day on which it begins.
        """
        end = at if self.allow(at) else self._close_of(day_of(at))
        return end if end > start else self._close_of(day_of(start))

    def close_after(self, start: datetime) -> datetime:
        """When the day closes on which the window begins."""
        return self._close_of(day_of(start))

    def _close_of(self, day: date) -> datetime:
        # The core's calendar: a Sunday that is worked for a holiday counts as a working day.
        while not self.is_workday(day):
            day += timedelta(days=1)
        return moment(day, self.open.closes)


@dataclass(frozen=True)
class Window:
    """From when to when a contact is due."""

    start: datetime
    end: datetime


def nominal(rule: Rule, anchor: datetime, occurrence: int) -> datetime:
    """The moment of the k-th occurrence (counted from 1) before calendar and calling hours are asked."""
    # Months are counted on the calendar here: before eight in the morning UTC may still have last month.
    here = anchor.astimezone(HERE)
    months = rule.every_months * (occurrence - 1) + (rule.offset if rule.unit == Unit.MONTH else 0)
    # From the anchor each time: from 31 January over February the next would stay on the 28th for ever.
    moved = moment(add_months(here.date(), months), here.time())
    if rule.unit == Unit.MONTH:
        return moved
    return moved + (timedelta(hours=rule.offset) if rule.unit == Unit.HOUR else timedelta(days=rule.offset))


def window(rule: Rule, anchor: datetime, occurrence: int, hours: CallingHours) -> Window:
    """The k-th window, inside calling hours and on working days."""
    at = nominal(rule, anchor, occurrence)
    start = hours.next_moment(at)
    return Window(start, hours.deadline(at + timedelta(hours=rule.window_hours), start))


def named_window(named: datetime, hours: CallingHours) -> Window:
    """The customer named the time: from then on, to the close of that day."""
    start = hours.next_moment(named)
    return Window(start, hours.close_after(start))


def first_after(rule: Rule, anchor: datetime, not_before: datetime) -> int:
    """The first occurrence that does not lie before the moment: history is not called."""
    if not rule.every_months or nominal(rule, anchor, 1) >= not_before:
        return 1
    passed = months_between(nominal(rule, anchor, 1).date(), day_of(not_before))
    occurrence = max(1, passed // rule.every_months)
    # Months are of different length: the division comes close, the last step is looked at.
    while nominal(rule, anchor, occurrence) < not_before:
        occurrence += 1
    return occurrence
