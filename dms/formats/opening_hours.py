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

    def minutes_in(self, hour: int) -> int:
        """How many minutes of that hour of the day it is open."""
        return sum(
            max(0, min(_minutes(ends), hour * 60 + 60) - max(_minutes(begins), hour * 60))
            for begins, ends in self._parts
        )


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
