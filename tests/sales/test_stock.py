"""One car, one order: the yard is one truth."""

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from dms.models import Event
from sales.actions import allocation, deliveries, leads, stock
from sales.actions.deliveries import facts_of
from sales.models import Allocation, Order, StockCar
from sales.stock_position import family_of_age, positions
from tests.conftest import refuses
from tests.factories import OrderFactory, StockCarFactory, advance_order, fresh, vin_of
from tests.races import DONE, at_once
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db


def test_a_car_is_known_by_a_vin_that_can_be_one(variant, store, cast, car):
    for text, code in (("LSVAM4187C2184840", "vin_without_reason"), (car.vin, "vin_known"), (" ", "vin_missing")):
        with refuses(code):
            stock.enter_car(vin=text, variant=variant, store=store, by=cast.warehouse)


def test_a_car_on_its_way_arrives_and_its_days_begin(variant, store, cast, signed_in):
    coming = stock.enter_car(vin=vin_of("LSVAM4187C2184860"), variant=variant, store=store, by=cast.warehouse)
    assert (coming.status, coming.arrived_on) == ("IN_TRANSIT", None)
    signed_in(cast.warehouse).post(reverse("sales:stock_car_receive", args=[coming.pk]), {"location": "A-07"})
    coming.refresh_from_db()
    assert (coming.status, coming.location, coming.age(timezone.localdate())) == ("AVAILABLE", "A-07", 0)


def test_the_yard_is_counted_by_model_and_colour(car, order, cast, variant, store):
    stock.enter_car(vin=vin_of("LSVAM4187C2184861"), variant=variant, colour=car.colour, store=store, by=cast.warehouse)
    (row,) = positions(StockCar.objects.select_related("variant", "colour"), on=dt.date(2026, 11, 21))
    assert (row.available, row.kept, row.coming, row.oldest) == (1, 0, 1, 41)
    allocation.allocate_car(order, car=car, by=cast.adviser)
    (row,) = positions(StockCar.objects.select_related("variant", "colour"), on=dt.date(2026, 11, 21))
    assert (row.available, row.kept, row.coming, row.oldest) == (0, 1, 1, None)
    assert [family_of_age(days) for days in (None, 59, 60, 90)] == ["", "", "wait", "late"]


def test_the_page_shows_the_yard_to_its_store(car, cast, elsewhere, signed_in):
    assert car.vin in signed_in(cast.warehouse).get(reverse("sales:stock_cars")).content.decode()
    assert car.vin not in signed_in(elsewhere.adviser).get(reverse("sales:stock_cars")).content.decode()


def test_a_car_is_kept_on_the_page_and_released(order, car, cast, signed_in):
    client = signed_in(cast.adviser)
    url = reverse("sales:order_allocate", args=[order.pk])
    assert car.vin in client.get(url).content.decode()
    client.post(url, {"car": car.pk})
    assert StockCar.objects.get().status == "ALLOCATED"
    assert client.post(reverse("sales:order_release", args=[order.pk])).status_code == 422, "why?"
    client.post(reverse("sales:order_release", args=[order.pk]), {"reason": "客户改主意"})
    assert StockCar.objects.get().status == "AVAILABLE"
    order.refresh_from_db()
    assert order.status == "SIGNED"


def test_the_car_is_of_the_ordered_model_and_for_sale(order, car, cast):
    stock.take_for_own_use(car, use="DISPLAY", reason="展厅缺车", by=cast.warehouse)
    with refuses("not_for_sale"):
        allocation.allocate_car(order, car=car, by=cast.adviser)


def test_a_car_somebody_signed_for_is_not_swapped(sheet, order, cast):
    deliveries.sign_off(sheet, department="AFTERSALES", by=cast.inspector)
    with refuses("sheet_signed"):
        allocation.release_car(order, reason="客户改主意", by=cast.adviser)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (
            (
                "INSERT INTO sales_allocation (order_id, car_id, made_at, made_by_id, reason, agreed_how)"
                " SELECT order_id, car_id, now(), made_by_id, '', '' FROM sales_allocation"
            ),
            "allocation_one_live_per",
        ),
        ("UPDATE sales_stockcar SET vin = 'lower'", "stockcar_vin_form"),
        ("UPDATE sales_stockcar SET arrived_on = NULL", "stockcar_here_has_arrival"),
        ("UPDATE sales_stockcar SET status = 'DELIVERED'", "stockcar_delivered_has_vehicle"),
    ],
)
def test_the_database_keeps_the_yard(sheet, statement, constraint):
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_car_is_kept_for_one_of_six_orders(cast, variant, car):
    orders = [OrderFactory.create(quote__variant=variant, quote__colour=car.colour) for _number in range(6)]
    ends = at_once(*(partial(allocation.allocate_car, order, car=car, by=cast.adviser) for order in orders))
    assert ends == ["car_taken"] * 5 + [DONE]
    assert Allocation.objects.filter(ended_at__isnull=True).count() == 1
    assert Order.objects.filter(status="ALLOCATED").count() == 1


