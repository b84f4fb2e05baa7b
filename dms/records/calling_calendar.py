"""Calling hours and free days of every store as the configuration has them, read in one statement for many questions."""

from datetime import date, time
from typing import TYPE_CHECKING, Self

from django.db import connection

from dms.formats.calling_hours import USUAL, CallingHours
from dms.formats.opening_hours import OpeningHours
from dms.formats.statutory_days import statutory_days

if TYPE_CHECKING:
    from dms.models import Store

COLUMNS = """
ARRAY(SELECT concat_ws(' ', coalesce(store_id, 0), weekday, calls_from, calls_until) FROM dms_callinghour),
ARRAY(SELECT concat_ws(' ', coalesce(store_id, 0), day, is_workday::int) FROM dms_holidayoverride)
"""
"""A few rows of each, as two columns of any statement: who asks something else in the same breath needs no second trip."""
GROUP = 0
"""Stands for every store."""


class CallingCalendar:
    """Which hours of which store; a store's own word goes before the group's, that before what is usual and the law's free days."""

    def __init__(self, hours: list[str], days: list[str]) -> None:
        """The two columns."""
        self._hours: dict[tuple[int, int], tuple[time, time] | None] = {}
        for store, weekday, *clock in map(str.split, hours):
            times = [time.fromisoformat(text) for text in clock]
            self._hours[int(store), int(weekday)] = (times[0], times[1]) if times else None
        self._days = {
            (int(store), date.fromisoformat(day)): worked == "1" for store, day, worked in map(str.split, days)
        }

    @classmethod
    def read(cls) -> Self:
        with connection.cursor() as cursor:
            # Raw, in one trip: it is asked under the locks of those who write a promise.
            cursor.execute("SELECT " + COLUMNS)
            return cls(*cursor.fetchone())

    def of(self, store: "Store | None") -> CallingHours:
        """When its customers may be called; of no store: what the group says."""
        key = store.pk if store else GROUP
        return CallingHours(
            [self._weekday(store, weekday) for weekday in range(7)], lambda day: self.is_free(day, store=key)
        )

    def is_free(self, day: date, *, store: int = GROUP) -> bool:
        """A day on which nobody is called: the store says so, else the group, else the law that makes it a holiday."""
        worked = self._days.get((store, day), self._days.get((GROUP, day)))
        return day in statutory_days(day.year) if worked is None else not worked

    def _weekday(self, store: "Store | None", weekday: int) -> OpeningHours | None:
        usual = (USUAL.opens, USUAL.closes)
        hours = self._hours.get((GROUP, weekday), usual)
        if store is None:
            return OpeningHours(*hours) if hours else None
        hours = self._hours.get((store.pk, weekday), hours)
        if hours is None:
            return None
        opens, closes = hours
        # The store's break is a break of its phones, too, when it lies inside.
        if store.break_from and store.break_until and opens < store.break_from and store.break_until < closes:
            return OpeningHours(opens, closes, store.break_from, store.break_until)
        return OpeningHours(opens, closes)
