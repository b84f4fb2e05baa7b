"""When a promise falls due: offsets, repeats and windows inside calling hours. No rows, no clock.

A rule counts from its anchor (the delivery, the settlement, the mailing). The k-th repeat counts from the anchor too, never
from the repeat before, so that a short month or a late call does not shift all that follow.

What is counted in hours lies wholly inside them. What is counted in days or months ends on its last day, before the close.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dms.formats.calling_hours import CallingHours, Stretch
from dms.formats.days import HERE, add_months, day_of, end_of, moment, months_between, start_of

SHORTEST = timedelta(minutes=15)
"""Less than this is left of a day, and a call or a letter would be late before anybody has sat down to it."""


class Unit(StrEnum):
    """What an offset is counted in."""

    HOUR = "HOUR"
    DAY = "DAY"
    MONTH = "MONTH"


@dataclass(frozen=True)
class Rule:
    """Due so long after the anchor, for so many hours, again every so many months (0: once).

    A holiday yields where it leaves fewer than ``least_hours`` of a promise in hours, and to one that is ``kept_anyway``.
    """

    offset: int
    unit: Unit
    window_hours: int
    every_months: int = 0
    least_hours: int = 2
    kept_anyway: bool = False


Window = Stretch
"""From when to when a contact is due."""


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


@dataclass(frozen=True)
class Before:
    """The call before, of the same beginning: its last day, and whether two fall on it already."""

    day: date
    shared: bool = False

    def then(self, window: Window) -> "Before":
        """The call after it was given this window."""
        last = day_of(window.end)
        return Before(last, last == self.day) if last >= self.day else self


def window(
    rule: Rule, anchor: datetime, occurrence: int, hours: CallingHours, *, before: Before | None = None
) -> Window:
    """The k-th window, inside calling hours; on days after the call before, else with it on one day, and never a third."""
    at = nominal(rule, anchor, occurrence)
    if rule.unit == Unit.HOUR:
        return _within(at, at + timedelta(hours=rule.window_hours), timedelta(hours=rule.least_hours), hours)
    last = day_of(at) + timedelta(days=rule.window_hours // 24)
    apart = max(at, start_of(before.day + timedelta(days=1))) if before else at
    for begins in (apart,) if before and before.shared else (apart, at):
        start = hours.next_moment(begins)
        if day_of(start) <= last:
            return Window(start, hours.last_moment(end_of(last)))
    # Every day of it is free: the promise of a delivery goes before the holiday, anything else waits for its end.
    on_last = hours.usual_between(apart, end_of(last), last) if rule.kept_anyway else []
    if on_last:
        return Window(on_last[0].start, on_last[-1].end)
    start = hours.next_moment(apart)
    return Window(start, hours.close_after(start))


def _within(begins: datetime, ends: datetime, least: timedelta, hours: CallingHours) -> Window:
    """The calling time inside two moments; where too little is left of it, the day itself before the close."""
    parts = hours.between(begins, ends)
    if sum((part.length for part in parts), timedelta()) >= least:
        return Window(parts[0].start, parts[-1].end)
    for day in (day_of(begins), day_of(ends)):
        usual = hours.usual_between(begins, ends, day)
        if usual and usual[-1].end - usual[0].start >= SHORTEST:
            return Window(usual[0].start, usual[-1].end)
    return Window(begins, ends)


def is_short(rule: Rule, anchor: datetime, hours: CallingHours) -> bool:
    """Is the first one due on the day itself, as a holiday leaves too little time after it?"""
    at = nominal(rule, anchor, 1)
    parts = hours.between(at, at + timedelta(hours=rule.window_hours))
    return rule.unit == Unit.HOUR and sum((part.length for part in parts), timedelta()) < timedelta(
        hours=rule.least_hours
    )


def named_window(named: datetime, hours: CallingHours) -> Window:
    """The customer named the time: from then on as named, to the close of that day."""
    return Window(named, hours.close_after(named))


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
