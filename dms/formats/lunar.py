"""The Chinese calendar, as birthdays and festivals need it. No rows."""

from dataclasses import dataclass
from datetime import date

from lunar_python import Lunar, LunarMonth, Solar


@dataclass(frozen=True)
class LunarDay:
    """A day of the Chinese calendar. ``is_leap``: in the second month of that number, which is celebrated in the first."""

    year: int
    month: int
    day: int
    is_leap: bool
    is_last: bool
    """The last day of its month: who was born on the 30th has their birthday on the 29th of a short one."""


def lunar_day(day: date) -> LunarDay:
    """What this day is in the Chinese calendar."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    year, month, number = lunar.getYear(), lunar.getMonth(), lunar.getDay()
    length = LunarMonth.fromYm(year, month).getDayCount()
    return LunarDay(year, abs(month), number, is_leap=month < 0, is_last=number == length)


def solar_day(year: int, month: int, day: int) -> date:
    """On which day the lunar day of that lunar year falls; the 30th of a short month on its 29th. Never in a leap month."""
    length = LunarMonth.fromYm(year, month).getDayCount()
    solar = Lunar.fromYmd(year, month, min(day, length)).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
