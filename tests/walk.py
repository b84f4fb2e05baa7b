"""The facts of the walk: one store with its people, one customer, one car, and the days on which things happen.

The walk by page (``tests/browser/test_walk.py``) and the walk by API (``tests/test_walk_api.py``) tell the same story.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

import time_machine

from crm.tasks import care_round, recall_round
from dms.models import Colour, Store, Variant
from sales.actions.quotes import Item
from sales.models import Order, StockCar
from tests.clock import at
from tests.factories import (
    BayFactory,
    Cast,
    ColourFactory,
    LeadFactory,
    OrderFactory,
    PartFactory,
    QuoteFactory,
    StockCarFactory,
    StoreFactory,
    VariantFactory,
)

PASSWORD = "walk-the-whole-life-2026"
STAFF = (
    "reception",
    "adviser",
    "second_adviser",
    "sales_manager",
    "cashier",
    "warehouse",
    "inspector",
    "callback",
    "cs_manager",
    "service_adviser",
    "workshop",
    "technician",
    "team_leader",
    "parts_clerk",
    "gm",
)
"""Who plays; the part is the sign-in name as well."""

ADDRESS = "成都市锦江区红星路二段70号"
"""Asked at the hand-over: no letter is printed without it."""
NAME, PHONE = "谷雨", "13800000001"
VIN, PLATE = "LZ91AE3A4J3LSA560", "川A0Y0G1"
SECOND_VIN = "LSVAM4187C2184847"
PRICE, DISCOUNT, INSURANCE, TOTAL, DEPOSIT = 198_800, 5_000, 6_200, 200_000, 5_000
OIL_FILTER, WIPER = ("SY-15601", "机油滤清器", 46), ("SY-85222", "雨刮片", 68)

ARRIVES = at("2026-03-10 09:30")
"""A Tuesday: the walk-in, the card, the first visit."""
ORDERS = at("2026-03-12 10:00")
DELIVERED = at("2026-03-18 10:00")
DAY_1, DAY_3, DAY_7 = (DELIVERED + timedelta(days=days, hours=1) for days in (1, 2, 6))
QUARTER = at("2026-06-22 10:00")
LISTED = at("2026-08-03 09:30")
"""First maintenance is due in September: the list is there in August's first week, letters in the second, post in the third."""
PRINTED, MAILED, RECALLED = at("2026-08-11 10:00"), at("2026-08-18 10:00"), at("2026-08-21 10:30")
COMES = at("2026-09-08 09:00")
QUALITY = at("2026-09-09 10:00")


@contextmanager
def on(moment: datetime) -> Iterator[None]:
    """The clock of the whole dealership shows this moment, and beat has made its rounds."""
    with time_machine.travel(moment, tick=True):
        beat()
        yield


def beat() -> None:
    """What Celery beat calls every minute, and every quarter of an hour."""
    care_round()
    recall_round()


@dataclass
class Dealership:
    """The store before the walk begins."""

    cast: Cast
    variant: Variant
    black: Colour

    @property
    def store(self) -> Store:
        return self.cast.store


def dealership() -> Dealership:
    """A store with its people, a model with one car of it in the yard, two parts on the shelf, two bays."""
    store = StoreFactory.create(
        name="星野锦江店",
        address="成都市锦江区示范路 1 号",
        phone="028-00000001",
        opens_at=time(8, 30),
        closes_at=time(18),
    )
    cast = Cast(store, password=PASSWORD)
    cast.assemble(*STAFF)
    variant = VariantFactory.create(series__code="S7", code="S7-4WD", list_price=PRICE)
    for name in ("1 号", "快保"):
        BayFactory.create(store=store, name=name)
    for number, name, price in (OIL_FILTER, WIPER):
        PartFactory.create(number=number, name=name, price=Decimal(price), pieces=2, cost="20")
    return Dealership(cast, variant, ColourFactory.create(brand=variant.series.brand, code="BK"))


def rival_order(dealership: Dealership) -> Order:
    """Another adviser's customer has ordered the same model: there is one car for the two."""
    lead = LeadFactory.create(name="清明", phone="13800000002", adviser=dealership.cast.second_adviser)
    price = [Item("VEHICLE", Decimal(PRICE))]
    quote = QuoteFactory.create(lead=lead, variant=dealership.variant, colour=dealership.black, items=price)
    return OrderFactory.create(quote=quote, deposit=Decimal(DEPOSIT))


def stock_car(dealership: Dealership) -> StockCar:
    return StockCarFactory.create(vin=VIN, variant=dealership.variant, colour=dealership.black, cost=160_000)
