"""When customers may be called: the hours of each weekday, but for the free days. No rows, no clock.

Calling hours are no opening hours: a store sells on a Sunday of the Spring Festival and calls nobody, and it calls in the evening
when the workshop is closed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dms.formats.days import day_of, end_of, moment
from dms.formats.opening_hours import LONGEST_CLOSURE, OpeningHours

USUAL = OpeningHours(time(9), time(19, 30))
"""Where nothing else was said: people are reached after work and at the weekend."""


@dataclass(frozen=True)
class Stretch:
    """From when to when."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class CallingHours:
    """The hours of the seven weekdays, Monday first (None: nobody is called), and the days that are free whatever the weekday."""

    week: Sequence[OpeningHours | None]
    is_free: Callable[[date], bool]

    def usual(self, day: date) -> OpeningHours:
        """The hours of that weekday, were it no free day."""
        return self.week[day.weekday()] or USUAL

    def on(self, day: date) -> OpeningHours | None:
        """The hours of that day; None when nobody is called."""
        return None if self.is_free(day) else self.week[day.weekday()]

    def is_workday(self, day: date) -> bool:
        """Is anybody called on that day?"""
        return self.on(day) is not None

    def allow(self, at: datetime) -> bool:
        """May somebody be called at this moment?"""
        hours = self.on(day_of(at))
        return hours is not None and any(begins <= at < ends for begins, ends in hours.stretches(day_of(at)))

    def next_moment(self, at: datetime) -> datetime:
        """The moment itself when people may be called then, else the next one."""
        for stretch in self._ahead(at):
            return max(at, stretch.start)
        # A store closed for months must not stop the promises of all others: its own wait at their moment.
        return at

    def last_moment(self, at: datetime) -> datetime:
        """The moment itself when people may be called just before, else the last close before it."""
        for back in range(LONGEST_CLOSURE):
            day = day_of(at) - timedelta(days=back)
            hours = self.on(day)
            for begins, ends in reversed(hours.stretches(day) if hours else []):
                if begins < at:
                    return min(at, ends)
        return at

    def between(self, start: datetime, end: datetime) -> list[Stretch]:
        """The stretches of calling time inside two moments."""
        days = (day_of(start) + timedelta(days=step) for step in range((day_of(end) - day_of(start)).days + 1))
        return [part for day in days for part in clipped(day, self.on(day), start, end)]

    def usual_between(self, start: datetime, end: datetime, day: date) -> list[Stretch]:
        """The same of one day, as if it were not free."""
        return clipped(day, self.usual(day), start, end)

    def deadline(self, at: datetime, start: datetime) -> datetime:
        """The moment itself when people may be called then, else the close of that day, or of the next calling day.

        Never before the window has begun: then it is the close of the day on which it begins.
        """
        end = at if self.allow(at) else self._next_close(day_of(at))
        return end if end > start else self.close_after(start)

    def close_after(self, start: datetime) -> datetime:
        """When the day closes on which the window begins; half an hour later at least, should it begin at the close."""
        return max(moment(day_of(start), self.usual(day_of(start)).closes), start + timedelta(minutes=30))

    def _next_close(self, day: date) -> datetime:
        start = self.next_moment(moment(day, time.min))
        return moment(day_of(start), self.usual(day_of(start)).closes)

    def _ahead(self, at: datetime) -> Iterator[Stretch]:
        for step in range(LONGEST_CLOSURE):
            day = day_of(at) + timedelta(days=step)
            yield from clipped(day, self.on(day), at, end_of(day))


def clipped(day: date, hours: OpeningHours | None, start: datetime, end: datetime) -> list[Stretch]:
    """The stretches of that day, as far as they lie inside the two moments."""
    parts = [(max(start, begins), min(end, ends)) for begins, ends in hours.stretches(day)] if hours else []
    return [Stretch(begins, ends) for begins, ends in parts if begins < ends]
