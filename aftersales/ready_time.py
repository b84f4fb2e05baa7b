"""When a car can be ready: labour and the way through the workshop, within the opening hours. No rows, no clock."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

HANDLING = timedelta(minutes=45)
"""Dispatch, three checks, wash and papers."""
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Hours:
    """From when to when the workshop works, with its break."""

    opens: time
    closes: time
    break_from: time | None = None
    break_until: time | None = None


def ready_at(start: datetime, labour: Decimal, hours: Hours) -> datetime:
    """The moment to promise: rounded up to a quarter of an hour; what does not fit today goes on tomorrow morning."""
    left = timedelta(minutes=int(labour * 60)) + HANDLING
    at = start
    for _day in range(60):
        for opens, ends in stretches(at, hours):
            begins = max(opens, at)
            if begins >= ends:
                continue
            if begins + left <= ends:
                return rounded(begins + left)
            left -= ends - begins
        at = on(at + timedelta(days=1), time(0))
    return rounded(at)


def stretches(day: datetime, hours: Hours) -> list[tuple[datetime, datetime]]:
    """The working stretches of that day: one, or two round the break."""
    if hours.break_from and hours.break_until:
        return [(on(day, hours.opens), on(day, hours.break_from)), (on(day, hours.break_until), on(day, hours.closes))]
    return [(on(day, hours.opens), on(day, hours.closes))]


def on(day: datetime, clock: time) -> datetime:
    return day.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)


def rounded(at: datetime) -> datetime:
    """Up to the next quarter."""
    floor = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    return floor if floor == at else floor + QUARTER
