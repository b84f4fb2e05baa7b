"""Working days and calling hours: the official calendar, corrected by our own overrides, weekdays where it knows nothing."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

import chinese_calendar
from django.utils import timezone

from dms.models import HolidayOverride

if TYPE_CHECKING:
    from dms.models import Store

OPENS, CLOSES = time(9), time(18)
"""Calling hours where no store is concerned."""

STRETCH = 60
"""Days whose overrides are read in one query; longer than any holiday."""


@cache
def official(day: date) -> bool:
    """What the State Council's calendar says; for a year not yet published, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def _overrides(first: date, last: date) -> dict[date, bool]:
    return dict(HolidayOverride.objects.filter(day__range=(first, last)).values_list("day", "is_workday"))


def is_workday(day: date) -> bool:
    return _overrides(day, day).get(day, official(day))


def workdays(first: date, last: date) -> list[date]:
    """The working days from the first to the last, both counted."""
    own = _overrides(first, last)
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in days if own.get(day, official(day))]


def add_workdays(day: date, count: int) -> date:
    """The working day so many working days later (earlier when negative); 0 is the day itself, or the next working one."""
    if count == 0:
        return _walk(day - timedelta(days=1), 1, 1)
    return _walk(day, abs(count), 1 if count > 0 else -1)


def _walk(day: date, count: int, step: int) -> date:
    own: dict[date, bool] = {}
    walked = 0
    while count:
        if walked % STRETCH == 0:
            ahead = day + timedelta(days=step * STRETCH)
            own = _overrides(min(day, ahead), max(day, ahead))
        day += timedelta(days=step)
        walked += 1
        if own.get(day, official(day)):
            count -= 1
    return day


def calling_time(at: datetime, store: "Store | None" = None) -> datetime:
    """The same moment when people may be called then, else the next one: a working day, within hours, never in a break."""
    here = timezone.localtime(at)
    opens, closes = (store.opens_at, store.closes_at) if store else (OPENS, CLOSES)
    if here.time() >= closes:
        return _at(add_workdays(here.date(), 1), opens)
    if not is_workday(here.date()):
        return _at(add_workdays(here.date(), 0), opens)
    if here.time() < opens:
        return _at(here.date(), opens)
    if store and store.break_from and store.break_until and store.break_from <= here.time() < store.break_until:
        return _at(here.date(), store.break_until)
    return at


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