def test_the_api_enters_receives_and_allocates(order, variant, store, cast, signed_in):
    client = signed_in(cast.warehouse)
    body = {"vin": vin_of("LSVAM4187C2184862"), "store": store.code, "variant": variant.pk, "colour": order.colour_id}
    made = client.post("/api/v1/sales/stock-cars/", body, content_type="application/json")
    assert made.json()["status"] == "IN_TRANSIT", made.content
    here = f"/api/v1/sales/stock-cars/{made.json()['id']}/"
    assert client.post(f"{here}receive/", {"location": "B-01"}, content_type="application/json").json()["days"] == 0
    answer = signed_in(cast.adviser).post(
        f"/api/v1/sales/orders/{order.pk}/allocate/", {"car": made.json()["id"]}, content_type="application/json"
    )
    assert answer.json()["status"] == "ALLOCATED", answer.content
    ready = client.post(f"/api/v1/sales/orders/{order.pk}/ready/")
    assert ready.json()["status"] == "READY", ready.content


def test_leads_of_two_series_may_be_open_at_once(lead, cast, store, variant):
    other = leads.open_lead(
        lead.customer, store=store, owner=cast.adviser, by=cast.adviser, wish=leads.Wish(facts={"variant": variant})
    )
    assert other != lead
    assert other.series == variant.series


def test_a_car_that_is_kept_stays_what_was_ordered(order, car, cast):
    allocation.allocate_car(order, car=car, by=cast.adviser)
    with refuses("car_taken"):
        stock.take_for_own_use(car, use="TEST", reason="试驾车不足", by=cast.warehouse)
    assert misjudged({"stockcar_use_of_kept_car": ["UPDATE sales_stockcar SET use = 'TEST'"]}) == []


def test_a_cost_is_not_negative(car, cast):
    with refuses("cost_negative"):
        stock.change_car(car, by=cast.warehouse, cost=Decimal(-1))


def test_a_car_of_negative_cost_does_not_exist(car, cast, signed_in):
    sent = {
        "vin": vin_of("LSVAM4187C2184869"),
        "variant": car.variant_id,
        "certificate": "IN_HAND",
        "use": "NORMAL",
        "cost": "-1",
    }
    assert signed_in(cast.warehouse).post(reverse("sales:stock_car_new"), sent).status_code == 422
    with pytest.raises(DatabaseError, match="stockcar_cost_not_negative"), transaction.atomic():
        StockCar.objects.update(cost=-1)


def test_a_certificate_goes_to_the_bank_and_comes_back_each_with_a_reason(car, cast, signed_in):
    browser = signed_in(cast.warehouse)
    for act, where in (("pledge", "PLEDGED"), ("redeem", "IN_HAND")):
        address = reverse(f"sales:stock_car_{act}", args=[car.pk])
        assert browser.post(address, {"reason": " "}).status_code == 422
        browser.post(address, {"reason": "三方承兑"})
        assert fresh(car).certificate == where
        assert browser.post(address, {"reason": "三方承兑"}).status_code == 422, "it is there already"
    said = Event.objects.filter(kind__in=["certificate.pledged", "certificate.redeemed"])
    assert [event.data["note"] for event in said] == ["三方承兑"] * 2


def test_the_certificate_of_a_car_that_is_ready_stays_here(order, car, cast):
    advance_order(order, "READY", car=car)
    with refuses("car_ready"):
        stock.pledge_certificate(car, reason="授信", by=cast.warehouse)


@pytest.mark.parametrize("use", ["TEST", "DISPLAY"])
def test_a_test_or_display_car_is_not_for_sale_until_it_is_released(order, variant, black, cast, use):
    car = StockCarFactory.create(variant=variant, colour=black, use=use)
    with refuses("not_for_sale"):
        allocation.allocate_car(order, car=car, by=cast.adviser)
    row = positions([car], on=timezone.localdate())[0]
    assert (row.available, row.own_use) == (0, 1)
    assert car not in StockCar.objects.available()
    with refuses("no_reason"):
        stock.release_for_sale(car, reason="", by=cast.warehouse)
    stock.release_for_sale(car, reason="服役期满", by=cast.warehouse)
    with refuses("already_for_sale"):
        stock.release_for_sale(car, reason="服役期满", by=cast.warehouse)
    stock.take_for_own_use(fresh(car), use=use, reason="还要用", by=cast.warehouse)
    assert fresh(car).use == use, "the way back"
    stock.release_for_sale(car, reason="服役期满", by=cast.warehouse)
    assert allocation.allocate_car(order, car=car, by=cast.adviser).car == car


