"""What cars have brought the workshop: the apps above say so, for the effect of a recall.

@takings
def settled(vehicles: Collection[int], since: date, until: date) -> Mapping[int, Decimal]: …
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal

Teller = Callable[[Collection[int], date, date], Mapping[int, Decimal]]
_tellers: list[Teller] = []


def takings(tell: Teller) -> Teller:
    """Register the function below."""
    _tellers.append(tell)
    return tell


def of(vehicles: Collection[int], *, since: date, until: date) -> dict[int, Decimal]:
    """Car → what was settled for it on these days, both included; a car that was not there is left out."""
    sums: dict[int, Decimal] = {}
    for tell in _tellers:
        for vehicle, amount in tell(vehicles, since, until).items():
            sums[vehicle] = sums.get(vehicle, Decimal()) + amount
    return sums
