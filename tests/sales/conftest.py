"""The floor of a store: reception, advisers, a manager, models and a stock car."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from crm.actions import billing
from dms.models import Brand, Colour, Reason, Series, Variant
from sales.actions import allocation, deliveries, leads, orders, quotes, stock
from sales.actions.quotes import Item
from sales.actions.register import Guest, Visit, register_visit


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
        vin="LSVAM4187C2184847",
        variant=variant,
        colour=black,
        store=store,
        by=keeper,
        cost=160_000,
        arrived=True,
        arrived_on=dt.date(2026, 10, 11),
    )


@pytest.fixture
def quote(lead, variant, black, adviser):
    items = [
        Item("VEHICLE", Decimal(198_800)),
        Item("INSURANCE", Decimal(6_200), "首年"),
        Item("DISCOUNT", Decimal(-5_000)),
    ]
    until = timezone.localdate() + dt.timedelta(days=7)
    return quotes.make_quote(lead, variant=variant, colour=black, items=items, valid_until=until, by=adviser)


@pytest.fixture
def draft(quote, adviser):
    return orders.order_from_quote(quote, by=adviser, deposit=Decimal(5_000))


@pytest.fixture
def order(draft, adviser, manager):
    """A signed order."""
    orders.submit_order(draft, by=adviser)
    return orders.approve_order(draft, by=manager)


@pytest.fixture
def pay(cashier):
    def take(order, amount):
        order.refresh_from_db()
        return billing.take_payment(order.invoice, amount=Decimal(amount), method="CARD", by=cashier)

    return take


@pytest.fixture
def sheet(order, car, adviser):
    """The delivery sheet of an order with its car."""
    allocation.allocate_car(order, car=car, by=adviser)
    return deliveries.plan_delivery(order, by=adviser)


@pytest.fixture
def signed_sheet(sheet, order, pay, adviser, keeper, inspector, cashier):
    """Paid, signed by all four, confirmed by the customer, the car ready."""
    pay(order, 200_000)
    for department, by in (("SALES", adviser), ("WAREHOUSE", keeper), ("AFTERSALES", inspector), ("FINANCE", cashier)):
        deliveries.sign_off(sheet, department=department, by=by)
    deliveries.confirm_delivery(sheet, name="谷雨", by=adviser)
    allocation.mark_ready(order, by=keeper)
    return sheet
