"""Days as moments, and months ahead. No rows, no clock.

China has one time zone: a day of the product begins and ends by it, whatever the server or the reader uses.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Shanghai")


def moment(day: date, clock: time) -> datetime:
    """That day at that time."""
    return datetime.combine(day, clock, tzinfo=HERE)


def start_of(day: date) -> datetime:
    """Midnight, with which the day begins."""
    return moment(day, time.min)


def end_of(day: date) -> datetime:
    """Midnight, with which the next day begins: what belongs to the day lies before it."""
    return start_of(day + timedelta(days=1))


def day_of(at: datetime) -> date:
    """The day on which a moment lies here."""
    return at.astimezone(HERE).date()


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def months_between(earlier: date, later: date) -> int:
    """From month to month, days left aside."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def in_year(day: date, year: int) -> date:
    """The anniversary of a day; of the 29 February the 28 in a common year."""
    return add_months(day, (year - day.year) * 12)
