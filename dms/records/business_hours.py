"""Working days: the official calendar, corrected by our own overrides; and the next moment in which people may be called.

Where the calendar is not published yet: weekdays, without the days that the law names for every year.
"""

from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import chinese_calendar

from dms.formats.days import day_of
from dms.formats.opening_hours import LONGEST_CLOSURE, OpeningHours
from dms.formats.statutory_days import statutory_days
from dms.models import HolidayOverride
from dms.records.calling_calendar import CallingCalendar

if TYPE_CHECKING:
    from dms.models import Store


@cache
def official(day: date) -> bool:
    """What the State Council's calendar says; for a year not yet published, weekdays that the law does not make free."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and day not in statutory_days(day.year)


LAST_KNOWN = max(chinese_calendar.constants.holidays).replace(month=12, day=31)
"""Until then the free days, and those worked in exchange, are published."""


def _overrides(first: date, last: date) -> dict[date, bool]:
    return dict(
        HolidayOverride.objects.filter(day__range=(first, last), store__isnull=True).values_list("day", "is_workday")
    )


def is_workday(day: date) -> bool:
    return _overrides(day, day).get(day, official(day))


def workdays(first: date, last: date) -> list[date]:
    """The working days from the first to the last, both counted."""
    own = _overrides(first, last)
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in days if own.get(day, official(day))]


def nearest_visit(store: "Store", at: datetime, span: timedelta) -> datetime:
    """The moment itself when a guest can be received then, else the next one: on an open day, over before break and evening."""
    hours, closed = OpeningHours.of(store), set(store.closed_on)
    for ahead in range(LONGEST_CLOSURE):
        day = day_of(at) + timedelta(days=ahead)
        if day not in closed:
            for begins, ends in hours.stretches(day):
                if max(at, begins) + span <= ends:
                    return max(at, begins)
    raise ValueError(f"{store} is closed for {LONGEST_CLOSURE} days from {at}")


def calling_time(at: datetime, store: "Store | None" = None, *, calendar: CallingCalendar | None = None) -> datetime:
    """The same moment when people may be called then, else the next one: on no free day, within hours, never in a break.

    :param calendar: where it was read with something else.
    """
    return (calendar or CallingCalendar.read()).of(store).next_moment(at)
