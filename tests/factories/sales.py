"""From the guest in the door to the delivered car."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from dms.models import Store, User
from sales.actions import allocation, deliveries, orders, quotes, stock
from sales.actions.quotes import Item
from sales.actions.register import Guest, Visit, register_visit
from sales.models import DeliverySheet, Lead, LeadContact, Order, OwnerCard, Quote, RotaPlace, ShowroomVisit, StockCar
from tests.factories.base import ActFactory, fresh, member
from tests.factories.customers import PaymentFactory, VehicleFactory
from tests.factories.group import ColourFactory, VariantFactory, vin_of
from tests.factories.people import Cast, StoreFactory, UserFactory


class ShowroomVisitFactory(ActFactory[ShowroomVisit]):
    """Somebody comes through the door: ``ShowroomVisitFactory.create(name="谷雨", phone="13800000001")``.

    ``adviser=None`` lets the rota say whose guest they are; other facts are those of the visit.
    """

    class Meta:
        model = ShowroomVisit

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.reception)
    adviser = member(lambda cast: cast.adviser)
    name = Sequence(lambda number: f"小满{number}")
    phone = Sequence(lambda number: f"137{number:08}")
    stranger = False
    chosen: int | None = None
    join = False
    key = ""

    @staticmethod
    def act(
        *,
        store: Store,
        by: User,
        adviser: User | None,
        name: str,
        phone: str,
        stranger: bool,
        chosen: int | None,
        join: bool,
        key: str,
        **visit: Any,
    ) -> ShowroomVisit:
        guest = Guest(phone, name, stranger, chosen, join)
        visit.setdefault("again", True)  # rows of a test are all made within a minute
        return register_visit(guest, visit=Visit(**visit), store=store, by=by, adviser=adviser, key=key)


class LeadFactory(ActFactory[Lead]):
    """The card of somebody who came; told what a showroom visit is told."""

    class Meta:
        model = Lead

    store = SubFactory(StoreFactory)

    @staticmethod
    def act(**facts: Any) -> Lead:
        lead = ShowroomVisitFactory.create(**facts).lead
        assert lead is not None
        return lead


class LeadContactFactory(ActFactory[LeadContact]):
    """The first row of a card."""

    class Meta:
        model = LeadContact

    store = SubFactory(StoreFactory)

    @staticmethod
    def act(**facts: Any) -> LeadContact:
        return LeadFactory.create(**facts).contacts.get()


class RotaPlaceFactory(DjangoModelFactory[RotaPlace]):
    class Meta:
        model = RotaPlace

    class Params:
        by = None

    store = SubFactory(StoreFactory)
    adviser = SubFactory(UserFactory, store=SelfAttribute("..store"), role="adviser")


def in_a_week() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=7)


class QuoteFactory(ActFactory[Quote]):
    """An offer of 200,000 by the adviser of the card."""

    class Meta:
        model = Quote

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.reception)
    lead = SubFactory(LeadFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    variant = SubFactory(VariantFactory)
    colour = SubFactory(ColourFactory, brand=SelfAttribute("..variant.series.brand"))
    items = (
        Item("VEHICLE", Decimal(198_800)),
        Item("INSURANCE", Decimal(6_200), "首年"),
        Item("DISCOUNT", Decimal(-5_000)),
    )
    valid_until = LazyFunction(in_a_week)

    @staticmethod
    def act(*, lead: Lead, store: Store, by: User, **facts: Any) -> Quote:
        assert lead.owner is not None
        return quotes.make_quote(lead, by=lead.owner, **facts)


class StockCarFactory(ActFactory[StockCar]):
    """A car for sale in the yard; with ``arrived=False`` it is still on its way."""

    class Meta:
        model = StockCar

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.warehouse)
    vin = Sequence(lambda number: vin_of(f"LSVAM4180C2{number:06}"))
    variant = SubFactory(VariantFactory)
    colour = SubFactory(ColourFactory, brand=SelfAttribute("..variant.series.brand"))
    arrived = True

    @staticmethod
    def act(**facts: Any) -> StockCar:
        return stock.enter_car(**facts)


def seller_of(order: Order) -> User:
    assert order.adviser is not None
    return order.adviser


def submit(order: Order, cast: Cast, car: StockCar | None) -> None:
    orders.submit_order(order, by=seller_of(order))


def approve(order: Order, cast: Cast, car: StockCar | None) -> None:
    orders.approve_order(order, by=cast.sales_manager)


def allocate(order: Order, cast: Cast, car: StockCar | None) -> None:
    car = car or StockCarFactory.create(store=order.store, variant=order.variant, colour=order.colour)
    allocation.allocate_car(order, car=car, by=seller_of(order))


def mark_ready(order: Order, cast: Cast, car: StockCar | None) -> None:
    allocation.mark_ready(order, by=cast.warehouse)


def deliver(order: Order, cast: Cast, car: StockCar | None) -> None:
    make_complete(deliveries.plan_delivery(order, by=seller_of(order)), cast)
    deliveries.deliver_order(order, by=seller_of(order))


def make_complete(sheet: DeliverySheet, cast: Cast) -> None:
    """Paid, signed by all four departments, confirmed by the customer."""
    order = fresh(sheet.order)
    assert order.invoice is not None
    PaymentFactory.create(store=order.store, invoice=order.invoice, amount=order.invoice.due)
    for department, by in (
        ("SALES", seller_of(order)),
        ("WAREHOUSE", cast.warehouse),
        ("AFTERSALES", cast.inspector),
        ("FINANCE", cast.cashier),
    ):
        deliveries.sign_off(sheet, department=department, by=by)
    deliveries.confirm_delivery(sheet, name=order.customer.name, by=seller_of(order))


Status = Order.Status
WAY: Mapping[str, Callable[[Order, Cast, StockCar | None], None]] = {
    Status.PENDING_APPROVAL: submit,
    Status.SIGNED: approve,
    Status.ALLOCATED: allocate,
    Status.READY: mark_ready,
    Status.DELIVERED: deliver,
}
"""From a draft on, what brings an order to each status."""


class OrderFactory(ActFactory[Order]):
    """An order that the business has brought to a status: ``OrderFactory.create(status="ALLOCATED", car=car)``."""

    class Meta:
        model = Order

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.reception)
    quote = SubFactory(QuoteFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    status = Order.Status.SIGNED
    deposit = Decimal(0)
    car = None

    @staticmethod
    def act(*, quote: Quote, store: Store, by: User, status: str, deposit: Decimal, car: StockCar | None) -> Order:
        assert quote.lead.owner is not None
        order = orders.order_from_quote(quote, by=quote.lead.owner, deposit=deposit)
        return advance_order(order, status, car=car)


def advance_order(order: Order, status: str, *, car: StockCar | None = None) -> Order:
    """The business goes on with an order until it is in this status."""
    order = fresh(order)
    statuses = list(WAY)
    for step in statuses[statuses.index(order.status) + 1 :] if order.status in WAY else statuses:
        if order.status != status:
            WAY[step](order, Cast(order.store), car)
            order = fresh(order)
    assert order.status == status
    return order


class DeliverySheetFactory(ActFactory[DeliverySheet]):
    """The sheet of an order with its car; ``complete``, only the car has still to leave."""

    class Meta:
        model = DeliverySheet

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.reception)
    order = SubFactory(OrderFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"), status=Status.ALLOCATED)
    complete = False

    @staticmethod
    def act(*, order: Order, store: Store, by: User, complete: bool) -> DeliverySheet:
        sheet = deliveries.plan_delivery(order, by=seller_of(order))
        if complete:
            make_complete(sheet, Cast(store))
            allocation.mark_ready(order, by=Cast(store).warehouse)
        return sheet


class OwnerCardFactory(DjangoModelFactory[OwnerCard]):
    class Meta:
        model = OwnerCard

    class Params:
        by = member(lambda cast: cast.adviser)

    store = SubFactory(StoreFactory)
    number = Sequence(lambda number: f"C-{number}")
    vehicle = SubFactory(VehicleFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    customer = LazyAttribute(lambda row: row.vehicle.ownerships.get().customer)
