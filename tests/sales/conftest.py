"""The floor of a store: reception, advisers, a manager, models and a stock car."""

import datetime as dt
import itertools

import pytest

from dms.models import Brand, Colour, Reason, Series, Variant
from sales.actions import leads, stock
from sales.actions.register import Guest, Visit, register_visit

VINS = itertools.cycle(["LSVAM4189C2184848", "LSVAM4180C2184849", "LSVAM4187C2184850"])


@pytest.fixture
def store(store):
    """As the database gives it: its hours are times."""
    store.refresh_from_db()
    return store


@pytest.fixture
def reception(person):
    return person("reception", name="reception", display_name="苏叶")


@pytest.fixture
def second(person):
    return person("adviser", name="second", display_name="连翘")


@pytest.fixture
def cashier(person):
    return person("cashier", name="cashier", display_name="当归")


@pytest.fixture
def keeper(person):
    return person("warehouse", name="keeper", display_name="茯苓")


@pytest.fixture
def inspector(person):
    return person("inspector", name="inspector", display_name="远志")


@pytest.fixture
def variant(db):
    brand = Brand.objects.create(code="XY", name="星野")
    series = Series.objects.create(brand=brand, code="S7", name="星野 S7")
    return Variant.objects.create(series=series, code="S7-4WD", name="S7 四驱", list_price=198_800)


@pytest.fixture
def black(variant):
    return Colour.objects.create(brand=variant.series.brand, code="BK", name="曜岩黑")


@pytest.fixture
def arrive(store, reception):
    """``arrive("谷雨", "13800000001")`` is somebody who comes through the door."""

    def come(name="", phone="", *, by=None, adviser=None, key="", stranger=False, **facts):
        guest = Guest(phone, name, stranger)
        return register_visit(guest, visit=Visit(**facts), store=store, by=by or reception, adviser=adviser, key=key)

    return come


@pytest.fixture
def lead(arrive, adviser):
    return arrive("谷雨", "13800000001", adviser=adviser).lead


@pytest.fixture
def said():
    """What came of a contact; talked, level A, nothing more."""

    def words(result="TALKED", level="A", **more):
        return leads.Said(result=result, level=level, **more)

    return words


@pytest.fixture
def reason(db):
    def find(kind, code="OTHER"):
        return Reason.objects.get(kind=kind, code=code)

    return find


@pytest.fixture
def car(variant, black, store, keeper):
    return stock.enter_car(
        vin="LSVAM4187C2184847", variant=variant, colour=black, store=store, by=keeper, cost=160_000, arrived=True,
        arrived_on=dt.date(2026, 10, 11),
    )  # fmt: skip
