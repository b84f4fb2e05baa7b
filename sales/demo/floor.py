"""A store's showroom: its crew, what it sells and has in the yard, its dice, and who of the demo comes next."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Any

from django.utils import timezone

from crm.demo.people import guest, variants_of
from dms.core.untyped import Fact, Facts
from dms.demo.cast import Crew, data, vin_of
from dms.demo.stage import Stage, Story
from dms.models import Colour, Store, User, Variant
from sales.actions import stock
from sales.actions.quotes import Item
from sales.models import Source, StockCar

FIRST_CAR = 500_001
COST = Decimal("0.91")
"""What a car costs us of its list price."""


@dataclass
class Floor:
    """Everything the stories of a showroom share."""

    stage: Stage
    crew: Crew
    rng: Random
    place: int
    next_person: int
    cars: int = 0
    texts: Any = field(default_factory=lambda: data("sales"))

    @property
    def store(self) -> Store:
        return self.crew.store

    @property
    def is_outlet(self) -> bool:
        return self.store.kind == Store.Kind.OUTLET

    @cached_property
    def sold(self) -> list[Variant]:
        return variants_of(self.store)

    @cached_property
    def sources(self) -> list[Source]:
        return list(Source.objects.filter(parent__isnull=False).select_related("parent").order_by("pk"))

    def somebody(self) -> tuple[str, str]:
        self.next_person += 1
        return guest(self.next_person - 1)

    def adviser(self) -> User:
        return self.rng.choice(self.crew.all("adviser"))

    def colour_of(self, variant: Variant) -> Colour:
        return self.rng.choice(list(variant.series.brand.colours.all()))

    def later(self, *, minutes: float = 0, days: float = 0) -> datetime:
        """So much later, when the store is open."""
        at = self.stage.at + timedelta(minutes=minutes, days=days)
        return self.stage.workday(self.store, at, rng=self.rng)

    # --- the yard ---------------------------------------------------------------------------------------------------------
    def enter(self, variant: Variant, *, arrived_on: date | None = None, **facts: Fact) -> StockCar:
        """A car becomes ours: on its way, or in the yard since that day."""
        self.cars += 1
        facts.setdefault("colour", self.colour_of(variant))
        made = (arrived_on or timezone.localdate()) - timedelta(days=40)
        return stock.enter_car(
            vin=vin_of(FIRST_CAR + 1000 * self.place + self.cars),
            variant=variant,
            store=self.store,
            by=self.keeper,
            cost=((variant.list_price or Decimal(0)) * COST).quantize(Decimal(100)),
            factory_month=made.replace(day=1),
            arrived=arrived_on is not None,
            arrived_on=arrived_on,
            location=self.rng.choice(self.texts["rows"]) if arrived_on else "",
            **facts,
        )

    @property
    def keeper(self) -> User:
        return self.crew.one("warehouse", "sales_manager")

    def fill_yard(self) -> None:
        """What stood there when the first day began: some for days, some for months; on display, for tests, one pledged."""
        today, uses = timezone.localdate(), {2: StockCar.Use.DISPLAY, 3: StockCar.Use.TEST}
        for place in range(4 if self.is_outlet else 10):
            variant = self.sold[place % len(self.sold)]
            facts: Facts = {"use": uses[place]} if place in uses else {}
            if place == 4:
                facts["certificate"] = StockCar.Certificate.PLEDGED
            self.enter(variant, arrived_on=today - timedelta(days=(3, 8, 20, 31, 12, 47, 15)[place % 7]), **facts)

    def deliveries_from_factory(self, count: int) -> Story:
        """Cars are on their way, and arrive a week later."""
        coming = [self.enter(self.rng.choice(self.sold)) for _number in range(count)]
        for car in coming:
            yield self.later(days=self.rng.randint(3, 9), minutes=self.rng.randint(0, 90))
            stock.receive_car(car, by=self.keeper, location=self.rng.choice(self.texts["rows"]))

    def free_car(self) -> StockCar | None:
        """One of the cars that may be sold; the older, the rather."""
        rows = StockCar.objects.filter(store=self.store, status="AVAILABLE", use="NORMAL", certificate="IN_HAND")
        cars = list(rows.select_related("variant__series__brand", "colour").order_by("arrived_on", "pk"))
        return cars[min(self.rng.randrange(len(cars)), self.rng.randrange(len(cars)))] if cars else None

    # --- words ------------------------------------------------------------------------------------------------------------
    def items(self, variant: Variant) -> list[Item]:
        texts, price = self.texts, variant.list_price or Decimal(0)
        off = min(Decimal(self.rng.randrange(20, 90) * 100), price * 5 // 100)  # what a manager may give
        return [
            Item("VEHICLE", price),
            Item("INSURANCE", Decimal(self.rng.randrange(42, 68) * 100), texts["insurance"]),
            Item("PLATE", Decimal(500), texts["plate"]),
            Item("ACCESSORY", Decimal(680), texts["mat"]),
            Item("DISCOUNT", -off),
        ]

    def wish(self, variant: Variant) -> dict[str, object]:
        return {
            "variant": variant,
            "colour": str(self.colour_of(variant)),
            "budget": self.rng.choice(self.texts["budgets"]),
            "buys_when": self.rng.choice(self.texts["when"]),
            "wish": self.rng.choice(self.texts["wishes"]),
        }
