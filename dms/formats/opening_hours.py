"""When a place is open: by day, round a break, on working days. No rows, no clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol, Self

from dms.formats.days import HERE, moment

LONGEST_CLOSURE = 60
"""So many days are looked through for the next working day; no holiday is so long."""


class HasOpeningHours(Protocol):
    """What a store says of itself."""

    opens_at: time
    closes_at: time
    break_from: time | None
    break_until: time | None


@dataclass(frozen=True)
class OpeningHours:
    """From when to when a place works, with its break, if it has one. The closing time itself is outside."""

    opens: time
    closes: time
    break_from: time | None = None
    break_until: time | None = None

    @classmethod
    def of(cls, store: HasOpeningHours) -> Self:
        return cls(store.opens_at, store.closes_at, store.break_from, store.break_until)

    @property
    def _parts(self) -> list[tuple[time, time]]:
        if self.break_from is None or self.break_until is None:
            return [(self.opens, self.closes)]
        return [(self.opens, self.break_from), (self.break_until, self.closes)]

    def stretches(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open stretches of that day: one, or two round the break."""
        return [(moment(day, begins), moment(day, ends)) for begins, ends in self._parts]

    def is_open(self, at: datetime, is_workday: Callable[[date], bool]) -> bool:
        here = at.astimezone(HERE)
        return is_workday(here.date()) and any(begins <= here.time() < ends for begins, ends in self._parts)

    def next_open(self, at: datetime, is_workday: Callable[[date], bool]) -> datetime:
        """The moment itself when it is open then, else the next one when it is."""
        day = at.astimezone(HERE).date()
        for days in range(LONGEST_CLOSURE):
            ahead = day + timedelta(days=days)
            if is_workday(ahead):
                for begins, ends in self.stretches(ahead):
                    if at < ends and begins < ends:
                        return max(at, begins)
        raise ValueError(f"no working day follows {day} within {LONGEST_CLOSURE} days")

    def forward(self, at: datetime, span: timedelta, is_open_day: Callable[[date], bool]) -> datetime:
        """When so much opening time is over, from a moment on."""
        while True:
            at = self.next_open(at, is_open_day)
            ends = min(end for _begin, end in self.stretches(at.astimezone(HERE).date()) if at < end)
            if at + span <= ends:
                return at + span
            span -= ends - at
            at = ends

    def last_open(self, at: datetime, is_open_day: Callable[[date], bool]) -> datetime:
        """The moment itself when it is open then, else the last closing time before it."""
        day = at.astimezone(HERE).date()
        for days in range(LONGEST_CLOSURE):
            before = day - timedelta(days=days)
            if is_open_day(before):
                for begins, ends in reversed(self.stretches(before)):
                    if begins <= at and begins < ends:
                        return min(at, ends)
        raise ValueError(f"no open day precedes {day} within {LONGEST_CLOSURE} days")

    def back(self, at: datetime, span: timedelta, is_open_day: Callable[[date], bool]) -> datetime:
        """The moment so long before, in opening time: whole days are open days, the rest is counted by the minute.

        While it is closed no time passes: what was not late in the evening is not late in the morning.
        """
        days, rest = divmod(span, timedelta(days=1))
        at = self.last_open(at, is_open_day)
        while days:
            at -= timedelta(days=1)
            days -= is_open_day(at.astimezone(HERE).date())
        while True:
            at = self.last_open(at, is_open_day)
            here = at.astimezone(HERE)
            begins = max(begin for begin, _end in self.stretches(here.date()) if begin <= at)
            if at - begins >= rest:
                return at - rest
            rest -= at - begins
            # A breath before the opening, from where the search finds the stretch before.
            at = begins - timedelta(microseconds=1)

    def minutes_in(self, hour: int) -> int:
        """How many minutes of that hour of the day it is open."""
        return sum(
            max(0, min(_minutes(ends), hour * 60 + 60) - max(_minutes(begins), hour * 60))
            for begins, ends in self._parts
        )


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
