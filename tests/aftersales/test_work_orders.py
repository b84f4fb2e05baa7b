"""From the write-up to the customer's signature, and what is refused on the way."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from aftersales.actions import checks, consent, intake, lines, release, work_orders, workshop
from aftersales.actions.intake import Guest
from aftersales.models import Authorisation, PromiseChange, WorkOrder
from crm.actions import billing
from dms.models import Event
from tests.aftersales.cast import fresh, labour_of, operation, part_of, reason, refuses


def kinds(order):
    return list(Event.objects.about(order).order_by("pk").values_list("kind", flat=True))


# --- write-up -----------------------------------------------------------------------------------------------------------
def test_a_known_car_is_written_up_by_plate_mileage_and_words_alone(shop, store):
    car = shop.car()
    order = intake.write_up(Guest("川a·d1234"), store=store, by=shop.desk, complaint="异响", km=38_420, fuel_eighths=3)
    assert (order.vehicle, order.customer.name, order.status) == (car, "夏至", "DRAFT")
    assert (order.check_in.reading.km, order.check_in.fuel_eighths) == (38_420, 3)
    assert kinds(order) == ["workorder.opened", "workorder.checked_in"]
    assert order.number.startswith("WO-JJ01-")


def test_a_new_car_needs_its_owner_and_is_registered_on_the_way(shop, store):
    facts = {"store": store, "by": shop.desk, "complaint": "保养", "km": 10}
    with refuses("owner_needed"):
        intake.write_up(Guest("川AB7788"), **facts)
    order = intake.write_up(Guest("川AB7788", "13900000001", "立春"), **facts)
    assert (order.vehicle.plate, order.customer.name) == ("川AB7788", "立春")


def test_a_car_of_another_store_becomes_known_here_and_that_is_logged(shop, other_store, person):
    shop.car()
    elsewhere = person("service_adviser", name="elsewhere", store=other_store)
    order = intake.write_up(Guest("川AD1234"), store=other_store, by=elsewhere, complaint="保养", km=10)
    assert order.store == other_store
    assert Event.objects.filter(kind="customer.looked_up", by=elsewhere).count() == 1


def test_a_fallen_mileage_stops_the_whole_write_up(shop, store):
    car = shop.car()
    shop.draft(car)
    WorkOrder.objects.all().update(status="CANCELLED")
    with refuses("mileage_fell"):
        intake.write_up(Guest(car.plate), store=store, by=shop.desk, complaint="异响", km=38_000)
    assert WorkOrder.objects.count() == 1
    order = intake.write_up(
        Guest(car.plate), store=store, by=shop.desk, complaint="异响", km=5, odometer_replaced=True, reason="仪表更换"
    )
    assert order.check_in.reading.odometer_replaced


def test_the_second_open_order_names_the_first(shop, store):
    order = shop.draft()
    with pytest.raises(work_orders.CarHasOrder, match=order.number):
        work_orders.open_work_order(order.vehicle, store=store, by=shop.desk)


def test_the_same_key_is_the_same_order(shop, store):
    shop.car()
    facts = {"store": store, "by": shop.desk, "complaint": "异响", "km": 10, "key": "once"}
    assert intake.write_up(Guest("川AD1234"), **facts) == intake.write_up(Guest("川AD1234"), **facts)


def test_a_car_is_checked_in_once(shop):
    with refuses("checked_in"):
        work_orders.check_in(shop.draft(), km=40_000, by=shop.desk)


# --- lines --------------------------------------------------------------------------------------------------------------
def test_labour_costs_standard_time_times_the_rate(shop):
    line = lines.add_labour(shop.draft(), operation=operation("M04"), by=shop.desk)
    assert (line.quantity, line.unit_price, line.amount) == (Decimal("1.5"), Decimal(260), Decimal(390))


def test_the_first_maintenance_is_free_and_only_once(shop):
    order = shop.draft()
    assert lines.add_labour(order, operation=operation("M01"), by=shop.desk).payer == "FREE"
    with refuses("first_service_had"):
        lines.add_labour(order, operation=operation("M01"), by=shop.desk)


def test_a_dearer_line_asks_the_customer_again_and_a_cheaper_one_does_not(shop):
    line = labour_of(shop.signed())
    cheaper = lines.change_line(line, quantity=Decimal("0.5"), unit_price=Decimal(260), by=shop.desk)
    assert cheaper.status == "AUTHORISED"
    dearer = lines.change_line(line, quantity=Decimal(2), unit_price=Decimal(260), by=shop.desk)
    assert (dearer.status, dearer.authorised_amount, dearer.authorisation) == ("PROPOSED", None, None)


def test_a_line_that_the_customer_shall_pay_instead_asks_again(shop):
    order = shop.draft()
    lines.add_labour(order, operation=operation("M02"), payer="WARRANTY", by=shop.desk)
    consent.estimate(order, promised_at=timezone.now() + timedelta(hours=1), by=shop.desk)
    consent.authorise(order, method="SIGNATURE", given_by="夏至", by=shop.desk)
    line = labour_of(order)
    changed = lines.change_line(
        line, quantity=line.quantity, unit_price=line.unit_price, payer="CUSTOMER", by=shop.desk
    )
    assert changed.status == "PROPOSED"


def test_what_is_put_off_shows_at_the_next_visit_and_is_taken_up(shop):
    order = shop.in_work(part=shop.part())
    filters = lines.add_part(order, part=shop.part(price=128), by=shop.desk)
    lines.turn_down(filters, reason=reason("DECLINE", "NEXT_TIME"), later=True, by=shop.desk)
    workshop.finish_line(labour_of(order), by=shop.tech)
    finish(shop, order)
    again = shop.draft(order.vehicle, km=50_000)
    assert lines.left_undone(again.vehicle) == [fresh(filters)]
    taken = lines.take_up(again, put_off=filters, by=shop.desk)
    assert (taken.part, taken.status) == (filters.part, "PROPOSED")
    assert lines.left_undone(again.vehicle) == []
    with refuses("not_put_off"):
        lines.take_up(again, put_off=filters, by=shop.desk)


def finish(shop, order):
    for line in order.lines.filter(kind="PART", status="AUTHORISED"):
        workshop.issue_part(line, quantity=line.quantity, signed_by="石斛", by=shop.clerk)
    for stage, by in (("SELF", shop.tech), ("TEAM", shop.leader), ("FINAL", shop.inspector)):
        checks.check(order, stage=stage, passed=True, by=by)
    checks.ready(order, checked=checks.CHECKLIST, by=shop.leader)
    release.settle(order, by=shop.desk)
    account = fresh(order).invoice
    billing.take_payment(account, amount=account.due, method="CASH", by=shop.cashier)
    release.issue_gate_pass(order, by=shop.desk)
    release.release(order, by=shop.desk)


# --- promise and consent ------------------------------------------------------------------------------------------------
def test_an_estimate_needs_lines_and_the_car_checked_in(shop, store):
    order = work_orders.open_work_order(shop.car(), store=store, by=shop.desk)
    soon = timezone.now() + timedelta(hours=1)
    with refuses("nothing_to_estimate"):
        consent.estimate(order, promised_at=soon, by=shop.desk)
    lines.add_labour(order, operation=operation(), by=shop.desk)
    with refuses("not_checked_in"):
        consent.estimate(order, promised_at=soon, by=shop.desk)


def test_the_first_promise_stays_when_the_time_changes(shop):
    order = shop.signed()
    first = order.promised_at
    later = first + timedelta(hours=1)
    with refuses("promise_without_reason"):
        consent.change_promise(order, to=later, reason=" ", by=shop.desk)
    changed = consent.change_promise(order, to=later, reason="等配件", by=shop.desk)
    assert (changed.first_promised_at, changed.promised_at) == (first, later)
    assert PromiseChange.objects.get().reason == "等配件"


def test_the_order_itself_is_signed_and_extra_work_may_be_agreed_by_phone(shop):
    order = shop.estimated()
    with refuses("unsigned"):
        consent.authorise(order, method="PHONE", given_by="夏至", evidence="138", by=shop.desk)
    consent.authorise(order, method="SIGNATURE", given_by="夏至", by=shop.desk)
    lines.add_labour(order, operation=operation("B01"), by=shop.desk)
    with refuses("consent_without_evidence"):
        consent.authorise(order, method="PHONE", given_by="夏至", by=shop.desk)
    extra = consent.authorise(order, method="PHONE", given_by="夏至", evidence="13800000021", by=shop.desk)
    assert (extra.amount, fresh(order).status) == (Decimal("182.00"), "AUTHORISED")
    assert Authorisation.objects.count() == 2
    assert kinds(order)[-2:] == ["workline.added", "workorder.extra_authorised"]


def test_consent_is_for_the_sum_that_the_customer_was_told(shop):
    order = shop.estimated()
    with refuses("sum_changed"):
        consent.authorise(order, method="SIGNATURE", given_by="夏至", total=Decimal(1), by=shop.desk)


def test_some_lines_are_agreed_and_the_others_still_wait(shop):
    order = shop.signed()
    wanted = lines.add_labour(order, operation=operation("B01"), by=shop.desk)
    other = lines.add_labour(order, operation=operation("T01"), by=shop.desk)
    consent.authorise(order, method="PHONE", given_by="夏至", evidence="138", lines=[wanted.pk], by=shop.desk)
    assert (fresh(wanted).status, fresh(other).status) == ("AUTHORISED", "PROPOSED")
    with refuses("nothing_waits"):
        consent.authorise(order, method="PHONE", given_by="夏至", evidence="138", lines=[wanted.pk], by=shop.desk)


def test_an_order_is_cancelled_only_before_parts_are_out(shop):
    order = shop.in_work(part=shop.part())
    workshop.issue_part(part_of(order), quantity=Decimal(1), signed_by="石斛", by=shop.clerk)
    with refuses("workorder_cancelled_before_parts"):
        work_orders.cancel(order, reason=reason("CANCEL"), by=shop.desk)
    workshop.return_part(part_of(order), quantity=Decimal(1), by=shop.clerk)
    assert work_orders.cancel(order, reason=reason("CANCEL"), by=shop.desk).status == "CANCELLED"


def test_a_key_of_another_car_is_refused_by_page_and_api(shop, other_store, person, signed_in):
    shop.car()
    shop.car("川AB0002", "立春", "13800000022")
    body = {"car": "川AD1234", "store": "JJ01", "complaint": "异响", "km": 100, "key": "once"}
    client = APIClient()
    client.force_authenticate(shop.desk)
    address = reverse("api:aftersales:work-orders-list")
    first = client.post(address, body, format="json")
    assert first.status_code == 201
    assert client.post(address, body, format="json").json()["id"] == first.json()["id"]
    told = client.post(address, body | {"car": "川AB0002"}, format="json")
    assert (told.status_code, told.json()["code"]) == (409, "key_reused")
    sent = {name: body[name] for name in ("complaint", "km", "key")} | {"car": "川AB0002"}
    page = signed_in(shop.desk).post(reverse("aftersales:work_order_new"), sent)
    assert page.status_code == 422
    assert WorkOrder.objects.count() == 1


def test_deferred_work_is_found_and_taken_up_by_api(shop, signed_in):
    order = shop.in_work()
    filters = lines.add_part(order, part=shop.part(price=128), by=shop.desk)
    lines.turn_down(filters, reason=reason("DECLINE", "NEXT_TIME"), later=True, by=shop.desk)
    workshop.finish_line(labour_of(order), by=shop.tech)
    finish(shop, order)
    elsewhere = labour_of(shop.estimated(car=shop.car("川AX0001", "立秋", "13800000022")))
    client, root = signed_in(shop.desk), f"/api/v1/aftersales/work-orders/{shop.draft(order.vehicle, km=50_000).pk}"
    assert [row["id"] for row in client.get(f"{root}/left_undone/").json()["results"]] == [filters.pk]
    told = client.post(f"{root}/take_up/", {"line": elsewhere.pk}, content_type="application/json")
    assert told.status_code == 400, "another car’s"
    told = client.post(f"{root}/take_up/", {"line": filters.pk}, content_type="application/json")
    assert (told.status_code, told.json()["lines"][0]["text"]) == (200, filters.text)
    assert client.get(f"{root}/left_undone/").json()["results"] == []
