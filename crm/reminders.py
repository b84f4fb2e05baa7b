"""What should be said as well while one is talking: what runs out soon, a birthday. No rows, no clock."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dms.formats.days import in_year
from dms.formats.lunar import lunar_day, solar_day

SOON = timedelta(days=30)
BIRTHDAY_SOON = timedelta(days=13)


class Occasion(StrEnum):
    INSURANCE = "INSURANCE"
    INSPECTION = "INSPECTION"
    BIRTHDAY = "BIRTHDAY"


@dataclass(frozen=True)
class Reminder:
    """Something to mention, and the day it is for."""

    occasion: Occasion
    on: date


def next_birthday(born: date, today: date, *, lunar: bool = False) -> date:
    """The next one, today's counted; of somebody born on a 29 February it is the 28 in a common year."""
    if lunar:
        year = lunar_day(today).year
        days = (solar_day(number, born.month, born.day) for number in (year, year + 1))
        return next(day for day in days if day >= today)
    this_year = in_year(born, today.year)
    return this_year if this_year >= today else in_year(born, today.year + 1)


def of(
    today: date,
    *,
    insurance: date | None = None,
    inspection: date | None = None,
    born: date | None = None,
    lunar: bool = False,
) -> list[Reminder]:
    """What is near enough to be mentioned; what has passed is not."""
    occasions = (
        (Occasion.INSURANCE, insurance, SOON),
        (Occasion.INSPECTION, inspection, SOON),
        (Occasion.BIRTHDAY, next_birthday(born, today, lunar=lunar) if born else None, BIRTHDAY_SOON),
    )
    return [Reminder(occasion, day) for occasion, day, near in occasions if day and today <= day <= today + near]
