"""People, cars and rules for the tests of customer care."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.apps import apps

from crm import presets
from crm.models import Customer, CustomerStore, Ownership, Phone, Vehicle, VehicleStore
from dms import base_data

HERE = ZoneInfo("Asia/Shanghai")
NAMES = "谷雨清明立夏芒种小暑大暑立秋处暑白露秋分寒露霜降立冬小雪大雪冬至"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def load_rules() -> None:
    """What migrations loaded, also after a test that emptied the tables."""
    base_data.load(apps)
    presets.load(apps)


def owners(store, count, *, bought_on=date(2026, 5, 20), variant=None):
    """So many customers with a car each, made in a few statements: ``[(customer, vehicle)]``."""
    start = Customer.objects.count()
    customers = Customer.objects.bulk_create(
        Customer(name=NAMES[number % 16 * 2 :][:2], name_key="x", salutation="MS") for number in range(count)
    )
    Phone.objects.bulk_create(
        Phone(customer=row, number=f"139{start + number:08}", tail=f"{start + number:04}"[-4:], is_primary=True)
        for number, row in enumerate(customers)
    )
    vehicles = Vehicle.objects.bulk_create(
        Vehicle(plate=f"川A{start + number:05}", model_text="星野 S5", bought_on=bought_on, variant=variant)
        for number in range(count)
    )
    Ownership.objects.bulk_create(
        Ownership(vehicle=car, customer=row, since=bought_on) for row, car in zip(customers, vehicles, strict=True)
    )
    CustomerStore.objects.bulk_create(CustomerStore(customer=row, store=store) for row in customers)
    VehicleStore.objects.bulk_create(VehicleStore(vehicle=row, store=store) for row in vehicles)
    return list(zip(customers, vehicles, strict=True))
