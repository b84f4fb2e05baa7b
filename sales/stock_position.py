"""What stands in the yard, by model and colour: for sale, driven or shown, kept, on its way, and how long."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sales.models import StockCar
from sales.models.stock import GONE

YOUNG, OLD = 60, 90
"""From so many days on a car in stock is looked at, and is too old."""

KEPT = {StockCar.Status.ALLOCATED, StockCar.Status.READY}
COMING = {StockCar.Status.ORDERED, StockCar.Status.IN_TRANSIT}


@dataclass(frozen=True)
class Position:
    """One model in one colour. A test or display car is not for sale until it is released."""

    variant: object
    colour: str
    available: int
    own_use: int
    kept: int
    coming: int
    oldest: int | None

    @property
    def family(self) -> str:
        return family_of_age(self.oldest)


def family_of_age(days: int | None) -> str:
    """The colour of an age in stock."""
    if days is None or days < YOUNG:
        return ""
    return "wait" if days < OLD else "late"


def positions(cars: Iterable[StockCar], *, on: date) -> list[Position]:
    """Counts by model and colour; those for sale first. Cars with variant and colour fetched."""
    groups: dict[tuple[int, str], list[StockCar]] = defaultdict(list)
    for car in cars:
        if car.status not in GONE:
            groups[car.variant_id, str(car.colour or "")].append(car)
    rows = []
    for (_variant, colour), group in groups.items():
        here = [car for car in group if car.status == StockCar.Status.AVAILABLE]
        free = [car for car in here if car.is_for_sale]
        ages = [age for car in free if (age := car.age(on)) is not None]
        rows.append(
            Position(
                group[0].variant,
                colour,
                len(free),
                len(here) - len(free),
                sum(car.status in KEPT for car in group),
                sum(car.status in COMING for car in group),
                max(ages, default=None),
            )
        )
    return sorted(rows, key=lambda row: (str(row.variant), -row.available, row.colour))
