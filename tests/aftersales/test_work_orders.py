"""From the write-up to the customer's signature, and what is refused on the way."""

from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from aftersales.actions import checks, consent, intake, lines, release, work_orders, workshop
from aftersales.actions.intake import Guest
from aftersales.models import Authorisation, WorkOrder
from crm.actions import billing
from dms.models import Event
from tests.conftest import refuses
from tests.factories import (
    PartFactory,
    VehicleFactory,
    WorkOrderFactory,
    fresh,
    labour_of,
    operation,
    part_of,
    reason,
    when_open,
)


def kinds(order):
    return list(Event.objects.about(order).order_by("pk").values_list("kind", flat=True))


# --- write-up -----------------------------------------------------------------------------------------------------------
def test_a_known_car_is_written_up_by_plate_mileage_and_words_alone(cast, car, store):
    order = intake.write_up(
        Guest("川a·d1234"), store=store, by=cast.service_adviser, complaint="异响", km=38_420, fuel_eighths=3
    )
    assert (order.vehicle, order.customer.name, order.status) == (car, "夏至", "DRAFT")
    assert (order.check_in.reading.km, order.check_in.fuel_eighths) == (38_420, 3)
    assert kinds(order) == ["workorder.opened", "workorder.checked_in"]
    assert order.number.startswith("WO-JJ01-")


def test_a_new_car_needs_its_owner_and_is_registered_on_the_way(cast, store):
    facts = {"store": store, "by": cast.service_adviser, "complaint": "保养", "km": 10}
    with refuses("owner_needed"):
        intake.write_up(Guest("川AB7788"), **facts)
    order = intake.write_up(Guest("川AB7788", "13900000001", "立春"), **facts)
    assert (order.vehicle.plate, order.customer.name) == ("川AB7788", "立春")


def test_a_car_of_another_store_becomes_known_here_and_that_is_logged(cast, car, other_store, elsewhere):
    elsewhere = elsewhere.service_adviser
    order = intake.write_up(Guest("川AD1234", join=True), store=other_store, by=elsewhere, complaint="保养", km=10)
    assert order.store == other_store
    assert Event.objects.filter(kind="customer.looked_up", by=elsewhere).count() == 1


def test_a_fallen_mileage_stops_the_whole_write_up(cast, car, store):
    WorkOrderFactory.create(vehicle=car)
    WorkOrder.objects.all().update(status="CANCELLED", cancel_reason=reason("WORK_CANCEL"))
    with refuses("mileage_fell"):
        intake.write_up(Guest(car.plate), store=store, by=cast.service_adviser, complaint="异响", km=38_000)
    assert WorkOrder.objects.count() == 1
    order = intake.write_up(
        Guest(car.plate),
        store=store,
        by=cast.service_adviser,
        complaint="异响",
        km=5,
        odometer_replaced=True,
        reason="仪表更换",
    )
    assert order.check_in.reading.odometer_replaced


def test_the_second_open_order_names_the_first(cast, store):
    order = WorkOrderFactory.create()
    with refuses("workorder_one_open_per_vehicle", match=order.number):
        work_orders.open_work_order(order.vehicle, store=store, by=cast.service_adviser)


def test_the_same_key_is_the_same_order(cast, car, store):
    facts = {"store": store, "by": cast.service_adviser, "complaint": "异响", "km": 10, "key": "once"}
    assert intake.write_up(Guest("川AD1234"), **facts) == intake.write_up(Guest("川AD1234"), **facts)


def test_a_car_is_checked_in_once(cast):
    with refuses("checked_in"):
        work_orders.check_in(WorkOrderFactory.create(), km=40_000, by=cast.service_adviser)


# --- lines --------------------------------------------------------------------------------------------------------------
def test_labour_costs_standard_time_times_the_rate(cast):
    line = lines.add_labour(WorkOrderFactory.create(), operation=operation("M04"), by=cast.service_adviser)
    assert (line.quantity, line.unit_price, line.amount) == (Decimal("1.5"), Decimal(260), Decimal(390))


def test_the_first_maintenance_is_free_and_only_once(cast):
    order = WorkOrderFactory.create()
    assert lines.add_labour(order, operation=operation("M01"), by=cast.service_adviser).payer == "FREE"
    with refuses("first_service_had"):
        lines.add_labour(order, operation=operation("M01"), by=cast.service_adviser)


