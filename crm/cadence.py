"""When a promise falls due: offsets, repeats and windows inside calling hours. No rows, no clock.

A rule counts from its anchor (the delivery, the settlement, the mailing). The k-th repeat counts from the anchor too, never
from the repeat before, so that a short month or a late call does not shift all that follow.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Shanghai")


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
class Hours:
    """When people may be called: the store's hours on working days, not in the break."""

    opens: time
    closes: time
    is_workday: Callable[[date], bool]
    break_from: time | None = None
    break_until: time | None = None

    def allow(self, at: datetime) -> bool:
        """May somebody be called at this moment?"""
        here = at.astimezone(HERE)
        return (
            self.opens <= here.time() < self.closes and self.is_workday(here.date()) and not self._breaks(here.time())
        )

    def next_moment(self, at: datetime) -> datetime:
        """The moment itself when people may be called then, else the next one."""
        here = at.astimezone(HERE)
        if here.time() >= self.closes or not self.is_workday(here.date()):
            return _on(self._workday_after(here.date()), self.opens)
        if here.time() < self.opens:
            return _on(here.date(), self.opens)
        if self.break_until is not None and self._breaks(here.time()):
            return _on(here.date(), self.break_until)
        return at

    def deadline(self, at: datetime, start: datetime) -> datetime:
        """The moment itself when people may be called then, else the close of that day, or of the next working day.

        Never before the window has begun: then it is the close of the day on which it begins.
        """
        if self.allow(at):
            end = at
        else:
            day = at.astimezone(HERE).date()
            end = _on(day if self.is_workday(day) else self._workday_after(day), self.closes)
        return end if end > start else _on(start.astimezone(HERE).date(), self.closes)

    def _breaks(self, clock: time) -> bool:
        return (
            self.break_from is not None and self.break_until is not None and self.break_from <= clock < self.break_until
        )

    def _workday_after(self, day: date) -> date:
        day += timedelta(days=1)
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day


@dataclass(frozen=True)
class Window:
    """From when to when a contact is due."""

    start: datetime
    end: datetime


def _on(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=HERE)


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(earlier: date, later: date) -> int:
    """From month to month, days left aside."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def nominal(rule: Rule, anchor: datetime, occurrence: int) -> datetime:
    """The moment of the k-th occurrence (counted from 1) before calendar and calling hours are asked."""
    here = anchor.astimezone(HERE)
    months = rule.every_months * (occurrence - 1) + (rule.offset if rule.unit == Unit.MONTH else 0)
    moved = datetime.combine(add_months(here.date(), months), here.time(), tzinfo=HERE)
    if rule.unit == Unit.MONTH:
        return moved
    return moved + (timedelta(hours=rule.offset) if rule.unit == Unit.HOUR else timedelta(days=rule.offset))


def window(rule: Rule, anchor: datetime, occurrence: int, hours: Hours) -> Window:
    """The k-th window, inside calling hours and on working days."""
    at = nominal(rule, anchor, occurrence)
    start = hours.next_moment(at)
    return Window(start, hours.deadline(at + timedelta(hours=rule.window_hours), start))


def named_window(named: datetime, hours: Hours) -> Window:
    """The customer named the time: from then on, to the close of that day."""
    start = hours.next_moment(named)
    return Window(start, _on(start.astimezone(HERE).date(), hours.closes))


def first_after(rule: Rule, anchor: datetime, moment: datetime) -> int:
    """The first occurrence that does not lie before the moment: history is not called."""
    if not rule.every_months or nominal(rule, anchor, 1) >= moment:
        return 1
    passed = months_between(nominal(rule, anchor, 1).date(), moment.astimezone(HERE).date())
    occurrence = max(1, passed // rule.every_months)
    while nominal(rule, anchor, occurrence) < moment:
        occurrence += 1
    return occurrence


def maintenance_due(month: date, start: date, last: date | None, *, first: int, again: int) -> bool:
    """Is the car due for maintenance in this month? The first time after delivery, then by the interval of its plan."""
    if last is not None:
        passed = months_between(last, month)
        return passed > 0 and passed % again == 0
    passed = months_between(start, month) - first
    return passed >= 0 and passed % again == 0 and months_between(start, month) > 0
