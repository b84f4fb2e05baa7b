"""What was ticked, confirmed or entered by mistake is taken back with a reason, while nothing has followed."""

from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from dms.models import Event
from dms.records.constraint_errors import name_of
from sales.actions import allocation, deliveries, stock
from sales.models import StockCar
from sales.stock_position import positions
from tests.conftest import refuses
from tests.factories import fresh
from tests.races import DONE, at_once
from tests.sales.test_delivery import png

pytestmark = pytest.mark.django_db


def test_a_step_ticked_by_mistake_is_still_to_be_done(sheet, cast, signed_in):
    deliveries.note_step(sheet, step="papers", by=cast.adviser)
    client, address = signed_in(cast.adviser), reverse("sales:delivery_undo_step", args=[sheet.pk])
    assert address in client.get(reverse("sales:delivery", args=[sheet.pk])).text
    offered = client.get(address).text
    assert 'value="papers"' in offered
    assert 'value="cleaned"' not in offered, "only what is ticked is offered"
    assert client.post(address, {"step": "papers"}).status_code == 422, "why?"
    client.post(address, {"step": "papers", "reason": "点错了"})
    assert fresh(sheet).papers_at is None
    event = Event.objects.get(kind="delivery.step_undone")
    assert (event.data["step"], event.data["note"]) == ("papers", "点错了")
    deliveries.note_step(sheet, step="papers", by=cast.adviser)
    assert fresh(sheet).papers_at is not None, "and is ticked again when it is done"


def test_what_is_not_ticked_is_not_taken_back(sheet, cast):
    with refuses("step_not_done"):
        deliveries.undo_step(sheet, step="cleaned", reason="点错了", by=cast.adviser)


def test_the_customers_confirmation_by_mistake_is_taken_back_by_page(sheet, cast, signed_in):
    client = signed_in(cast.adviser)
    client.post(reverse("sales:delivery_confirm", args=[sheet.pk]), {"signature": png()})
    drawing = fresh(sheet).signature_id
    address = reverse("sales:delivery_unconfirm", args=[sheet.pk])
    assert address in client.get(reverse("sales:delivery", args=[sheet.pk])).text
    client.post(address, {"reason": "客户尚未验车"})
    again = fresh(sheet)
    assert (again.confirmed_at, again.confirmed_name, again.signature_id) == (None, "", None)
    event = Event.objects.get(kind="delivery.unconfirmed")
    assert (event.data["name"], event.data["signature"], event.data["note"]) == ("谷雨", drawing, "客户尚未验车")
    deliveries.confirm_delivery(sheet, name="谷雨", by=cast.adviser)
    assert fresh(sheet).confirmed_name == "谷雨"


def test_ticks_and_confirmations_are_taken_back_by_api(sheet, cast, signed_in):
    client = signed_in(cast.adviser)

    def send(verb, body):
        address = reverse(f"api:sales:deliveries-{verb}", args=[sheet.pk])
        return client.post(address, body, content_type="application/json")

    send("step", {"step": "cleaned"})
    send("confirm", {"name": "谷雨"})
    assert send("undo-step", {"step": "cleaned"}).status_code == 400, "why?"
    assert send("undo-step", {"step": "cleaned", "reason": "点错了"}).json()["cleaned_at"] is None
    assert send("unconfirm", {"reason": "点错了"}).json()["confirmed_at"] is None
    assert send("unconfirm", {"reason": "点错了"}).json()["code"] == "not_confirmed"


def test_of_a_car_that_is_gone_nothing_is_taken_back(signed_sheet, order, cast):
    deliveries.deliver_order(order, by=cast.adviser)
    with refuses("delivery_over"):
        deliveries.unconfirm_delivery(signed_sheet, reason="点错了", by=cast.adviser)
    with refuses("delivery_over"):
        deliveries.undo_step(signed_sheet, step="cleaned", reason="点错了", by=cast.adviser)


