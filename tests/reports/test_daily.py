"""The dashboard shows everything the moment it happens; a past day shows what was then."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from crm.actions import care
from crm.models import Customer, FollowUp, Trigger, Vehicle
from dms.models import Variant
from parts.actions import stock as parts_acts
from parts.models import Part
from reports.daily import figures, rows_of
from reports.kinds import KINDS, Days
from sales.actions import leads
from sales.actions.register import Guest, Visit, register_visit
from sales.models import Lead, LevelChange, Order, StockCar
from tests.factories import (
    CustomerFactory,
    OrderFactory,
    StockCarFactory,
    VariantFactory,
    VehicleFactory,
    WorkOrderFactory,
)

pytestmark = pytest.mark.django_db
CHINA = dt.timezone(dt.timedelta(hours=8))
THURSDAY = dt.datetime(2026, 11, 19, 15, tzinfo=CHINA)
FRIDAY = dt.datetime(2026, 11, 20, 15, tzinfo=CHINA)


@pytest.fixture
def variant(db: None) -> Variant:
    return VariantFactory.create()


@pytest.fixture
def guest(db: None) -> Customer:
    return CustomerFactory.create()


@pytest.fixture
def car(guest: Customer) -> Vehicle:
    return VehicleFactory.create(owner=guest)


def seen(user, store, day=None) -> dict[str, tuple[Decimal, Decimal | None]]:
    """Figure → (day, month)."""
    days = Days(day or timezone.localdate(), timezone.now())
    return {figure.kind.key: (figure.day, figure.month) for figure in figures(user, store, days)}


def changes(before, after) -> dict[str, tuple[Decimal, Decimal | None]]:
    return {key: value for key, value in after.items() if value != before[key]}


def order(guest, store, variant, number, at, **fields) -> Order:
    facts = {"status": "DELIVERED", "signed_at": at, "delivered_at": at, "source_id": number, "price": 100_000} | fields
    return Order.objects.create(number=number, store=store, customer=guest, variant=variant, **facts)


def test_a_visit_and_its_card_show_at_once(cast, store):
    before = seen(cast.gm, store)
    register_visit(Guest("13800000009", "寒露"), visit=Visit(), store=store, by=cast.adviser, adviser=cast.adviser)
    found = changes(before, seen(cast.gm, store))
    level = Lead.objects.get().level.lower()
    assert found == dict.fromkeys(("visits", "first_visits", "leads", f"leads_{level}"), (1, 1))


def test_orders_deliveries_work_and_output_show_at_once(cast, store, guest, car, variant):
    before = seen(cast.gm, store)
    order(guest, store, variant, "SO-1", timezone.now())
    bill = WorkOrderFactory.create(store=store, stage="settled").settlement
    found = changes(before, seen(cast.gm, store))
    assert found == {
        "orders": (1, 1),
        "deliveries": (1, 1),
        "work_orders": (1, 1),
        "settled": (1, 1),
        "output": (bill.labour, bill.customer_pays),
    }


def test_stock_shows_at_once(cast, store, variant):
    before = seen(cast.gm, store)
    StockCar.objects.create(
        store=store,
        variant=variant,
        vin="LZ91AE3A4J3LSA560",
        status="AVAILABLE",
        arrived_on=timezone.localdate(),
        cost=150_000,
    )
    pads = Part.objects.create(number="SY-4411", name="前制动片", unit="套")
    parts_acts.receive(pads, store=store, quantity=4, cost="300", by=cast.adviser)
    parts_acts.issue(pads, store=store, quantity=1, by=cast.adviser, signed_by="石斛", source_line="WO-1/1")
    found = changes(before, seen(cast.gm, store))
    assert found == {"stock_cars": (1, None), "stock_cars_cost": (150_000, None), "parts_value": (900, None)}


def test_calls_are_due_then_overdue_then_made(cast, store, guest, car):
    with time_machine.travel(THURSDAY):
        care.start_cadence(
            Trigger.DELIVERY, customer=guest, vehicle=car, store=store, anchor=timezone.now(), by=cast.adviser
        )
    call = FollowUp.objects.filter(channel="CALL").order_by("due_until").first()
    with time_machine.travel(call.due_until + dt.timedelta(minutes=1)):
        found = seen(cast.gm, store)
        assert found["calls_due"][0] == FollowUp.objects.filter(channel="CALL", due_from__lt=_midnight()).count() > 0
        assert found["calls_overdue"] == (1, None)
        care.record_contact(call, by=cast.adviser, said=care.Said("DONE", said="好"), channel="CALL", store=store)
        after = seen(cast.gm, store)
        assert (after["calls_overdue"], after["calls_made"]) == ((0, None), (1, 1))
        assert after["calls_due"][0] == found["calls_due"][0]  # it was due today, whether it is done or not


def _midnight() -> dt.datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)


def test_a_past_day_shows_what_was_then(cast, store, guest, variant):
    with time_machine.travel(THURSDAY):
        lead = leads.open_lead(guest, store=store, owner=cast.adviser, by=cast.adviser, wish=leads.Wish(level="C"))
        arrived = {"arrived_on": dt.date(2026, 11, 1), "cost": 150_000}
        car = StockCarFactory.create(store=store, variant=variant, **arrived)
        pads = Part.objects.create(number="SY-4411", name="前制动片", unit="套")
        parts_acts.receive(pads, store=store, quantity=4, cost="300", by=cast.adviser)
        then = seen(cast.gm, store)
    with time_machine.travel(FRIDAY):
        LevelChange.objects.create(lead=lead, before="C", after="H", by=cast.adviser, at=timezone.now())
        Lead.objects.filter(pk=lead.pk).update(level="H")
        OrderFactory.create(store=store, status="DELIVERED", car=car, quote__variant=variant, quote__colour=car.colour)
        parts_acts.issue(pads, store=store, quantity=3, by=cast.adviser, signed_by="石斛", source_line="WO-1/1")
        past, today = seen(cast.gm, store, THURSDAY.date()), seen(cast.gm, store)
    assert past == then
    assert (past["leads_c"], past["leads_h"]) == ((1, 1), (0, 0))
    assert (today["leads_c"], today["leads_h"]) == ((0, 0), (0, 1))
    assert (today["stock_cars"], today["parts_value"], today["deliveries"]) == ((0, None), (300, None), (1, 1))


def test_the_month_begins_on_its_first_day_in_chinese_time(cast, store, guest, variant):
    for number, at in enumerate(["2026-10-31 23:59", "2026-11-01 00:00", "2026-11-20 23:59", "2026-11-21 00:00"]):
        order(guest, store, variant, f"SO-{number}", dt.datetime.fromisoformat(f"{at}+08:00"))
    with time_machine.travel(FRIDAY + dt.timedelta(days=1)):
        assert seen(cast.gm, store, FRIDAY.date())["deliveries"] == (1, 2)
        assert seen(cast.gm, store)["deliveries"] == (1, 3)


def test_every_figure_is_as_many_as_its_rows(cast, store, guest, car, variant):
    register_visit(Guest("13800000009", "寒露"), visit=Visit(), store=store, by=cast.adviser, adviser=cast.adviser)
    order(guest, store, variant, "SO-1", timezone.now())
    care.start_cadence(
        Trigger.DELIVERY, customer=guest, vehicle=car, store=store, anchor=timezone.now(), by=cast.adviser
    )
    days = Days(timezone.localdate(), timezone.now())
    found = seen(cast.gm, store)
    for kind in KINDS:
        if kind.summed is None:
            assert rows_of(kind, cast.gm, store, days).count() == found[kind.key][0], kind.key


def test_a_manager_sees_the_figures_of_their_stores(cast, store, other_store, guest, variant):
    order(guest, store, variant, "SO-1", timezone.now())
    order(guest, other_store, variant, "SO-2", timezone.now())
    manager = cast.hire("sales_manager")
    assert seen(cast.gm, None)["deliveries"] == (2, 2)
    assert seen(cast.gm, other_store)["deliveries"] == (1, 1)
    assert seen(manager, None)["deliveries"] == (1, 1)


# --- the page -----------------------------------------------------------------------------------------------------------
def test_every_figure_opens_its_rows(signed_in, cast, store, guest, variant):
    made = order(guest, store, variant, "SO-1", timezone.now())
    client = signed_in(cast.gm)
    page = client.get(reverse("reports:daily"))
    for _label, group in page.context["groups"]:
        for shown in group:
            for address in filter(None, (shown.day_url, shown.month_url)):
                assert client.get(address).status_code == 200, address
    rows = client.get(reverse("reports:daily_rows", args=["deliveries"]))
    assert [line.name for line in rows.context["lines"]] == [made.number]
    assert "谷雨" in rows.text


def test_one_goes_to_the_day_before_and_no_further_than_today(signed_in, cast):
    client, today = signed_in(cast.gm), timezone.localdate()
    page = client.get(reverse("reports:daily"))
    assert (page.context["days"].day, page.context["after"]) == (today, None)
    before = client.get(reverse("reports:daily"), {"day": page.context["before"].isoformat()})
    assert before.context["after"] == today
    for silly in ("2999-01-01", "0001-01-01", "soon"):
        assert client.get(reverse("reports:daily"), {"day": silly}).context["days"].day == today


def test_figures_without_the_right_to_their_rows_are_no_links(signed_in, cast, store, guest, variant):
    order(guest, store, variant, "SO-1", timezone.now())
    client = signed_in(cast.hire("parts_planner"))
    page = client.get(reverse("reports:daily"))
    links = {shown.figure.kind.key for _label, group in page.context["groups"] for shown in group if shown.day_url}
    assert links == {"parts_value"}
    assert client.get(reverse("reports:daily_rows", args=["deliveries"])).status_code == 403
    assert client.get(reverse("reports:daily_rows", args=["nothing"])).status_code == 404


def test_many_rows_cost_as_many_queries_as_few(signed_in, cast, store, guest, variant):
    client = signed_in(cast.gm)
    addresses = [reverse("reports:daily"), reverse("reports:daily_rows", args=["deliveries"])]

    def queries() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counts.append(len(captured))
        return counts

    order(guest, store, variant, "SO-A", timezone.now())
    queries()
    few = queries()
    for number in range(12):
        order(guest, store, variant, f"SO-{number}", timezone.now())
    assert queries() == few
    assert max(few) <= 25


# --- the API ------------------------------------------------------------------------------------------------------------
def test_the_api_says_the_same(cast, store, guest, variant):
    order(guest, store, variant, "SO-1", timezone.now())
    client = APIClient()
    client.force_authenticate(cast.gm)
    answer = client.get("/api/v1/reports/daily/", {"store": store.code})
    figures = {row["key"]: (row["day"], row["month"]) for row in answer.data["figures"]}
    assert figures["deliveries"] == ("1.00", "1.00")
    assert figures["stock_cars"] == ("0.00", None)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    assert client.get("/api/v1/reports/daily/", {"day": yesterday.isoformat()}).data["day"] == yesterday.isoformat()
    for wrong in ({"day": "2999-01-01"}, {"day": "soon"}, {"store": "NOWHERE"}):
        assert client.get("/api/v1/reports/daily/", wrong).status_code == 400
