"""The business of the demo group: no page is empty for a stranger, past days look past, and playing again adds nothing."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aftersales.models import Appointment, GatePass, WorkLine, WorkOrder
from crm.models import Contact, Customer, FollowUp, Invoice, Letter, Payment, RecallEntry, Vehicle
from dms import base_data
from dms.core.refusals import Refusal
from dms.demo import loading
from dms.demo.stage import Stage, moment
from dms.formats import vin
from dms.models import Event, Store, User
from dms.navigation import due_work, registry
from parts.models import Stock, StockMove
from sales import tiles
from sales.actions import orders
from sales.models import Lead, Order, OwnerCard, Quote, ShowroomVisit, StockCar
from tests import owner

pytestmark = pytest.mark.django_db
COUNTED = (
    Customer,
    Vehicle,
    Contact,
    FollowUp,
    Letter,
    RecallEntry,
    Invoice,
    Payment,
    Stock,
    StockMove,
    ShowroomVisit,
    Lead,
    Quote,
    Order,
    StockCar,
    OwnerCard,
    Appointment,
    WorkOrder,
    Event,
)
LISTS = (
    "crm:customers",
    "crm:vehicles",
    "crm:follow_ups",
    "crm:contacts",
    "crm:letters",
    "crm:invoices",
    "parts:stock",
    "parts:parts",
    "parts:moves",
    "parts:lost_sales",
    "sales:leads",
    "sales:quotes",
    "sales:orders",
    "sales:stock_cars",
    "sales:deliveries",
    "sales:owner_cards",
    "aftersales:work_orders",
)
DAYS = 7


@pytest.fixture(autouse=True)
def _friday_afternoon():
    """A day on which people are called, after days on which they were: so the tests hold in every holiday."""
    with time_machine.travel(datetime(2026, 11, 20, 7, tzinfo=UTC)):
        yield


@pytest.fixture
def group(settings, tmp_path, db):
    """Stores, people and catalogues, without any business."""
    settings.DEBUG = settings.DEMO = True
    settings.VAR_DIR = tmp_path
    base_data.load(apps)
    base_data.keep_roles()
    loading.load_group(loading.Loaded(), timezone.now())


def play(*codes, days, now=None):
    loaded = loading.Loaded()
    loading.play(loaded, codes, days=days, now=now or timezone.now())
    assert loaded.refused == []


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


def of_status(model):
    return set(model.objects.values_list("status", flat=True))


def test_a_store_in_business_has_something_on_every_page(group, signed_in):
    play("JJ01", days=DAYS)
    assert all(counts().values()), counts()
    every_step_is_there()
    past_days_look_past()
    numbers_are_invented()
    assert len(due_work.due(User.objects.get(username="adviser"), None, timezone.now())) >= 3
    boss = signed_in(User.objects.get(username="gm"))
    boss.post(reverse("dms:choose_store"), {"store": Store.objects.get(code="JJ01").pk})
    nothing_is_asked_row_by_row(User.objects.get(username="gm"))
    figures_open_their_rows(boss, Store.objects.get(code="JJ01"))
    for name in LISTS:
        page = boss.get(reverse(name))
        assert page.status_code == 200, name
        assert len(page.context["object_list"]) > 0, name
    for name, shown in panels().items():
        page = boss.get(reverse(name)).content.decode()
        assert any(text in page for text in shown), name


def nothing_is_asked_row_by_row(boss):
    """Whoever bought, called and came in costs as many questions as somebody of whom nothing is known."""

    def questions(subject):
        with CaptureQueriesContext(connection) as asked:
            found = registry.timeline.of(subject, boss)
        return len(found), len(asked)

    assert boss.rights
    order = Order.objects.filter(status__in=["READY", "DELIVERED"]).latest("pk")
    nobody = Customer.objects.create(name="立秋")
    questions(order.customer)  # who asks, and what a customer is called in the log, are known from now on
    told, asked = questions(order.customer)
    assert told > 3
    nothing, fewest = questions(nobody)
    assert nothing == 0
    assert fewest == asked == 1
    for car in Vehicle.objects.filter(work_orders__isnull=False)[:3]:
        told, asked = questions(car)
        assert told > 0
        assert asked == questions(Vehicle.objects.create(plate=f"川A{car.pk:05}"))[1]


def figures_open_their_rows(boss, store):
    """The number on the home page is the length of the list behind it, also after orders were closed or called off."""
    order = Order.objects.filter(status="DELIVERED", delivered_at__gte=timezone.now() - timedelta(days=3)).latest("pk")
    with transaction.atomic():
        owner.let_triggers_sleep()  # a moment of delivery does not change; here it does
        Order.objects.filter(pk=order.pk).update(delivered_at=timezone.now())
    orders.close_order(order, by=User.objects.get(username="sales_manager"))
    shown = {tile.url: int(tile.value) for tile in tiles.day_tiles(User.objects.get(username="gm"), store)}
    lists = {url: boss.get(url).context["page_obj"].paginator.count for url in shown if "register" not in url}
    assert len(lists) == 4
    assert sum(lists.values()) > 4
    assert lists == {url: shown[url] for url in lists}


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


def every_step_is_there():
    today = timezone.localdate()
    assert of_status(Order) >= set(Order.Status.values) - {"CLOSED"}  # that takes longer than the test plays
    assert of_status(WorkOrder) == set(WorkOrder.Status.values)
    assert of_status(StockCar) >= {"AVAILABLE", "ALLOCATED", "READY", "DELIVERED"}
    assert Lead.objects.filter(status="LOSS_REQUESTED").count() >= 2
    assert set(Lead.objects.filter(status="OPEN").values_list("level", flat=True)) == set("NHABC")
    assert ShowroomVisit.objects.filter(day=today).count() == 5
    assert WorkLine.objects.filter(work_order__status="IN_PROGRESS", status="PROPOSED").exists()
    assert FollowUp.objects.due(timezone.now()).exists()
    assert Stock.objects.filter(on_hand=0).exists()
    assert Stock.objects.all().below_minimum().count() > 3
    assert all(Appointment.objects.on(today + timedelta(days=days)).exists() for days in (0, 1))


def past_days_look_past():
    """What was done on a day says so, in every table; nothing lies ahead of now."""
    today, first = timezone.localdate(), moment(timezone.localdate() - timedelta(days=DAYS), 0)
    assert {timezone.localdate(at) for at in Event.objects.values_list("at", flat=True)} >= {
        today - timedelta(days=days) for days in range(DAYS + 1)
    }
    for model, field in (
        (Event, "at"),
        (ShowroomVisit, "came_at"),
        (Lead, "opened_at"),
        (Order, "status_at"),
        (Payment, "at"),
        (Contact, "at"),
        (StockMove, "at"),
        (WorkOrder, "opened_at"),
        (GatePass, "issued_at"),
        (Invoice, "opened_at"),
        (Letter, "written_at"),
    ):
        times = sorted(model.objects.exclude(**{f"{field}__lt": first}).values_list(field, flat=True))
        assert times[-1] <= timezone.now(), model
        assert timezone.localdate(times[0]) < today, model
    for order in WorkOrder.objects.all():
        assert order.number[8:16] == f"{timezone.localdate(order.opened_at):%Y%m%d}"


def numbers_are_invented():
    assert all(vin.judge(number).accepted for number in Vehicle.objects.values_list("vin", flat=True))
    assert all(plate is None or plate.startswith("川A") for plate in Vehicle.objects.values_list("plate", flat=True))
    phones = Customer.objects.values_list("phones__number", flat=True)
    assert all(phone.startswith("1380000") for phone in phones)


def rows():
    """What was played, without the keys that the database gives."""
    return [
        list(Event.objects.filter(store__code="SL01").order_by("pk").values_list("kind", "at", "by__username")),
        list(Lead.objects.order_by("number").values_list("number", "level", "status", "next_contact_at")),
        list(Order.objects.order_by("number").values_list("number", "status", "price", "signed_at")),
        list(Customer.objects.order_by("pk").values_list("name", "phones__number", "address")),
    ]


def test_the_same_day_is_played_the_same_twice_and_never_again(group):
    now = timezone.now()
    with transaction.atomic():
        play("SL01", days=4, now=now)
        first = rows()
        transaction.set_rollback(True)
    assert not Lead.objects.exists()
    play("SL01", days=4, now=now)
    assert rows() == first
    before = counts()
    play("SL01", days=4, now=now)
    assert counts() == before


def test_a_killed_loader_is_made_up_for_by_the_next(group):
    assert loading.is_empty()
    assert not loading.is_empty(business=False)
    play("SL01", days=0)
    assert loading.is_empty()


def test_stories_take_turns_in_the_order_of_time_and_end_with_the_stage():
    now = timezone.localtime().replace(hour=14, minute=0, second=0, microsecond=0)
    stage, told = Stage(now, days=2), []

    def story(name, *hours):
        for hour in hours:
            told.append((name, timezone.localtime()))
            yield moment(stage.first, hour)
        told.append((name, timezone.localtime()))

    def stubborn():
        raise Refusal("no", code="no")
        yield stage.at

    stage.tell(moment(stage.first, 9), story("a", 11, 24 * 9))
    stage.tell(moment(stage.first, 10), story("b", 24 * 2 + 16))
    stage.tell(moment(stage.first, 10), stubborn())
    stage.play()
    assert [name for name, _at in told] == ["a", "b", "a", "b"]
    assert [at for _name, at in told] == [moment(stage.first, hour) for hour in (9, 10, 11)] + [now]
    assert stage.refused == ["no: no"]
    assert timezone.now() - now < timedelta(days=1)


@pytest.mark.parametrize("hour", [0.1, 3, 9, 12, 18, 23])
def test_today_fits_between_opening_and_now(hour):
    day = timezone.localdate()
    stage = Stage(moment(day, hour))
    times = [stage.real(moment(day, when)) for when in (0, 8.5, 10, 13, 16)]
    assert times == sorted(times)
    assert times[-1] == stage.now
    assert all(timezone.localdate(at) == day for at in times)
    assert stage.real(moment(day - timedelta(days=1), 10)) == moment(day - timedelta(days=1), 10)
