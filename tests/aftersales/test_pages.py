"""The same way by page and by API: every page answers, every button does its act, refusals come as sentences."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aftersales.actions import consent, lines, work_orders
from aftersales.models import Appointment, WorkOrder
from crm.models import Payment
from dms.records import business_hours
from tests.factories import (
    BayFactory,
    PartFactory,
    WorkOrderFactory,
    fresh,
    labour_of,
    operation,
    part_of,
    reason,
    when_open,
)

pytestmark = pytest.mark.django_db
PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def url(name, *args):
    return reverse(f"aftersales:{name}", args=args)


def post(client, name, pk, **data):
    """Press a button; where it leads."""
    answer = client.post(url(name, pk), data)
    assert answer.status_code == 302, answer.content.decode()[-600:]
    return answer["Location"]


def soon(order, hours=2):
    """When the store is open."""
    return f"{timezone.localtime(when_open(order.store, hours=hours)):%Y-%m-%dT%H:%M}"


def call_soon(order):
    """When people may be called."""
    at = business_hours.calling_time(timezone.now() + timedelta(hours=30), order.store)
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def shown(order):
    return consent.offered(fresh(order), order.lines.filter(status="PROPOSED")).text


def test_a_car_goes_through_the_house_by_its_pages(cast, car, signed_in):
    part = PartFactory.create(pieces=5)
    desk, head, tech, clerk, cashier = map(
        signed_in, (cast.service_adviser, cast.workshop, cast.technician, cast.parts_clerk, cast.cashier)
    )
    known = desk.get(url("car_known"), {"car": "川AD1234"}).content.decode()
    assert "夏至" in known
    answer = desk.post(
        url("work_order_new"),
        {"car": "川AD1234", "km": "38420", "complaint": "刹车异响", "damage": "左前门划痕，右后灯"},
    )
    assert answer.status_code == 302
    order = WorkOrder.objects.get()
    assert order.check_in.damage == [{"what": "左前门划痕"}, {"what": "右后灯"}]
    post(desk, "labour_add", order.pk, operation=operation().code)
    post(desk, "part_add", order.pk, part=part.number, quantity="1", payer="CUSTOMER")
    assert part.number in desk.get(url("part_numbers"), {"part": part.number}).content.decode()
    assert post(desk, "work_order_estimate", order.pk, promised_at=soon(order)) == url("work_order_sign", order.pk)
    assert "夏至" in desk.get(url("work_order_sign", order.pk)).content.decode()
    post(desk, "work_order_sign", order.pk, method="SIGNATURE", given_by="夏至", signature=PNG, shown=shown(order))
    assert fresh(order).signature.content_type == "image/png"
    post(head, "work_order_dispatch", order.pk, technician=cast.technician.pk, bay=BayFactory.create().pk)
    assert car.plate[1:] in tech.get(url("jobs")).content.decode().replace("·", "")
    post(tech, "line_start", labour_of(order).pk)
    post(tech, "work_order_hold", order.pk, reason=reason("HOLD").pk, note="等件")
    post(tech, "work_order_resume", order.pk)
    post(clerk, "line_issue", part_of(order).pk, quantity="1", signed_by="石斛", key="k1")
    post(tech, "line_finish", labour_of(order).pk, clocked_hours="0.9")
    post(tech, "work_order_diagnose", order.pk, cause="磨损", correction="更换")
    post(tech, "work_order_check", order.pk, stage="SELF", passed="1")
    post(signed_in(cast.team_leader), "work_order_check", order.pk, stage="TEAM", passed="1", advice="良好")
    post(signed_in(cast.inspector), "work_order_check", order.pk, stage="FINAL", passed="1")
    points = ["in_writing", "done", "fault_gone", "old_parts", "clean", "nothing_left"]
    post(tech, "work_order_ready", order.pk, checked=points, parked="B2")
    post(desk, "work_order_settle", order.pk, next_service_on="2027-05-21", convenient_call_at=call_soon(order))
    account = fresh(order).invoice
    assert order.number in cashier.get(reverse("crm:invoices")).content.decode()
    assert str(account.due) in cashier.get(reverse("crm:invoice", args=[account.pk])).content.decode()
    paid = {"amount": str(account.due), "method": "WECHAT", "key": "p1"}
    for _click in range(2):
        assert cashier.post(reverse("crm:invoice_take", args=[account.pk]), paid).status_code == 302
    receipt = cashier.get(reverse("crm:receipt_pdf", args=[Payment.objects.get().pk]))
    assert receipt.content.startswith(b"%PDF")
    post(desk, "work_order_gate_pass", order.pk)
    for name in ("work_order_pdf", "settlement_pdf", "gate_pass_pdf"):
        assert desk.get(url(name, order.pk)).content.startswith(b"%PDF")
    post(desk, "work_order_release", order.pk)
    assert fresh(order).status == "RELEASED"
    for address in (reverse("crm:vehicle", args=[car.pk]), reverse("crm:customer", args=[order.customer_id])):
        assert order.number in desk.get(address).content.decode()


def test_the_same_way_by_api(cast, car, store, signed_in):
    part = PartFactory.create(pieces=5)
    desk, head, tech, clerk = map(signed_in, (cast.service_adviser, cast.workshop, cast.technician, cast.parts_clerk))

    def call(client, resource, body=None, *, code=200):
        answer = client.post(f"/api/v1/aftersales/{resource}/", body or {}, content_type="application/json")
        assert answer.status_code == code, answer.content.decode()[-400:]
        return answer.json()

    facts = {"car": "川AD1234", "store": store.code, "complaint": "异响", "km": 38_420}
    order = call(desk, "work-orders", facts, code=201)
    assert call(desk, "work-orders", facts, code=409)["code"] == "workorder_one_open_per_vehicle"
    at = f"work-orders/{order['id']}"
    call(desk, f"{at}/add_labour", {"operation": operation().code})
    order = call(desk, f"{at}/add_part", {"part": part.number, "quantity": 1})
    labour, piece = (line["id"] for line in order["lines"])
    order = call(desk, f"{at}/estimate", {"promised_at": when_open(store).isoformat()})
    signed = {"method": "SIGNATURE", "given_by": "夏至", "typed_name": "夏至", "digest": order["consent_digest"]}
    order = call(desk, f"{at}/authorise", signed)
    assert order["status"] == "AUTHORISED"
    call(head, f"{at}/dispatch_job", {"technician": cast.technician.pk})
    call(tech, f"work-lines/{labour}/start")
    call(tech, f"{at}/hold", {"reason": "PARTS"})
    call(tech, f"{at}/resume")
    assert call(clerk, f"work-lines/{piece}/issue", {"quantity": 1, "signed_by": "石斛"})["issued"] == "1.00"
    call(clerk, f"work-lines/{piece}/give_back", {"quantity": 1})
    call(clerk, f"work-lines/{piece}/issue", {"quantity": 1, "signed_by": "石斛"})
    call(tech, f"work-lines/{labour}/finish", {"clocked_hours": "0.9"})
    call(tech, f"{at}/diagnose", {"cause": "磨损", "correction": "更换"})
    for who, stage in ((cast.technician, "SELF"), (cast.team_leader, "TEAM"), (cast.inspector, "FINAL")):
        call(signed_in(who), f"{at}/check", {"stage": stage, "passed": True})
    call(desk, f"{at}/ready", {"checked": ["in_writing", "done", "fault_gone", "old_parts", "clean", "nothing_left"]})
    order = call(desk, f"{at}/settle", {})
    assert order["settlement"]["customer_pays"] == "254.00"
    assert call(desk, f"{at}/gate_pass", code=409)["code"] == "unpaid"
    invoice = f"/api/v1/crm/invoices/{order['invoice']}/take/"
    body = {"amount": "254.00", "method": "CASH"}
    assert signed_in(cast.cashier).post(invoice, body, content_type="application/json").json()["due"] == "0.00"
    call(desk, f"{at}/gate_pass")
    assert call(desk, f"{at}/release")["status"] == "RELEASED"
    assert (
        desk.get(f"/api/v1/aftersales/work-orders/?q={order['number'][-4:]}").json()["results"][0]["id"] == order["id"]
    )


def test_lines_are_changed_and_turned_down_by_page(cast, signed_in):
    desk, order = signed_in(cast.service_adviser), WorkOrderFactory.create(stage="in_work")
    line = lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
    post(desk, "line_change", line.pk, quantity="1", unit_price="100", payer="CUSTOMER")
    post(desk, "line_defer", line.pk, reason=reason("DECLINE").pk)
    post(desk, "line_propose", line.pk)
    post(desk, "line_decline", line.pk, reason=reason("DECLINE").pk)
    post(desk, "other_add", order.pk, kind="FEE", text="检测费", unit_price="50", payer="CUSTOMER")
    post(desk, "work_order_promise", order.pk, to=soon(order, 5), reason=reason("PROMISE").pk, told_how="PHONE")
    waiting = order.lines.get(status="PROPOSED")
    said = {"method": "PHONE", "given_by": "夏至", "evidence": "138"}
    post(desk, "work_order_sign", order.pk, **said, lines=[waiting.pk], shown=shown(order))
    assert (fresh(line).status, fresh(waiting).status) == ("DECLINED", "AUTHORISED")
    page = desk.get(url("work_order", order.pk)).content.decode()
    assert "检测费" in page


def test_a_visit_is_booked_moved_and_taken_over_by_page(cast, car, store, signed_in):
    store.refresh_from_db()
    BayFactory.create()
    desk = signed_in(cast.service_adviser)
    tomorrow = timezone.localdate() + timedelta(days=1)
    facts = {"car": "川AD1234", "starts_at": f"{tomorrow}T09:00", "wish": "保养", "hours": "1", "channel": "PHONE"}
    assert desk.post(url("appointment_new"), facts).status_code == 302
    booked = Appointment.objects.get()
    full = desk.post(url("appointment_new"), facts | {"car": "川AB0002", "phone": "13800000099", "name": "立春"})
    assert full.status_code == 422
    assert "满" in full.content.decode() or "full" in full.content.decode()
    post(desk, "appointment_confirm", booked.pk)
    post(desk, "appointment_prepare", booked.pk)
    post(desk, "appointment_move", booked.pk, starts_at=f"{tomorrow}T10:00", adviser=cast.service_adviser.pk)
    assert fresh(booked).adviser == cast.service_adviser
    day = desk.get(url("appointments"), {"day": f"{tomorrow}"}).content.decode()
    assert "10:00" in day
    form = desk.get(url("work_order_new"), {"appointment": booked.pk}).content.decode()
    assert "川AD1234" in form
    arrived = {"car": "川AD1234", "km": "10", "complaint": "保养", "appointment": booked.pk}
    assert desk.post(url("work_order_new"), arrived).status_code == 302
    assert fresh(booked).status == "ARRIVED"


def test_an_appointment_ends_with_its_reason_by_page(cast, car, store, signed_in):
    store.refresh_from_db()
    BayFactory.create()
    desk = signed_in(cast.service_adviser)
    tomorrow = timezone.localdate() + timedelta(days=1)
    for hour, verb, kind in (("09", "appointment_cancel", "CANCEL"), ("10", "appointment_no_show", "NO_SHOW")):
        facts = {
            "car": "川AD1234",
            "starts_at": f"{tomorrow}T{hour}:00",
            "wish": "保养",
            "hours": "1",
            "channel": "DESK",
        }
        desk.post(url("appointment_new"), facts)
        booked = Appointment.objects.latest("pk")
        assert desk.get(url("appointment", booked.pk)).status_code == 200
        post(desk, verb, booked.pk, reason=reason(kind).pk)
    assert set(Appointment.objects.values_list("status", flat=True)) == {"CANCELLED", "NO_SHOW"}


@pytest.mark.parametrize(
    "stage", ["draft", "estimated", "signed", "dispatched", "in_work", "inspected", "ready", "settled"]
)
@pytest.mark.parametrize("role", ["service_adviser", "workshop", "technician", "parts_clerk"])
def test_every_stage_shows_its_page_to_everybody_in_the_workshop(cast, signed_in, stage, role):
    order = WorkOrderFactory.create(stage=stage)
    client = signed_in(cast.named(role))
    settlements = [url("settlements")] if cast.named(role).has_perm("aftersales.turnover") else []
    for address in (url("work_order", order.pk), url("board"), url("checks"), *settlements, url("work_orders")):
        page = client.get(address)
        assert page.status_code == 200, address
    assert order.number in page.content.decode()


@pytest.mark.parametrize("role", ["service_adviser", "technician", "parts_clerk"])
def test_what_may_be_done_to_many_lines_costs_no_query_a_line(cast, signed_in, role):
    order = WorkOrderFactory.create(stage="in_work", part=PartFactory.create(pieces=9))
    client = signed_in(cast.named(role))
    addresses = [url("work_order", order.pk), *([url("jobs")] if role == "technician" else [])]

    def queries():
        for address in addresses:
            assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as seen:
            for address in addresses:
                client.get(address)
        return len(seen)

    def more():
        lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
        lines.add_part(order, part=PartFactory.create(pieces=9), by=cast.service_adviser)
        lines.defer(
            lines.add_other(order, kind="FEE", text="检测费", unit_price=Decimal(50), by=cast.service_adviser),
            reason=reason("DECLINE"),
            by=cast.service_adviser,
        )

    more()
    few = queries()
    for _time in range(4):
        more()
    assert queries() == few


def test_the_board_shows_late_cars_as_late(cast, signed_in):
    order = WorkOrderFactory.create(stage="in_work")
    with time_machine.travel(order.first_promised_at + timedelta(minutes=5)):
        assert "kcard late" in signed_in(cast.workshop).get(url("board")).content.decode()
        part = signed_in(cast.workshop).get(url("board"), headers={"HX-Request": "true", "HX-Target": "workshop-board"})
    assert part.content.decode().lstrip().startswith("<div")


def test_an_order_is_printed_before_the_car_is_checked_in(cast, car, store, signed_in):
    order = work_orders.open_work_order(car, store=store, by=cast.service_adviser)
    assert signed_in(cast.service_adviser).get(url("work_order_pdf", order.pk)).content.startswith(b"%PDF")


def test_a_stranger_to_the_store_does_not_find_the_order(cast, signed_in, elsewhere):
    order = WorkOrderFactory.create()
    elsewhere = signed_in(elsewhere.service_adviser)
    assert elsewhere.get(url("work_order", order.pk)).status_code == 404
    assert elsewhere.post(url("labour_add", order.pk), {"operation": operation().code}).status_code == 404


def test_work_waits_on_the_home_page_of_who_does_it(cast, signed_in):
    order = WorkOrderFactory.create(stage="in_work")
    lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
    almost = order.promised_at - timedelta(minutes=20)
    with time_machine.travel(almost):
        mine = signed_in(cast.service_adviser).get(reverse("dms:work")).content.decode()
    assert mine.count(url("work_order", order.pk)) >= 2
    assert url("work_order", order.pk) in signed_in(cast.technician).get(reverse("dms:work")).content.decode()
    assert (
        order.number
        in signed_in(cast.service_adviser).get(reverse("dms:search"), {"q": order.number[-8:]}).content.decode()
    )
