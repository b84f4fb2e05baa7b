"""The facts of the walk: one store with its people, one customer, one car, and the days on which things happen.

The walk by page (``tests/browser/test_walk.py``) and the walk by API (``tests/test_walk_api.py``) tell the same story.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from aftersales.models import Bay
from crm.tasks import care_round, recall_round
from dms.models import Brand, Colour, Series, Store, User, Variant
from parts.actions import stock as parts_room
from parts.models import Part
from sales.actions import orders, quotes, stock
from sales.actions.quotes import Item
from sales.actions.register import Guest, Visit, register_visit
from sales.models import Order, StockCar

HERE = ZoneInfo("Asia/Shanghai")
PASSWORD = "walk-the-whole-life-2026"
STAFF = {
    "reception": "苏叶",
    "adviser": "白芷",
    "sales_manager": "沉香",
    "cashier": "当归",
    "warehouse": "茯苓",
    "inspector": "远志",
    "callback": "青黛",
    "cs_manager": "杜若",
    "service_adviser": "半夏",
    "workshop": "川贝",
    "technician": "石斛",
    "team_leader": "杜仲",
    "parts_clerk": "陈皮",
    "gm": "黄芪",
}
"""Role → name; the role is the sign-in name as well. A second adviser is called 连翘."""

NAME, PHONE = "谷雨", "13800000001"
VIN, PLATE = "LZ91AE3A4J3LSA560", "川A0Y0G1"
SECOND_VIN = "LSVAM4187C2184847"
PRICE, DISCOUNT, INSURANCE, TOTAL, DEPOSIT = 198_800, 5_000, 6_200, 200_000, 5_000
OIL_FILTER, WIPER = ("SY-15601", "机油滤清器", 46), ("SY-85222", "雨刮片", 68)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


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
    """The clock of the whole house shows this moment, and beat has made its rounds."""
    with time_machine.travel(moment, tick=True):
        beat()
        yield


def beat() -> None:
    """What Celery beat calls every minute, and every quarter of an hour."""
    care_round()
    recall_round()


@dataclass
class House:
    """The store before the walk begins."""

    store: Store
    variant: Variant
    black: Colour
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, role: str) -> User:
        try:
            return self.__dict__["people"][role]
        except KeyError:
            raise AttributeError(role) from None


def house() -> House:
    """A store with its people, a model with one car of it in the yard, two parts on the shelf, two bays."""
    store = Store.objects.create(
        code="JJ01",
        name="星野锦江店",
        name_en="Jinjiang",
        address="成都市锦江区示范路 1 号",
        phone="028-00000001",
        opens_at=time(8, 30),
        closes_at=time(18),
    )
    brand = Brand.objects.create(code="XY", name="星野")
    series = Series.objects.create(brand=brand, code="S7", name="星野 S7")
    variant = Variant.objects.create(series=series, code="S7-4WD", name="S7 四驱", list_price=PRICE)
    made = House(store, variant, Colour.objects.create(brand=brand, code="BK", name="曜岩黑"))
    for role, name in STAFF.items():
        made.people[role] = colleague(role, name, store)
    made.people["second"] = colleague("adviser", "连翘", store, username="second")
    Bay.objects.bulk_create(Bay(store=store, name=name) for name in ("1 号", "快保"))
    for number, name, price in (OIL_FILTER, WIPER):
        part = Part.objects.create(number=number, name=name, unit="件", price=Decimal(price))
        parts_room.receive(part, store=store, quantity=2, cost="20", by=made.people["parts_clerk"])
    return made


def colleague(role: str, name: str, store: Store, *, username: str = "") -> User:
    user = User(username=username or role, display_name=name)
    user.set_password(PASSWORD)
    user.save()
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    user.stores.add(store)
    return User.objects.get(pk=user.pk)


def rival_order(house: House) -> Order:
    """Another adviser's customer has ordered the same model: there is one car for the two."""
    second, today = house.people["second"], timezone.localdate()
    visit = register_visit(
        Guest("13800000002", "清明"), visit=Visit(), store=house.store, by=house.people["reception"], adviser=second
    )
    items = [Item("VEHICLE", Decimal(PRICE))]
    quote = quotes.make_quote(
        visit.lead,
        variant=house.variant,
        colour=house.black,
        items=items,
        valid_until=today + timedelta(days=7),
        by=second,
    )
    order = orders.order_from_quote(quote, by=second, deposit=Decimal(DEPOSIT))
    orders.submit_order(order, by=second)
    return orders.approve_order(order, by=house.people["sales_manager"])


def stock_car(house: House) -> StockCar:
    return stock.enter_car(
        vin=VIN,
        variant=house.variant,
        colour=house.black,
        store=house.store,
        by=house.people["warehouse"],
        cost=160_000,
        arrived=True,
    )
