"""The free days that the law names: known for every year, before the State Council has published how they are moved. Pure.

After the Regulation on Public Holidays as amended for 2025: 1 January; the eve and the first three days of the Spring Festival;
Tomb-Sweeping Day; 1 and 2 May; the Dragon Boat and the Mid-Autumn Festival; 1 to 3 October. Working days in exchange, and bridges,
are only known once they are published.
"""

from datetime import date, timedelta
from functools import cache

from lunar_python import Lunar, Solar

FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
TOMB_SWEEPING = "\u6e05\u660e"
"""The name of the solar term, as the library has it."""


@cache
def statutory_days(year: int) -> frozenset[date]:
    spring = _day(Lunar.fromYmd(year, 1, 1).getSolar())
    terms = Lunar.fromYmd(year, 1, 1).getJieQiTable()
    return frozenset(
        {
            *(date(year, month, day) for month, day in FIXED),
            *(spring + timedelta(days=step) for step in range(-1, 3)),
            _day(terms[TOMB_SWEEPING]),
            _day(Lunar.fromYmd(year, 5, 5).getSolar()),
            _day(Lunar.fromYmd(year, 8, 15).getSolar()),
        }
    )


def _day(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