def test_the_database_keeps_no_test_car_for_an_order(order, variant, black):
    StockCarFactory.create(variant=variant, colour=black, use="TEST")
    kept = (
        "UPDATE sales_order SET status = 'ALLOCATED'; UPDATE sales_stockcar SET status = 'ALLOCATED';"
        "INSERT INTO sales_allocation (order_id, car_id, made_at, made_by_id, reason, agreed_how)"
        " SELECT o.id, c.id, now(), o.made_by_id, '', '' FROM sales_order o, sales_stockcar c"
    )
    assert misjudged({"order_and_car_agree": [kept]}) == []
    assert verdict(f"UPDATE sales_stockcar SET use = 'NORMAL'; {kept}") == ""


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_car_is_either_sold_or_driven(order, car, cast):
    adviser, keeper = cast.adviser, cast.warehouse
    ends = at_once(
        partial(allocation.allocate_car, order, car=car, by=adviser),
        partial(stock.take_for_own_use, car, use="TEST", reason="试驾车不足", by=keeper),
    )
    assert ends in ([DONE, "not_for_sale"], ["car_taken", DONE])


def test_a_car_is_kept_for_ones_own_order(order, car, cast):
    with refuses("not_yours"):
        allocation.allocate_car(order, car=car, by=cast.second_adviser)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_vin_entered_by_four_pages_at_once_is_one_car_and_no_error(variant, cast, signed_in):
    sent = {"vin": vin_of("LSVAM4187C2184870"), "variant": variant.pk, "certificate": "IN_HAND", "use": "NORMAL"}
    browsers = [signed_in(cast.warehouse) for _number in range(4)]
    answers = []

    def send(browser):
        answers.append(browser.post(reverse("sales:stock_car_new"), sent, headers={"hx-request": "true"}).status_code)

    assert at_once(*[partial(send, browser) for browser in browsers]) == [DONE] * 4
    assert StockCar.objects.count() == 1
    assert answers.count(204) == 1
    assert set(answers) <= {204, 409, 422}


def test_place_and_cost_are_changed_in_the_yard(car, cast, signed_in):
    address = reverse("sales:stock_car_change", args=[car.pk])
    begins = signed_in(cast.warehouse).get(address).context["form"].initial
    assert (begins["location"], begins["cost"]) == (car.location, car.cost)
    signed_in(cast.warehouse).post(address, {"location": "B-02", "cost": "158000", "use": "TEST"})
    car.refresh_from_db()
    assert (car.location, car.cost, car.use) == ("B-02", 158_000, "NORMAL"), "what it is used for has its own act"


DOUBTFUL = "LSVAM4187C2184840"


def test_a_car_with_a_doubtful_vin_is_entered_with_a_reason_by_page_and_by_api(variant, store, cast, signed_in):
    client = signed_in(cast.warehouse)
    page, typed = reverse("sales:stock_car_new"), {"vin": DOUBTFUL, "variant": variant.pk}
    typed |= {"certificate": "IN_HAND", "use": "NORMAL"}
    asked = client.post(page, typed)
    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["vin_reason"])
    assert client.post(page, typed | {"vin_reason": "as on the metal"}).status_code == 302
    car = StockCar.objects.get(vin=DOUBTFUL)
    assert (car.vin_reason, car.vin_reason_by) == ("as on the metal", cast.warehouse)
    body = {"vin": "LSVAM4187C2184841", "variant": variant.pk, "store": store.code}
    asked = client.post("/api/v1/sales/stock-cars/", body, "application/json")
    assert asked.status_code == 409, asked.json()
    assert (asked.status_code, asked.json()["code"]) == (409, "vin_without_reason")
    taken = client.post("/api/v1/sales/stock-cars/", body | {"vin_reason": "as on the metal"}, "application/json")
    assert (taken.status_code, taken.json()["vin_reason"]) == (201, "as on the metal")


def test_a_delivered_car_takes_the_reason_of_its_vin_along(variant, store, cast):
    car = stock.enter_car(vin=DOUBTFUL, variant=variant, store=store, by=cast.warehouse, vin_reason="as on the metal")
    assert facts_of(car, timezone.localdate())["vin_reason"] == "as on the metal"


def test_no_statement_brings_a_car_with_a_doubtful_vin(car):
    copied = """INSERT INTO sales_stockcar (status, store_id, variant_id, vin, engine_no, location, certificate, use, arrived_on,
        status_at{}) SELECT 'AVAILABLE', store_id, variant_id, 'LSVAM4187C2184840', '', '', 'IN_HAND', 'NORMAL', current_date,
        now(){} FROM sales_stockcar"""
    assert misjudged({"stockcar_vin_vouched": [copied.format("", "")]}) == []
    assert verdict(copied.format(", vin_reason, vin_reason_at", ", 'as on the metal', now()")) == ""
