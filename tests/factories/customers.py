"""Customers, their cars and their accounts."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from factory.declarations import SelfAttribute, Sequence, SubFactory

from crm.actions import billing
from crm.actions.customers import register_customer
from crm.actions.merging import merge_customers
from crm.actions.vehicles import register_vehicle
from crm.models import Customer, CustomerMerge, Invoice, Payment, Phone, Vehicle
from dms.models import Store, User
from tests.factories.base import ActFactory, member
from tests.factories.group import vin_of
from tests.factories.people import StoreFactory


class CustomerFactory(ActFactory[Customer]):
    class Meta:
        model = Customer

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.adviser)
    name = Sequence(lambda number: f"谷雨{number}")
    phone = Sequence(lambda number: f"139{number:08}")
    address = "锦江区红星路1号"

    @staticmethod
    def act(**facts: Any) -> Customer:
        return register_customer(**facts).customer


class CustomerMergeFactory(ActFactory[CustomerMerge]):
    """One file that was merged into another."""

    class Meta:
        model = CustomerMerge

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.sales_manager)
    into = SubFactory(CustomerFactory, store=SelfAttribute("..store"))
    duplicate = SubFactory(CustomerFactory, store=SelfAttribute("..store"))
    reason = "同一人"

    @staticmethod
    def act(*, into: Customer, duplicate: Customer, reason: str, by: User, **_store: Any) -> CustomerMerge:
        merge_customers(duplicate, into=into, reason=reason, by=by)
        return CustomerMerge.objects.get(duplicate=duplicate, undone_at=None)


class PhoneFactory(ActFactory[Phone]):
    """The number of a customer."""

    class Meta:
        model = Phone

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.adviser)

    @staticmethod
    def act(**facts: Any) -> Phone:
        return CustomerFactory.create(**facts).phones.get()


class VehicleFactory(ActFactory[Vehicle]):
    """A car with its owner: ``VehicleFactory.create(plate="川AD1234", owner__name="夏至")``."""

    class Meta:
        model = Vehicle

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.adviser)
    owner = SubFactory(CustomerFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    plate = Sequence(lambda number: f"川A{number:05}")
    number = Sequence(lambda number: vin_of(f"LZ91AE3A0J3{number:06}"))

    @staticmethod
    def act(**facts: Any) -> Vehicle:
        return register_vehicle(**facts)


class InvoiceFactory(ActFactory[Invoice]):
    class Meta:
        model = Invoice

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.cashier)
    customer = SubFactory(CustomerFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    subject = "检测"
    lines = (billing.Line("FEE", "检测费", Decimal(100)),)

    @staticmethod
    def act(*, customer: Customer, store: Store, subject: str, lines: Iterable[billing.Line], by: User) -> Invoice:
        return billing.open_invoice(customer=customer, store=store, subject=subject, lines=lines, by=by)


class PaymentFactory(ActFactory[Payment]):
    """What was paid on an account, as it stands now."""

    class Meta:
        model = Payment

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.cashier)
    invoice = SubFactory(InvoiceFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    amount = Decimal(1)
    method = Payment.Method.CASH

    @staticmethod
    def act(*, invoice: Invoice, store: Store, amount: Decimal | int | str, method: str, by: User) -> Payment:
        return billing.take_payment(invoice, amount=Decimal(amount), method=method, by=by)