def test_a_dearer_line_asks_the_customer_again_and_a_cheaper_one_does_not(cast):
    line = labour_of(WorkOrderFactory.create(stage="signed"))
    cheaper = lines.change_line(line, quantity=Decimal("0.5"), unit_price=Decimal(260), by=cast.service_adviser)
    assert cheaper.status == "AUTHORISED"
    dearer = lines.change_line(line, quantity=Decimal(2), unit_price=Decimal(260), by=cast.service_adviser)
    assert (dearer.status, dearer.authorised_amount, dearer.authorisation) == ("PROPOSED", None, None)


def test_work_that_has_begun_keeps_its_price(cast):
    line = labour_of(WorkOrderFactory.create(stage="in_work"))
    with refuses("line_not_open"):
        lines.change_line(line, quantity=line.quantity, unit_price=Decimal(1), by=cast.service_adviser)


def test_what_the_customer_agreed_to_is_not_proposed_again(cast):
    with refuses("not_turned_down"):
        lines.propose_again(labour_of(WorkOrderFactory.create(stage="signed")), by=cast.service_adviser)


def test_a_car_that_has_left_is_not_described_any_more(cast):
    with refuses("work_order_over"):
        work_orders.describe(WorkOrderFactory.create(stage="settled"), cause="垫片", by=cast.service_adviser)


def test_a_line_that_the_customer_shall_pay_instead_asks_again(cast):
    order = WorkOrderFactory.create()
    lines.add_labour(order, operation=operation("M02"), payer="WARRANTY", by=cast.service_adviser)
    consent.estimate(order, promised_at=when_open(order.store), by=cast.service_adviser)
    consent.authorise(order, method="SIGNATURE", given_by="夏至", signature="夏至", by=cast.service_adviser)
    line = labour_of(order)
    changed = lines.change_line(
        line, quantity=line.quantity, unit_price=line.unit_price, payer="CUSTOMER", by=cast.service_adviser
    )
    assert changed.status == "PROPOSED"


def test_what_is_put_off_shows_at_the_next_visit_and_is_taken_up(cast):
    order = WorkOrderFactory.create(stage="in_work", part=PartFactory.create(pieces=5))
    filters = lines.add_part(order, part=PartFactory.create(pieces=5, price=128), by=cast.service_adviser)
    lines.defer(filters, reason=reason("DECLINE", "NEXT_TIME"), by=cast.service_adviser)
    workshop.finish_line(labour_of(order), by=cast.technician)
    finish(cast, order)
    again = WorkOrderFactory.create(vehicle=order.vehicle, km=50_000)
    assert lines.left_undone(again.vehicle) == [fresh(filters)]
    taken = lines.take_up(again, line=filters, by=cast.service_adviser)
    assert (taken.part, taken.status) == (filters.part, "PROPOSED")
    assert lines.left_undone(again.vehicle) == []
    with refuses("not_put_off"):
        lines.take_up(again, line=filters, by=cast.service_adviser)


def finish(cast, order):
    for line in order.lines.filter(kind="PART", status="AUTHORISED"):
        workshop.issue_part(line, quantity=line.quantity, signed_by="石斛", by=cast.parts_clerk)
    workshop.diagnose(order, cause="磨损", correction="更换", by=cast.technician)
    for stage, by in (("SELF", cast.technician), ("TEAM", cast.team_leader), ("FINAL", cast.inspector)):
        checks.check(order, stage=stage, passed=True, by=by)
    checks.ready(order, checked=checks.CHECKLIST, by=cast.team_leader)
    release.settle(order, by=cast.service_adviser)
    account = fresh(order).invoice
    billing.take_payment(account, amount=account.due, method="CASH", by=cast.cashier)
    release.issue_gate_pass(order, by=cast.service_adviser)
    release.release(order, by=cast.service_adviser)


# --- promise and consent ------------------------------------------------------------------------------------------------
def test_an_estimate_needs_lines_and_the_car_checked_in(cast, car, store):
    order = work_orders.open_work_order(car, store=store, by=cast.service_adviser)
    soon = timezone.now() + timedelta(hours=1)
    with refuses("nothing_to_estimate"):
        consent.estimate(order, promised_at=soon, by=cast.service_adviser)
    lines.add_labour(order, operation=operation(), by=cast.service_adviser)
    with refuses("not_checked_in"):
        consent.estimate(order, promised_at=soon, by=cast.service_adviser)


def test_the_order_itself_is_signed(cast):
    order = WorkOrderFactory.create(stage="estimated")
    with refuses("unsigned"):
        consent.authorise(order, method="PHONE", given_by="夏至", evidence="138", by=cast.service_adviser)


