"""The business of the demo group: no area is empty for a stranger, and loading again adds nothing."""

from datetime import timedelta
from time import monotonic

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from aftersales.models import Appointment, WorkLine, WorkOrder
from crm.models import Contact, Customer, FollowUp, Invoice, Letter, Payment, RecallEntry, Vehicle
from dms import base_data, vin
from dms.demo import loading
from dms.models import Event, Store, User
from parts.models import Stock, StockMove
from sales.models import Lead, Order, OwnerCard, Quote, ShowroomVisit, StockCar

pytestmark = pytest.mark.django_db
COUNTED = (
    Customer, Vehicle, Contact, FollowUp, Letter, RecallEntry, Invoice, Payment, Stock, StockMove, ShowroomVisit, Lead, Quote,
    Order, StockCar, OwnerCard, Appointment, WorkOrder, Event,
)  # fmt: skip
LISTS = (
    "crm:customers", "crm:vehicles", "crm:follow_ups", "crm:contacts", "crm:letters", "crm:invoices", "parts:stock", "parts:parts",
    "parts:moves", "parts:lost_sales", "sales:leads", "sales:quotes", "sales:orders", "sales:stock_cars", "sales:deliveries",
    "sales:owner_cards", "aftersales:work_orders",
)  # fmt: skip


@pytest.fixture
def loaded(settings, tmp_path, db):
    settings.DEBUG = settings.DEMO = True
    settings.VAR_DIR = tmp_path
    base_data.load(apps)
    base_data.keep_roles()
    start = monotonic()
    loading.load()
    return monotonic() - start


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


def of_status(model, store):
    return set(model.objects.filter(store=store).values_list("status", flat=True))


def test_business_is_loaded_once_and_no_page_is_empty(loaded, signed_in):
    first = counts()
    assert all(first.values()), first
    every_store_is_in_business()
    numbers_are_invented()
    boss = signed_in(User.objects.get(username="gm"))
    for name in LISTS:
        page = boss.get(reverse(name))
        assert page.status_code == 200, name
        assert len(page.context["object_list"]) > 0, name
    for name, shown in panels().items():
        page = boss.get(reverse(name)).content.decode()
        assert any(text in page for text in shown), name
    loading.load()
    assert counts() == first


def panels():
    """Pages that are no plain list, and what one of their rows says."""

    def cars(*statuses):
        return [
            order.vehicle.plate[2:] for order in WorkOrder.objects.filter(status__in=statuses).select_related("vehicle")
        ]

    today = timezone.localdate()
    return {
        "sales:register": [row.name for row in ShowroomVisit.objects.filter(day=today).exclude(name="")],
        "aftersales:appointments": [row.vehicle.plate[2:] for row in Appointment.objects.on(today)],
        "aftersales:board": cars("IN_PROGRESS"),
        "aftersales:checks": cars("SELF_CHECKED", "TEAM_CHECKED"),
        "aftersales:settlements": cars("READY", "SETTLED"),
        "crm:recall": [store.name for store in Store.objects.filter(kind="STORE")],
    }


def every_store_is_in_business():
    for store in Store.objects.filter(kind="STORE"):
        assert of_status(Order, store) >= {
            "DRAFT",
            "PENDING_APPROVAL",
            "SIGNED",
            "ALLOCATED",
            "READY",
            "DELIVERED",
            "CANCELLED",
        }
        assert of_status(WorkOrder, store) == set(WorkOrder.Status.values)
        assert of_status(StockCar, store) >= {"IN_TRANSIT", "AVAILABLE", "ALLOCATED", "READY", "DELIVERED"}
        assert Lead.objects.filter(store=store, status="LOSS_REQUESTED").count() == 2
        assert set(Lead.objects.filter(store=store, status="OPEN").values_list("level", flat=True)) == set("NHABC")
        assert 6 <= ShowroomVisit.objects.filter(store=store, day=timezone.localdate()).count() <= 10
        assert WorkLine.objects.filter(
            work_order__store=store, work_order__status="IN_PROGRESS", status="PROPOSED"
        ).exists()
        assert FollowUp.objects.filter(store=store, status="PENDING", due_from__lte=timezone.now()).exists()
        stock = Stock.objects.filter(store=store)
        assert stock.count() == 60
        assert stock.filter(on_hand=0).count() == 1
        assert stock.below_minimum().count() > 3
        for days in (0, 1):
            day = timezone.localdate() + timedelta(days=days)
            assert Appointment.objects.filter(store=store).on(day).exists()


def numbers_are_invented():
    assert all(vin.judge(number).accepted for number in Vehicle.objects.values_list("vin", flat=True))
    assert all(plate is None or plate.startswith("川A") for plate in Vehicle.objects.values_list("plate", flat=True))
    phones = Customer.objects.values_list("phones__number", flat=True)
    assert all(phone.startswith("1380000") for phone in phones)
