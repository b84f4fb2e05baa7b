"""What was done by mistake, or is not wanted any more, goes back: with its reason, and what hangs on it follows."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from aftersales.actions import checks, findings, lines, release, work_orders, workshop
from aftersales.models import CheckIn, Finding
from crm.actions import vehicles
from dms.models import Reason
from parts.actions import stock
from parts.models import Reservation, Stock
from tests.conftest import refuses
from tests.factories import (
    FindingFactory,
    PartFactory,
    WorkOrderFactory,
    fresh,
    labour_of,
    operation,
    part_of,
    reason,
)

pytestmark = pytest.mark.django_db


# --- check-in and mileage -----------------------------------------------------------------------------------------------
def test_a_check_in_is_undone_before_the_signature_and_made_anew(cast, signed_in):
    order = WorkOrderFactory.create(km=38_420)
    client = signed_in(cast.service_adviser)
    undo = reverse("aftersales:work_order_undo_check_in", args=[order.pk])
    assert client.post(undo, {"reason": ""}).status_code == 422
    assert client.post(undo, {"reason": "开错车"}).status_code == 302
    assert not CheckIn.objects.filter(work_order=order).exists()
    assert not order.vehicle.readings.true().exists()
    again = client.post(reverse("aftersales:work_order_check_in", args=[order.pk]), {"km": 18_420, "fuel_eighths": 3})
    assert again.status_code == 302
    assert fresh(order).check_in.reading.km == 18_420, "less than what was misread"


def test_what_the_customer_signed_for_is_not_undone(cast):
    order = WorkOrderFactory.create(stage="signed")
    with refuses("checkin_kept"):
        work_orders.undo_check_in(order, reason="开错车", by=cast.service_adviser)


def test_a_mistyped_mileage_is_corrected_and_seen_as_misread(cast, signed_in):
    order = WorkOrderFactory.create(stage="in_work", km=235_100)
    car, client = order.vehicle, signed_in(cast.service_adviser)
    address = reverse("crm:vehicle_correct_mileage", args=[car.pk])
    assert client.post(address, {"km": 23_510}).status_code == 422, "without a reason"
    assert client.post(address, {"km": 23_510, "reason": "多按一位"}).status_code == 302
    assert fresh(order).check_in.reading.km == 23_510
    assert [(row.km, hasattr(row, "misreading")) for row in car.readings.order_by("pk")] == [
        (235_100, True),
        (23_510, False),
    ]
    page = client.get(reverse("crm:vehicle", args=[car.pk])).content.decode()
    assert "235,100" in page
    assert "多按一位" in page
    assert client.get(f"/api/v1/crm/vehicles/{car.pk}/").json()["km"] == 23_510
    vehicles.read_mileage(car, km=24_000, by=cast.service_adviser)


def test_a_correction_still_fits_between_its_neighbours(cast, car):
    with time_machine.travel(timezone.now() - timedelta(days=300)):
        vehicles.read_mileage(car, km=10_000, by=cast.service_adviser)
    vehicles.read_mileage(car, km=20_000, by=cast.service_adviser)
    with refuses("mileage_fell"):
        vehicles.correct_mileage(car, km=9_000, reason="看错", by=cast.service_adviser)
    assert vehicles.correct_mileage(car, km=12_000, reason="看错", by=cast.service_adviser).km == 12_000


def test_a_rise_that_nobody_drives_is_asked_back_by_form_and_api(cast, car, store, signed_in):
    with time_machine.travel(timezone.now() - timedelta(days=7)):
        vehicles.read_mileage(car, km=20_000, by=cast.service_adviser)
    client = signed_in(cast.service_adviser)
    body = {"car": car.plate, "complaint": "保养", "km": 100_000, "fuel_eighths": 4}
    write_up, api = reverse("aftersales:work_order_new"), reverse("api:aftersales:work-orders-list")
    assert client.post(write_up, body).status_code == 422
    told = client.post(api, body | {"store": store.code}, content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (409, "mileage_leaps")
    mileage = reverse("crm:vehicle_mileage", args=[car.pk])
    assert client.post(mileage, {"km": 100_000}).status_code == 422
    told = client.post(f"/api/v1/crm/vehicles/{car.pk}/mileage/", {"km": 100_000}, content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (409, "mileage_leaps")
    assert client.post(mileage, {"km": 21_500}).status_code == 302, "what can be driven is not asked"
    assert client.post(write_up, body | {"km_confirmed": "on"}).status_code == 302
    assert car.readings.true().first().km == 100_000


# --- reservations -------------------------------------------------------------------------------------------------------
@pytest.fixture
def kept(cast):
    """Four pieces on the shelf; three are kept for a signed line."""
    order = WorkOrderFactory.create(stage="signed", part=PartFactory.create(pieces=4, price=100), quantity=3)
    line = part_of(order)
    stock.reserve(
        line.part, store=order.store, quantity=3, source_line=work_orders.source_of(order, line), by=cast.parts_clerk
    )
    return order, line


def reserved(line):
    return Stock.objects.get(part=line.part).reserved


@pytest.mark.parametrize("act", [lines.decline, lines.defer])
def test_a_line_turned_down_frees_what_was_kept_for_it(cast, kept, act):
    _order, line = kept
    assert reserved(line) == 3
    act(line, reason=reason("DECLINE"), by=cast.service_adviser)
    assert reserved(line) == 0


def test_a_lowered_line_keeps_what_it_still_wants(cast, kept):
    order, line = kept
    lines.change_line(line, quantity=Decimal(1), unit_price=line.unit_price, by=cast.service_adviser)
    assert reserved(line) == 1
    assert Reservation.objects.live().get().source_line == work_orders.source_of(order, line)


def test_a_line_that_asks_again_keeps_nothing(cast, kept):
    _order, line = kept
    lines.change_line(line, quantity=Decimal(4), unit_price=line.unit_price, by=cast.service_adviser)
    assert (fresh(line).status, reserved(line)) == ("PROPOSED", 0)


def test_a_cancelled_order_frees_all_that_was_kept_for_it(cast, kept):
    order, line = kept
    work_orders.cancel(order, reason=reason("WORK_CANCEL"), by=cast.service_adviser)
    assert reserved(line) == 0


def test_cancelling_offers_reasons_of_the_workshop(cast, signed_in):
    order = WorkOrderFactory.create()
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_cancel", args=[order.pk])
    page = client.get(address).content.decode()
    assert "贷款未批" not in page
    assert "故障未再现" in page
    of_sales = Reason.objects.get(kind="CANCEL", code="FINANCE_REFUSED")
    assert client.post(address, {"reason": of_sales.pk}).status_code == 422


# --- after a failed check -----------------------------------------------------------------------------------------------
@pytest.fixture
def failed(cast):
    """Two pieces are fitted, and the team leader sends the car back."""
    order = WorkOrderFactory.create(stage="work_done", part=PartFactory.create(pieces=5, price=100), quantity=2)
    workshop.diagnose(order, cause="磨损", correction="更换", by=cast.technician)
    checks.check(order, stage="SELF", passed=True, by=cast.technician)
    checks.check(order, stage="TEAM", passed=False, advice="异响仍在", by=cast.team_leader)
    return fresh(order)


def pass_all(order, cast):
    for stage, by in (("SELF", cast.technician), ("TEAM", cast.team_leader), ("FINAL", cast.inspector)):
        checks.check(order, stage=stage, passed=True, by=by)
    checks.ready(order, checked=checks.CHECKLIST, by=cast.team_leader)
    return release.settle(order, by=cast.service_adviser)


def test_an_unused_piece_comes_back_after_a_failed_check_and_the_bill_follows(cast, failed):
    line = part_of(failed)
    assert line.status == "DONE"
    workshop.return_part(line, quantity=Decimal(1), by=cast.parts_clerk)
    line = fresh(line)
    assert (line.status, line.quantity, line.issued, line.amount) == ("DONE", 1, 1, Decimal(100))
    assert Stock.objects.get(part=line.part).on_hand == 4
    assert pass_all(failed, cast).parts == Decimal(100)


def test_a_part_that_was_not_fitted_at_all_is_not_billed(cast, failed):
    workshop.return_part(part_of(failed), quantity=Decimal(2), by=cast.parts_clerk)
    line = part_of(failed)
    assert (line.status, line.reason.code) == ("DECLINED", "NOT_USED")
    assert pass_all(failed, cast).parts == 0


def test_what_was_checked_does_not_come_back(cast):
    order = WorkOrderFactory.create(stage="inspected", part=PartFactory.create(pieces=5), quantity=2)
    with refuses("line_done"):
        workshop.return_part(part_of(order), quantity=Decimal(1), by=cast.parts_clerk)


def test_finished_work_is_opened_again_for_rework(cast, failed, signed_in):
    line, client = labour_of(failed), signed_in(cast.technician)
    hours, price = line.clocked_hours, line.amount
    assert reverse("aftersales:line_reopen", args=[line.pk]) in client.get(reverse("aftersales:jobs")).content.decode()
    with refuses("reopened_without_reason"):
        workshop.reopen_line(line, reason=" ", by=cast.technician)
    assert client.post(reverse("aftersales:line_reopen", args=[line.pk]), {"reason": "异响仍在"}).status_code == 302
    assert fresh(line).status == "STARTED"
    with refuses("work_not_done"):
        checks.check(failed, stage="SELF", passed=True, by=cast.technician)
    line = workshop.finish_line(line, clocked_hours=Decimal("0.5"), by=cast.technician)
    assert (line.clocked_hours, line.amount) == (hours + Decimal("0.5"), price)


def test_finished_work_is_neither_begun_again_nor_turned_down(cast, failed):
    line = labour_of(failed)
    with refuses("not_to_start"):
        workshop.start_line(line, by=cast.technician)
    for act in (lines.decline, lines.defer):
        with refuses("line_not_open"):
            act(line, reason=reason("DECLINE"), by=cast.service_adviser)


def test_checked_work_and_parts_are_not_opened(cast, failed):
    with refuses("not_labour"):
        workshop.reopen_line(part_of(failed), reason="x", by=cast.technician)
    order = WorkOrderFactory.create(stage="inspected")
    with refuses("not_in_work"):
        workshop.reopen_line(labour_of(order), reason="x", by=cast.technician)


def test_a_check_that_does_not_exist_is_refused(cast, signed_in):
    order = WorkOrderFactory.create(stage="work_done")
    with refuses("no_such_check"):
        checks.check(order, stage="FOURTH", passed=True, by=cast.technician)
    client = signed_in(cast.technician)
    root = f"/api/v1/aftersales/work-orders/{order.pk}"
    assert (
        client.post(f"{root}/check/", {"stage": "X", "passed": True}, content_type="application/json").status_code
        == 400
    )
    client.post(reverse("aftersales:work_order_check", args=[order.pk]), {"stage": "X", "passed": "1"})
    assert fresh(order).status == "IN_PROGRESS"


# --- what the technician found ------------------------------------------------------------------------------------------
def photo():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return SimpleUploadedFile("brake.jpg", out.getvalue(), "image/jpeg")


def test_the_technician_reports_extra_work_with_cause_and_photo(cast, signed_in):
    order = WorkOrderFactory.create(stage="in_work")
    phone, desk = signed_in(cast.technician), signed_in(cast.service_adviser)
    address = reverse("aftersales:work_order_report", args=[order.pk])
    assert address in phone.get(reverse("aftersales:jobs")).content.decode()
    assert phone.post(address, {"what": "前刹车片到限"}).status_code == 422, "without its cause"
    assert phone.post(address, {"what": "前刹车片到限", "cause": "磨损", "photo": photo()}).status_code == 302
    found = Finding.objects.get()
    assert found.photo.content_type == "image/jpeg"
    assert "前刹车片到限" in desk.get(reverse("dms:home")).content.decode(), "due work of the adviser"
    assert "前刹车片到限" in desk.get(reverse("aftersales:work_order", args=[order.pk])).content.decode()
    price = reverse("aftersales:finding_price", args=[found.pk])
    assert desk.post(price, {}).status_code == 422, "neither labour nor part"
    part = PartFactory.create(price=300)
    assert desk.post(price, {"operation": "B01", "part": part.number, "quantity": "2"}).status_code == 302
    assert list(found.lines.values_list("kind", "status", "quantity")) == [
        ("LABOUR", "PROPOSED", operation("B01").hours),
        ("PART", "PROPOSED", 2),
    ]
    assert "前刹车片到限" not in desk.get(reverse("dms:home")).content.decode()
    asked = desk.get(reverse("aftersales:work_order_sign", args=[order.pk])).content.decode()
    assert "磨损" in asked
    assert reverse("dms:attachment", args=[found.photo_id]) in asked


def test_what_is_left_says_why_and_is_answered_once(cast):
    found = FindingFactory.create()
    with refuses("dismissed_without_reason"):
        findings.dismiss(found, reason=" ", by=cast.service_adviser)
    findings.dismiss(found, reason="客户刚换过", by=cast.service_adviser)
    assert fresh(found).answer == "客户刚换过"
    with refuses("finding_answered"):
        findings.price(fresh(found), operation=operation("B01"), by=cast.service_adviser)


def test_only_the_technician_of_the_car_reports_and_describes(cast, elsewhere, signed_in):
    order = WorkOrderFactory.create(stage="in_work")
    other = cast.parts_clerk
    for name, facts in (("report", {"what": "x", "cause": "y"}), ("diagnose", {"cause": "x", "correction": "y"})):
        address = reverse(f"aftersales:work_order_{name}", args=[order.pk])
        assert signed_in(other).post(address, facts).status_code == 403
        assert signed_in(elsewhere.technician).post(address, facts).status_code == 404
    assert signed_in(cast.technician).post(address, {"cause": "磨损", "correction": "更换"}).status_code == 302
    assert (fresh(order).cause, fresh(order).correction) == ("磨损", "更换")


def test_reporting_by_api(cast, signed_in):
    order = WorkOrderFactory.create(stage="in_work")
    root = "/api/v1/aftersales"
    body = {"what": "前刹车片到限", "cause": "磨损"}
    told = signed_in(cast.technician).post(
        f"{root}/work-orders/{order.pk}/report/", body, content_type="application/json"
    )
    assert told.json()["findings"][0]["what"] == "前刹车片到限"
    found, desk = Finding.objects.get(), signed_in(cast.service_adviser)
    assert desk.get(f"{root}/findings/?open=true").json()["results"][0]["id"] == found.pk
    priced = desk.post(f"{root}/findings/{found.pk}/price/", {"operation": "B01"}, content_type="application/json")
    assert priced.json()["answered_by"] == cast.service_adviser.pk
