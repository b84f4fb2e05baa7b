"""What was said by mistake is taken back while nothing followed it; what let a car out stays paid; reasons are of their kind."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from aftersales.actions import appointments, checks, consent, work_orders, workshop
from aftersales.models import QualityCheck
from crm.actions import billing
from dms.formats.days import moment
from dms.models import Event
from tests.conftest import refuses
from tests.factories import (
    AppointmentFactory,
    WorkOrderFactory,
    advance_work_order,
    fresh,
    reason,
)
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db


# --- arrivals -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def written_up(cast):
    booked = AppointmentFactory.create()
    order = work_orders.open_work_order(
        booked.vehicle, store=cast.store, by=cast.service_adviser, complaint="异响", appointment=booked
    )
    return fresh(booked), order


def test_who_was_written_up_by_mistake_is_booked_again_and_written_up_anew(cast, written_up, signed_in):
    booked, order = written_up
    client, undo = signed_in(cast.service_adviser), reverse("aftersales:appointment_undo_arrival", args=[booked.pk])
    page = reverse("aftersales:appointment", args=[booked.pk])
    assert "先取消" in client.get(page).content.decode(), "why it is not offered"
    assert client.post(undo, {"reason": "开错车"}).status_code == 422
    work_orders.cancel(order, reason=reason("WORK_CANCEL", "WRONG_CAR"), by=cast.service_adviser)
    assert client.post(undo, {"reason": ""}).status_code == 422
    assert client.post(undo, {"reason": "开错车"}).status_code == 302
    assert fresh(booked).status == "BOOKED"
    assert Event.objects.get(kind="appointment.arrival_undone").data["reason"] == "开错车"
    assert Event.objects.get(kind="workorder.cancelled").data["appointment"] == booked.number
    again = work_orders.open_work_order(
        booked.vehicle, store=cast.store, by=cast.service_adviser, complaint="异响", appointment=fresh(booked)
    )
    assert (again.appointment, fresh(booked).status) == (booked, "ARRIVED")


def test_an_arrival_is_taken_back_by_api_but_not_while_the_car_is_in_work(cast, written_up, signed_in):
    booked, order = written_up
    client, address = (
        signed_in(cast.service_adviser),
        reverse("api:aftersales:appointments-undo-arrival", args=[booked.pk]),
    )
    told = client.post(address, {"reason": "开错车"}, content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (409, "appointment_arrival_has_order")
    work_orders.cancel(order, reason=reason("WORK_CANCEL", "WRONG_CAR"), by=cast.service_adviser)
    told = client.post(address, {"reason": "开错车"}, content_type="application/json")
    assert (told.status_code, told.json()["status"]) == (200, "BOOKED")


def test_an_arrival_that_is_taken_back_needs_its_time_still_free(cast, written_up):
    booked, order = written_up
    work_orders.cancel(order, reason=reason("WORK_CANCEL", "WRONG_CAR"), by=cast.service_adviser)
    visit = appointments.Visit(booked.starts_at, "保养", Decimal("0.5"))
    appointments.book(booked.vehicle, visit=visit, customer=booked.customer, store=cast.store, by=cast.service_adviser)
    with refuses("appointment_vehicle_in_one_place"):
        appointments.undo_arrival(booked, reason="开错车", by=cast.service_adviser)


def test_the_database_lets_no_arrival_go_whose_car_is_written_up(written_up):
    back = "UPDATE aftersales_appointment SET status = 'BOOKED' WHERE status = 'ARRIVED'"
    assert misjudged({"appointment_arrival_has_order": [back]}) == []
    assert misjudged({"workorder_appointment_frozen": ["UPDATE aftersales_workorder SET appointment_id = NULL"]}) == []


# --- checks and readiness -----------------------------------------------------------------------------------------------
@pytest.fixture
def team_checked(cast):
    order = WorkOrderFactory.create(stage="work_done")
    for stage, by in (("SELF", cast.technician), ("TEAM", cast.team_leader)):
        checks.check(order, stage=stage, passed=True, by=by)
    return fresh(order)


def test_a_check_is_withdrawn_by_its_signer_and_made_again(cast, team_checked, signed_in):
    address = reverse("aftersales:work_order_withdraw_check", args=[team_checked.pk])
    client = signed_in(cast.team_leader)
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "按错"}).status_code == 302
    order = fresh(team_checked)
    assert (order.status, order.rework) == ("SELF_CHECKED", 0), "no rework: nothing was found"
    said = Event.objects.get(kind="workorder.check_withdrawn").data
    assert (said["stage"], said["name"], said["reason"]) == ("TEAM", str(cast.team_leader), "按错")
    assert checks.check(order, stage="TEAM", passed=True, by=cast.team_leader).passed


def test_a_check_is_withdrawn_by_the_manager_and_nobody_else(cast, team_checked, signed_in):
    address = reverse("api:aftersales:work-orders-withdraw-check", args=[team_checked.pk])
    for who, code in ((cast.technician, 409), (cast.service_adviser, 409), (cast.service_manager, 200)):
        told = signed_in(who).post(address, {"reason": "按错"}, content_type="application/json")
        assert told.status_code == code, who
    assert told.json()["status"] == "SELF_CHECKED"


def test_withdrawn_to_the_first_the_car_is_in_work_again(cast, team_checked):
    order = checks.withdraw_check(team_checked, reason="按错", by=cast.team_leader)
    order = checks.withdraw_check(order, reason="按错", by=cast.technician)
    assert (order.status, QualityCheck.objects.count()) == ("IN_PROGRESS", 0)
    with refuses("no_check_to_withdraw"):
        checks.withdraw_check(order, reason="按错", by=cast.technician)


WITHDRAW = "DELETE FROM aftersales_qualitycheck WHERE stage = '{}'"
STEP_BACK = "UPDATE aftersales_workorder SET status = 'SELF_CHECKED'"
CHECKED = {
    "qualitycheck_kept": [WITHDRAW.format("SELF"), "UPDATE aftersales_qualitycheck SET at = now()"],
    "qualitycheck_withdrawn_with_its_step": [WITHDRAW.format("TEAM")],
    "workorder_step_back_withdraws_check": [STEP_BACK],
}


def test_the_database_keeps_a_check_that_something_followed(cast, team_checked):
    assert misjudged(CHECKED) == []
    assert verdict(WITHDRAW.format("TEAM") + ";" + STEP_BACK) == ""
    checks.check(team_checked, stage="FINAL", passed=False, advice="异响", by=cast.inspector)
    assert misjudged({"qualitycheck_kept": [WITHDRAW.format("FINAL"), WITHDRAW.format("TEAM")]}) == []


def test_ready_by_mistake_is_inspected_as_before(cast, signed_in):
    order = WorkOrderFactory.create(stage="ready")
    address = reverse("aftersales:work_order_undo_ready", args=[order.pk])
    assert signed_in(cast.parts_clerk).post(address, {"reason": "按错"}).status_code in {403, 422}
    assert signed_in(cast.team_leader).post(address, {"reason": ""}).status_code == 422
    assert signed_in(cast.team_leader).post(address, {"reason": "按错"}).status_code == 302
    order = fresh(order)
    assert (order.status, order.ready_at, order.rework) == ("PASSED", None, 0)
    assert fresh(checks.ready(order, checked=checks.CHECKLIST, by=cast.team_leader)).ready_at is not None
    settled = WorkOrderFactory.create(stage="settled", vehicle__plate="川AB0009")
    with refuses("not_ready"):
        checks.undo_ready(settled, reason="按错", by=cast.service_adviser)


# --- the bill of a car that has left ------------------------------------------------------------------------------------
GIVE_BACK = (
    "INSERT INTO crm_refund (number, invoice_id, amount, method, reason, key, at)"
    " SELECT 'R-9', id, {}, 'CASH', 'x', 'k', now() FROM crm_invoice"
)


def test_what_let_a_car_out_is_not_given_back_by_the_till_alone(cast, signed_in):
    order = WorkOrderFactory.create(stage="released")
    client, invoice = signed_in(cast.cashier), order.invoice
    refund = reverse("crm:invoice_refund", args=[invoice.pk])
    assert refund not in client.get(reverse("crm:invoice", args=[invoice.pk])).content.decode()
    for amount in (invoice.paid, 1):
        facts = {"amount": str(amount), "method": "CASH", "reason": "x"}
        told = client.post(f"/api/v1/crm/invoices/{invoice.pk}/refund/", facts, content_type="application/json")
        assert (told.status_code, told.json()["code"]) == (409, "refund_leaves_visit_paid")
        assert client.post(refund, facts | {"key": "k"}).status_code == 422
    assert fresh(invoice).refunded == 0


def test_the_database_gives_nothing_back_of_a_car_that_has_left(cast):
    order = WorkOrderFactory.create(stage="paid")
    assert verdict(GIVE_BACK.format(1)) == "", "while the car is here the gate sees it"
    advance_work_order(order, after="paid", until="released")
    assert misjudged({"refund_leaves_visit_paid": [GIVE_BACK.format(1), GIVE_BACK.format("received")]}) == []


def test_after_its_line_is_reversed_the_money_of_a_released_car_may_go(cast):
    invoice = WorkOrderFactory.create(stage="released").invoice
    line = invoice.lines.get()
    billing.reverse_line(line, by=cast.cashier, reason="重复收费")
    paid = fresh(invoice).paid
    billing.refund(fresh(invoice), amount=paid, method="CASH", reason="重复收费", by=cast.cashier)
    assert fresh(invoice).paid == 0


# --- promises on open days ----------------------------------------------------------------------------------------------
@pytest.fixture
def closed_tomorrow(cast):
    tomorrow = timezone.localdate() + timedelta(days=1)
    order = WorkOrderFactory.create(stage="signed")
    order.store.closed_on = [tomorrow]
    order.store.save()
    return order, moment(tomorrow, order.store.opens_at)


def test_nothing_is_promised_for_a_closed_day(cast, closed_tomorrow, signed_in):
    order, at = closed_tomorrow
    facts = {"to": at.isoformat(), "reason": "PARTS", "told_how": "PHONE"}
    client, api = signed_in(cast.service_adviser), f"/api/v1/aftersales/work-orders/{order.pk}/promise/"
    told = client.post(api, facts, content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (409, "workorder_promise_on_open_day")
    form = facts | {"to": f"{at:%Y-%m-%dT%H:%M}", "reason": reason("PROMISE", "PARTS").pk}
    answer = client.post(reverse("aftersales:work_order_promise", args=[order.pk]), form)
    assert "休息" in answer.content.decode()
    assert fresh(order).promised_at == order.promised_at


def test_the_database_takes_no_promise_of_a_closed_day(closed_tomorrow):
    order, at = closed_tomorrow
    WorkOrderFactory.create(stage="estimated", vehicle__plate="川AB0009")
    move = f"UPDATE aftersales_workorder SET promised_at = '{at.isoformat()}' WHERE status = 'ESTIMATED'"
    assert verdict(move) == "workorder_promise_on_open_day"
    assert verdict(move.replace(at.isoformat(), (at + timedelta(days=1)).isoformat())) == ""


def test_what_does_not_fit_today_is_ready_on_the_next_open_day(cast, closed_tomorrow):
    order, _at = closed_tomorrow
    store = order.store
    late = moment(timezone.localdate(), store.closes_at) - timedelta(minutes=5)
    assert timezone.localdate(consent.suggested(order, late)) == timezone.localdate() + timedelta(days=2)


# --- reasons ------------------------------------------------------------------------------------------------------------
OTHER = "(SELECT min(id) FROM dms_reason WHERE kind = 'LOSS')"


def test_a_reason_of_another_kind_is_none(cast):
    order = WorkOrderFactory.create(stage="in_work")
    AppointmentFactory.create()
    of_loss = reason("LOSS")
    with refuses("appointment_cancelled_for_its_reason"):
        appointments.cancel(AppointmentFactory.create(), reason=of_loss, by=cast.service_adviser)
    with refuses("workorder_cancelled_for_a_reason_of_it"):
        work_orders.cancel(order, reason=of_loss, by=cast.service_adviser)
    with refuses("hold_for_a_reason_of_it"):
        workshop.hold(order, reason=of_loss, by=cast.technician)
    hold = (
        "UPDATE aftersales_workorder SET status = 'ON_HOLD', status_at = now();"
        "INSERT INTO aftersales_holdperiod (work_order_id, reason_id, note, since, by_id)"
        f" SELECT id, {OTHER}, '', now(), adviser_id FROM aftersales_workorder"
    )
    asked = "UPDATE aftersales_appointment SET status = '{}', cancel_reason_id = {}"
    of_visits = "(SELECT min(id) FROM dms_reason WHERE kind = '{}')"
    rules = {
        "appointment_cancelled_for_its_reason": [asked.format("CANCELLED", of_visits.format("NO_SHOW"))],
        "appointment_missed_for_its_reason": [asked.format("NO_SHOW", of_visits.format("CANCEL"))],
        "appointment_given_up_has_reason": ["UPDATE aftersales_appointment SET status = 'CANCELLED'"],
        "workorder_cancelled_for_a_reason_of_it": [
            f"UPDATE aftersales_workorder SET status = 'CANCELLED', cancel_reason_id = {OTHER}"
        ],
        "workorder_cancelled_has_reason": ["UPDATE aftersales_workorder SET status = 'CANCELLED'"],
        "workline_declined_for_a_reason_of_it": [f"UPDATE aftersales_workline SET reason_id = {OTHER}"],
        "hold_for_a_reason_of_it": [hold],
        "workorder_old_parts_known": ["UPDATE aftersales_workorder SET old_parts = 'X'"],
        "appointment_channel_known": ["UPDATE aftersales_appointment SET channel = 'X'"],
    }
    assert misjudged(rules) == []
