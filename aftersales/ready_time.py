"""When a car can be ready: labour and the way through the workshop, within the opening hours. No rows, no clock."""

from datetime import datetime, timedelta
from decimal import Decimal

from dms.formats.days import day_of, start_of
from dms.formats.opening_hours import OpeningHours

HANDLING = timedelta(minutes=45)
"""Dispatch, three checks, wash and papers."""
QUARTER = timedelta(minutes=15)
LONGEST = 60
"""Days of work beyond which nobody can promise anything."""


def ready_at(start: datetime, labour: Decimal, hours: OpeningHours) -> datetime:
    """The moment to promise: rounded up to a quarter of an hour; what does not fit today goes on tomorrow morning."""
    left, today = timedelta(minutes=int(labour * 60)) + HANDLING, day_of(start)
    for ahead in range(LONGEST):
        for opens, closes in hours.stretches(today + timedelta(days=ahead)):
            begins = max(opens, start)
            # Of the stretches of today those before the lunch break may be over.
            if begins >= closes:
                continue
            if begins + left <= closes:
                return rounded(begins + left)
            left -= closes - begins
    # Beyond two months nobody can promise: the adviser sees a day so far off and names one.
    return start_of(today + timedelta(days=LONGEST))


def rounded(at: datetime) -> datetime:
    """Up to the next quarter."""
    floor = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    return floor if floor == at else floor + QUARTER
