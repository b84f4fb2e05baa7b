"""Settlement, payment, gate pass, release, and what begins when the car has left."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from aftersales import due_work
from aftersales.actions import checks, lines, release
from aftersales.models import GatePass, WorkOrder
from crm.actions import billing, vehicles
from crm.models import FollowUp, ServiceRecord, Trigger
from dms.models import Event
from tests.conftest import refuses
from tests.factories import (
    OwnerCardFactory,
    PartFactory,
    VehicleFactory,
    WorkOrderFactory,
    fresh,
    labour_of,
    operation,
)

pytestmark = pytest.mark.django_db


def test_a_settlement_splits_labour_and_parts_and_opens_the_customers_account(cast):
    order = WorkOrderFactory.create(stage="settled", part=PartFactory.create(pieces=5, price=46), quantity=2)
    sheet = order.settlement
    assert (sheet.labour, sheet.parts, sheet.customer_pays) == (Decimal("208.00"), Decimal("92.00"), Decimal("300.00"))
    assert (order.invoice.total, order.invoice.subject_number) == (Decimal("300.00"), order.number)
    assert order.invoice.lines.count() == 2


def test_nothing_is_settled_without_vin_and_words(cast):
    order = WorkOrderFactory.create(stage="ready")
    vehicles.change_vehicle(order.vehicle, vin="", by=cast.service_adviser)
    WorkOrder.objects.filter(pk=order.pk).update(complaint="")
    with refuses("not_complete"):
        release.settle(order, by=cast.service_adviser)


def test_nothing_is_settled_before_it_is_ready(cast):
    with refuses("not_complete"):
        release.settle(WorkOrderFactory.create(stage="inspected"), by=cast.service_adviser)


def test_a_settled_order_takes_no_more_lines(cast):
    with refuses("lines_closed"):
        lines.add_labour(WorkOrderFactory.create(stage="settled"), operation=operation("B01"), by=cast.service_adviser)


def test_no_gate_pass_before_payment_and_one_for_each_order(cast):
    order = WorkOrderFactory.create(stage="settled")
    with refuses("unpaid"):
        release.issue_gate_pass(order, by=cast.service_adviser)
    billing.take_payment(order.invoice, amount=order.invoice.due, method="WECHAT", by=cast.cashier)
    assert release.issue_gate_pass(order, by=cast.service_adviser) == release.issue_gate_pass(
        order, by=cast.service_adviser
    )
    assert GatePass.objects.count() == 1


def test_an_approved_credit_opens_the_gate(cast):
    order = WorkOrderFactory.create(stage="settled")
    billing.approve_credit(
        order.invoice, until=timezone.localdate() + timedelta(days=30), reason="月结客户", by=cast.sales_manager
    )
    assert release.issue_gate_pass(order, by=cast.service_adviser).number.startswith("GP-JJ01-")


def test_the_pass_is_used_once(cast):
    order = WorkOrderFactory.create(stage="paid")
    with refuses("no_gate_pass"):
        release.release(order, by=cast.service_adviser)
    release.issue_gate_pass(order, by=cast.service_adviser)
    released = release.release(order, by=cast.service_adviser)
    assert (released.status, released.gate_pass.used_by) == ("RELEASED", cast.service_adviser)
    with refuses("gatepass_used_once"):
        release.release(order, by=cast.service_adviser)


def let_go(cast, **facts):
    order = WorkOrderFactory.create(stage="paid", **facts)
    release.issue_gate_pass(order, by=cast.service_adviser)
    return release.release(order, by=cast.service_adviser)


def test_the_quality_call_is_due_within_three_days_at_the_time_named(cast):
    order = let_go(cast)
    calls = FollowUp.objects.filter(vehicle=order.vehicle, cadence__trigger=Trigger.SETTLEMENT)
    assert calls.filter(named_at=order.convenient_call_at).exists()
    assert calls.order_by("due_from").first().due_until <= order.released_at + timedelta(days=10)


def test_maintenance_counts_for_the_next_recall_and_a_repair_does_not(cast):
    order = let_go(cast)
    assert ServiceRecord.objects.get().vehicle == order.vehicle
    let_go(cast, operation="B01", vehicle=VehicleFactory.create(plate="川AB0002"))
    assert ServiceRecord.objects.count() == 1


def test_the_first_maintenance_costs_nothing_and_hands_the_card_to_customer_service(cast, car):
    card = OwnerCardFactory.create(vehicle=car, adviser=cast.adviser)
    order = let_go(cast, operation="M01", vehicle=car)
    assert (order.invoice, order.settlement.customer_pays) == (None, 0)
    assert order.settlement.labour > 0
    assert fresh(card).handed_over_at is not None
    assert Event.objects.filter(kind="owner_card.handed_over").count() == 1


def test_the_next_maintenance_follows_from_today_and_the_odometer(cast):
    day, km = release.next_service(WorkOrderFactory.create(stage="ready"))
    assert (day > timezone.localdate() + timedelta(days=170), km) == (True, 48_420)


def test_a_released_order_does_not_begin_again(cast):
    order = let_go(cast)
    with refuses("illegal_transition"):
        order.become("IN_PROGRESS")
    assert labour_of(order).status == "DONE"


def test_a_car_that_is_ready_stands_in_its_advisers_work_until_it_has_left(cast, store):
    order = WorkOrderFactory.create(stage="ready")
    assert [due.url for due in due_work.hand_overs_due(cast.service_adviser, store, timezone.now())] == [
        reverse("aftersales:work_order", args=[order.pk])
    ]
    assert due_work.hand_overs_due(cast.parts_clerk, store, timezone.now()) == []


def test_money_that_went_back_after_the_pass_keeps_the_car_here(cast):
    order = WorkOrderFactory.create(stage="paid")
    given = release.issue_gate_pass(order, by=cast.service_adviser)
    order.invoice.refresh_from_db()
    billing.refund(order.invoice, amount=order.invoice.paid, method="CASH", reason="误收", by=cast.cashier)
    with refuses("unpaid"):
        release.release(order, by=cast.service_adviser)
    with pytest.raises(DatabaseError, match="before payment"), transaction.atomic():
        GatePass.objects.filter(pk=given.pk).update(used_at=timezone.now(), used_by=cast.service_adviser)


def test_only_the_workshop_and_the_desk_hand_a_car_over(cast):
    with refuses("not_yours"):
        checks.ready(WorkOrderFactory.create(stage="inspected"), checked=checks.CHECKLIST, by=cast.parts_clerk)