def test_without_the_customers_word_the_car_stays(signed_sheet, order, cast):
    deliveries.unconfirm_delivery(signed_sheet, reason="客户尚未验车", by=cast.adviser)
    with refuses("delivery_incomplete"):
        deliveries.deliver_order(order, by=cast.adviser)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE sales_deliverysheet SET cleaned_at = now() + interval '1 hour'", "deliverysheet_steps_kept"),
        ("UPDATE sales_deliverysheet SET confirmed_name = '别人'", "deliverysheet_confirmation_kept"),
        (
            "UPDATE sales_deliverysheet SET confirmed_at = confirmed_at + interval '1 hour'",
            "deliverysheet_confirmation_kept",
        ),
    ],
)
def test_the_database_writes_no_other_moment_or_name_over_it(sheet, cast, statement, rule):
    deliveries.note_step(sheet, step="cleaned", by=cast.adviser)
    deliveries.confirm_delivery(sheet, name="谷雨", by=cast.adviser)
    with pytest.raises(DatabaseError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_car_entered_by_mistake_is_void_and_its_vin_is_entered_again(car, cast, store, signed_in):
    client, address = signed_in(cast.warehouse), reverse("sales:stock_car_void", args=[car.pk])
    assert client.post(address).status_code == 422, "why?"
    client.post(address, {"reason": "车架号录错"})
    void = fresh(car)
    assert (void.status, void.void_reason) == ("VOID", "车架号录错")
    yard = reverse("sales:stock_cars")
    client.get(yard)  # what was done is said once
    assert car.vin not in client.get(yard).text
    shown = client.get(yard, {"status": "VOID"}).text
    assert car.vin in shown
    assert "车架号录错" in shown
    assert positions(StockCar.objects.select_related("variant", "colour"), on=timezone.localdate()) == []
    again = stock.enter_car(vin=car.vin, variant=car.variant, store=store, by=cast.warehouse, arrived=True)
    assert again.status == "AVAILABLE"
    with refuses("vin_known"):
        stock.enter_car(vin=car.vin, variant=car.variant, store=store, by=cast.warehouse)


def test_a_car_is_void_by_api(car, cast, signed_in):
    client, where = signed_in(cast.warehouse), reverse("api:sales:stock-cars-void", args=[car.pk])
    assert client.post(where, {}, content_type="application/json").status_code == 400
    answer = client.post(where, {"reason": "重复录入"}, content_type="application/json").json()
    assert (answer["status"], answer["void_reason"]) == ("VOID", "重复录入")
    assert client.post(where, {"reason": "重复录入"}, content_type="application/json").json()["code"] == "car_void"


def pledge(car, cast, order):
    stock.pledge_certificate(car, reason="银行授信", by=cast.warehouse)


def drive(car, cast, order):
    stock.take_for_own_use(car, use="TEST", reason="试驾", by=cast.warehouse)


def keep(car, cast, order):
    allocation.allocate_car(order, car=car, by=cast.adviser)
    allocation.release_car(order, reason="客户改主意", by=cast.adviser)


@pytest.mark.parametrize(
    ("follow", "code", "rule"),
    [
        (pledge, "certificate_pledged", "stockcar_void_had_no_sequel"),
        (drive, "own_use", "stockcar_void_had_no_sequel"),
        (keep, "stockcar_void_was_kept", "stockcar_void_was_kept"),
    ],
)
def test_a_car_with_which_something_followed_is_not_void(car, order, cast, follow, code, rule):
    follow(car, cast, order)
    with refuses(code):
        stock.void_car(car, reason="录错", by=cast.warehouse)
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        StockCar.objects.filter(pk=car.pk).update(status="VOID", void_reason="录错")
    assert name_of(broken.value) == rule


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"status": "VOID"}, "stockcar_void_says_why"),
        ({"void_reason": "录错"}, "stockcar_void_says_why"),
    ],
)
def test_a_void_car_says_why(car, facts, rule):
    with pytest.raises(DatabaseError, match=rule), transaction.atomic():
        StockCar.objects.filter(pk=car.pk).update(**facts)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_car_is_not_void_and_kept_at_once(order, car, cast):
    ends = at_once(
        partial(allocation.allocate_car, order, car=car, by=cast.adviser),
        partial(stock.void_car, car, reason="录错", by=cast.warehouse),
    )
    assert ends.count(DONE) == 1
    assert (fresh(car).status, fresh(order).status) in {("VOID", "SIGNED"), ("ALLOCATED", "ALLOCATED")}