def test_extra_work_may_be_agreed_by_phone(cast):
    order = WorkOrderFactory.create(stage="signed")
    lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
    extra = consent.authorise(order, method="PHONE", given_by="夏至", evidence="138", by=cast.service_adviser)
    assert (extra.amount, fresh(order).status) == (Decimal("182.00"), "AUTHORISED")
    assert Authorisation.objects.count() == 2
    assert kinds(order)[-2:] == ["workline.added", "workorder.extra_authorised"]


def test_what_is_agreed_by_phone_names_the_number(cast):
    order = WorkOrderFactory.create(stage="signed")
    lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
    with refuses("consent_without_evidence"):
        consent.authorise(order, method="PHONE", given_by="夏至", by=cast.service_adviser)


def test_some_lines_are_agreed_and_the_others_still_wait(cast):
    order = WorkOrderFactory.create(stage="signed")
    wanted = lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
    other = lines.add_labour(order, operation=operation("T01"), by=cast.service_adviser)
    consent.authorise(
        order, method="PHONE", given_by="夏至", evidence="138", lines=[wanted.pk], by=cast.service_adviser
    )
    assert (fresh(wanted).status, fresh(other).status) == ("AUTHORISED", "PROPOSED")
    with refuses("nothing_waits"):
        consent.authorise(
            order, method="PHONE", given_by="夏至", evidence="138", lines=[wanted.pk], by=cast.service_adviser
        )


def test_an_order_is_cancelled_only_before_parts_are_out(cast):
    order = WorkOrderFactory.create(stage="in_work", part=PartFactory.create(pieces=5))
    workshop.issue_part(part_of(order), quantity=Decimal(1), signed_by="石斛", by=cast.parts_clerk)
    with refuses("workorder_cancelled_before_parts"):
        work_orders.cancel(order, reason=reason("WORK_CANCEL"), by=cast.service_adviser)
    workshop.return_part(part_of(order), quantity=Decimal(1), by=cast.parts_clerk)
    assert work_orders.cancel(order, reason=reason("WORK_CANCEL"), by=cast.service_adviser).status == "CANCELLED"


def test_a_key_of_another_car_is_refused_by_page_and_api(cast, car, other_store, signed_in):
    VehicleFactory.create(plate="川AB0002")
    body = {"car": "川AD1234", "store": "JJ01", "complaint": "异响", "km": 100, "key": "once"}
    client = APIClient()
    client.force_authenticate(cast.service_adviser)
    address = reverse("api:aftersales:work-orders-list")
    first = client.post(address, body, format="json")
    assert first.status_code == 201
    assert client.post(address, body, format="json").json()["id"] == first.json()["id"]
    told = client.post(address, body | {"car": "川AB0002"}, format="json")
    assert (told.status_code, told.json()["code"]) == (409, "key_reused")
    sent = {name: body[name] for name in ("complaint", "km", "key")} | {"car": "川AB0002"}
    page = signed_in(cast.service_adviser).post(reverse("aftersales:work_order_new"), sent)
    assert page.status_code == 422
    assert WorkOrder.objects.count() == 1


def test_deferred_work_is_found_and_taken_up_by_api(cast, signed_in):
    order = WorkOrderFactory.create(stage="in_work")
    filters = lines.add_part(order, part=PartFactory.create(pieces=5, price=128), by=cast.service_adviser)
    lines.defer(filters, reason=reason("DECLINE", "NEXT_TIME"), by=cast.service_adviser)
    workshop.finish_line(labour_of(order), by=cast.technician)
    finish(cast, order)
    elsewhere = labour_of(WorkOrderFactory.create(stage="estimated", vehicle=VehicleFactory.create(plate="川AX0001")))
    client, root = (
        signed_in(cast.service_adviser),
        f"/api/v1/aftersales/work-orders/{WorkOrderFactory.create(vehicle=order.vehicle, km=50_000).pk}",
    )
    assert [row["id"] for row in client.get(f"{root}/left_undone/").json()["results"]] == [filters.pk]
    told = client.post(f"{root}/take_up/", {"line": elsewhere.pk}, content_type="application/json")
    assert told.status_code == 400, "another car’s"
    told = client.post(f"{root}/take_up/", {"line": filters.pk}, content_type="application/json")
    assert (told.status_code, told.json()["lines"][0]["text"]) == (200, filters.text)
    assert client.get(f"{root}/left_undone/").json()["results"] == []
