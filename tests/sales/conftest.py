"""One purchase from the card to the signed sheet: 谷雨 buys an S7 四驱 of 白芷."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from crm.models import Payment
from dms.models import Colour, Variant
from sales.models import DeliverySheet, Lead, Order, Quote, StockCar
from tests.factories import (
    ColourFactory,
    DeliverySheetFactory,
    LeadFactory,
    OrderFactory,
    PaymentFactory,
    QuoteFactory,
    StockCarFactory,
    VariantFactory,
    advance_order,
    fresh,
)


@pytest.fixture
def variant(db: None) -> Variant:
    return VariantFactory.create(series__code="S7", code="S7-4WD")


@pytest.fixture
def black(variant: Variant) -> Colour:
    return ColourFactory.create(brand=variant.series.brand, code="BK")


@pytest.fixture
def lead(db: None) -> Lead:
    return LeadFactory.create(name="谷雨", phone="13800000001")


@pytest.fixture
def car(variant: Variant, black: Colour) -> StockCar:
    return StockCarFactory.create(
        vin="LSVAM4187C2184847", variant=variant, colour=black, cost=160_000, arrived_on=dt.date(2026, 10, 11)
    )


@pytest.fixture
def quote(lead: Lead, variant: Variant, black: Colour) -> Quote:
    return QuoteFactory.create(lead=lead, variant=variant, colour=black)


@pytest.fixture
def draft(quote: Quote) -> Order:
    return OrderFactory.create(quote=quote, status="DRAFT", deposit=Decimal(5_000))


@pytest.fixture
def order(draft: Order) -> Order:
    """A signed order."""
    return advance_order(draft, "SIGNED")


@pytest.fixture
def sheet(order: Order, car: StockCar) -> DeliverySheet:
    """The delivery sheet of an order with its car."""
    return DeliverySheetFactory.create(order=advance_order(order, "ALLOCATED", car=car))


@pytest.fixture
def signed_sheet(order: Order, car: StockCar) -> DeliverySheet:
    """Paid, signed by all four, confirmed by the customer, the car ready."""
    return DeliverySheetFactory.create(order=advance_order(order, "ALLOCATED", car=car), complete=True)


@pytest.fixture
def pay() -> Callable[[Order, int], Payment]:
    """``pay(order, 5_000)``: the cashier takes it."""

    def take(order: Order, amount: int) -> Payment:
        return PaymentFactory.create(invoice=fresh(order).invoice, amount=amount, method=Payment.Method.CARD)

    return take
