"""What time was promised, by which promise we are measured, and what a change of it needs."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.admin.sites import site
from django.urls import reverse
from django.utils import timezone

from aftersales.actions import checks, consent, workshop
from aftersales.board import board_of
from aftersales.filters import WorkOrderFilter
from aftersales.models import PromiseChange, WorkOrder
from dms.formats.days import HERE
from tests.conftest import refuses
from tests.factories import WorkOrderFactory, advance_work_order, fresh, labour_of, reason, when_open

pytestmark = pytest.mark.django_db
MORNING = datetime(2027, 3, 9, 9, 0, tzinfo=HERE)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=True) as clock:
        yield clock


def why():
    return reason("PROMISE", "PARTS")


# --- changing it --------------------------------------------------------------------------------------------------------
def test_before_the_signature_nothing_is_promised(cast):
    order = WorkOrderFactory.create(stage="estimated")
    assert order.first_promised_at is None
    with refuses("no_promise"):
        consent.change_promise(
            order, to=when_open(order.store, hours=4), reason=why(), by=cast.service_adviser, told_how="WECHAT"
        )
    consent.reopen_estimate(order, by=cast.service_adviser)
    later = when_open(order.store, hours=5)
    consent.estimate(order, promised_at=later, by=cast.service_adviser)
    consent.authorise(order, method="SIGNATURE", given_by="夏至", signature="夏至", by=cast.service_adviser)
    assert fresh(order).first_promised_at == later


def test_a_promise_changes_with_a_reason_and_the_customer_told(cast):
    order = WorkOrderFactory.create(stage="signed")
    first, later = order.promised_at, order.promised_at + timedelta(hours=1)
    changed = consent.change_promise(
        order, to=later, reason=why(), note="垫片", by=cast.service_adviser, told_how="WECHAT"
    )
    assert (changed.first_promised_at, changed.promised_at) == (first, later)
    change = PromiseChange.objects.get()
    assert (change.reason.code, change.note, change.told_how) == ("PARTS", "垫片", "WECHAT")
    assert change.told_at <= timezone.now()
    again = consent.change_promise(order, to=first, reason=why(), by=cast.service_adviser, told_how="WECHAT")
    assert again.promised_at == first


def test_who_is_only_to_be_told_was_not_told(cast):
    order = WorkOrderFactory.create(stage="signed")
    soon = timezone.now() + timedelta(minutes=5)
    later = order.promised_at + timedelta(hours=1)
    with refuses("promisechange_told_before_noted"):
        consent.change_promise(order, to=later, reason=why(), told_how="WECHAT", told_at=soon, by=cast.service_adviser)


@pytest.mark.parametrize("clock", [(3, 0), (8, 29), (23, 0)])
def test_nothing_is_promised_for_a_time_at_which_the_store_is_closed(cast, clock):
    night = (MORNING + timedelta(days=1)).replace(hour=clock[0], minute=clock[1])
    with refuses("workorder_promise_in_opening_hours"):
        consent.estimate(WorkOrderFactory.create(stage="estimated"), promised_at=night, by=cast.service_adviser)
    order = WorkOrderFactory.create(stage="signed")
    with refuses("workorder_promise_in_opening_hours"):
        consent.change_promise(order, to=night, reason=why(), by=cast.service_adviser, told_how="WECHAT")


def test_nothing_is_promised_into_the_break(cast):
    order = WorkOrderFactory.create(stage="estimated")
    store = order.store
    store.break_from, store.break_until = MORNING.replace(hour=12).time(), MORNING.replace(hour=13).time()
    store.save()
    order = consent.reopen_estimate(order, by=cast.service_adviser)
    with refuses("workorder_promise_in_opening_hours"):
        consent.estimate(order, promised_at=MORNING.replace(hour=12, minute=30), by=cast.service_adviser)
    consent.estimate(order, promised_at=MORNING.replace(hour=12), by=cast.service_adviser)


def test_page_and_api_ask_for_the_reason_and_how_the_customer_was_told(cast, signed_in):
    order = WorkOrderFactory.create(stage="signed")
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_promise", args=[order.pk])
    later = timezone.localtime(order.promised_at + timedelta(hours=1))
    to, first = f"{later:%Y-%m-%dT%H:%M}", order.promised_at
    assert client.post(address, {"to": to, "told_how": "PHONE"}).status_code == 422
    assert client.post(address, {"to": to, "reason": why().pk}).status_code == 422
    api = f"/api/v1/aftersales/work-orders/{order.pk}/promise/"
    assert (
        client.post(api, {"to": later.isoformat(), "reason": "PARTS"}, content_type="application/json").status_code
        == 400
    )
    assert fresh(order).promised_at == first
    assert client.post(address, {"to": to, "reason": why().pk, "told_how": "PHONE"}).status_code == 302
    told = client.get(f"/api/v1/aftersales/work-orders/{order.pk}/").json()["promise_changes"]
    assert [(row["reason"], row["told_how"]) for row in told] == [("PARTS", "PHONE")]


def test_the_administration_changes_no_promise():
    """It knows no page of work orders that could be saved."""
    admin = site._registry.get(WorkOrder)  # noqa: SLF001 # Django's own list of them
    assert admin is None or "promised_at" in admin.get_readonly_fields(None)


# --- on time ------------------------------------------------------------------------------------------------------------
def figures(cast):
    """Of the board: late, on time."""
    board = board_of(cast.service_adviser, cast.store, timezone.now())
    return board.late, board.on_time


def ready(order, clock, at):
    clock.move_to(at)
    return advance_work_order(order, after="inspected", until="ready")


def test_on_time_is_ready_by_the_first_promise(cast, morning):
    kept, broken, inside = (WorkOrderFactory.create(stage="inspected") for _each in range(3))
    promised = kept.first_promised_at
    consent.change_promise(
        broken, to=promised + timedelta(hours=3), reason=why(), by=cast.service_adviser, told_how="WECHAT"
    )
    consent.change_promise(
        inside, to=promised + timedelta(hours=5), reason=why(), by=cast.service_adviser, told_how="WECHAT"
    )
    kept = ready(kept, morning, promised - timedelta(minutes=5))
    broken = ready(broken, morning, promised + timedelta(hours=1))
    now = timezone.now()
    assert [order.is_late_at(now) for order in (kept, broken, fresh(inside))] == [False, True, True]
    assert set(WorkOrder.objects.late(now)) == {broken, inside}
    assert set(WorkOrderFilter({"late": True}, WorkOrder.objects.all()).qs) == {broken, inside}
    assert figures(cast) == (2, 1)


def test_a_car_that_is_settled_late_was_ready_in_time(cast, morning):
    order = WorkOrderFactory.create(stage="inspected")
    order = ready(order, morning, order.first_promised_at - timedelta(minutes=5))
    morning.move_to(order.first_promised_at + timedelta(hours=2))
    order = advance_work_order(order, after="ready", until="settled")
    assert not order.is_late_at(timezone.now())


def test_the_home_page_counts_cars_inside_and_late_as_late(cast, morning, signed_in):
    kept, _inside = (WorkOrderFactory.create(stage="inspected") for _each in range(2))
    ready(kept, morning, kept.first_promised_at - timedelta(minutes=5))
    morning.move_to(kept.first_promised_at + timedelta(minutes=30))
    page = " ".join(signed_in(cast.service_adviser).get(reverse("dms:home")).content.decode().split())
    assert ">50<" in page.replace(" ", ""), "one of two"


def test_a_car_that_goes_back_is_ready_only_again(cast, morning):
    order = ready(WorkOrderFactory.create(stage="inspected"), morning, MORNING + timedelta(hours=1))
    assert order.ready_at is not None
    checks.send_back(order, reason="异响仍在", by=cast.service_adviser)
    assert fresh(order).ready_at is None


def test_nobody_checks_what_is_not_described(cast):
    order = WorkOrderFactory.create(stage="in_work")
    workshop.finish_line(labour_of(order), by=cast.technician)
    with refuses("workorder_checked_is_described"):
        checks.check(order, stage="SELF", passed=True, by=cast.technician)
    workshop.diagnose(order, cause="磨损", correction="更换", by=cast.technician)
    checks.check(order, stage="SELF", passed=True, by=cast.technician)
