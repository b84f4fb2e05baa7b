"""Another car than ordered is kept by the customer's word alone, and everything says so."""

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from dms.models import Colour
from sales import pdfs
from sales.actions import allocation
from sales.models import StockCar
from tests.conftest import refuses
from tests.factories import ColourFactory, StockCarFactory, VariantFactory, advance_order, fresh
from tests.statements import misjudged, verdict

pytestmark = pytest.mark.django_db

WORD = {"reason": "黑色要等两个月", "agreed_how": "CALL"}


@pytest.fixture
def blue(variant) -> Colour:
    return ColourFactory.create(brand=variant.series.brand, code="BL", name="湖光蓝")


@pytest.fixture
def blue_car(variant, blue) -> StockCar:
    return StockCarFactory.create(variant=variant, colour=blue)


def word():
    return {**WORD, "agreed_at": timezone.now()}


def test_a_car_of_another_colour_needs_a_reason_and_the_customers_word(order, blue_car, cast):
    for lacking in ({}, {**word(), "reason": " "}, {**word(), "agreed_how": ""}, {**word(), "agreed_at": None}):
        with refuses("another_car", match="湖光蓝"):
            allocation.allocate_car(order, car=blue_car, by=cast.adviser, **lacking)
    with refuses("agreed_in_future"):
        later = timezone.now() + dt.timedelta(hours=1)
        allocation.allocate_car(order, car=blue_car, by=cast.adviser, **{**word(), "agreed_at": later})
    assert allocation.allocate_car(order, car=blue_car, by=cast.adviser, **word()).reason == WORD["reason"]


def test_a_car_of_another_variant_of_the_series_needs_them_too(order, variant, black, cast):
    car = StockCarFactory.create(variant=VariantFactory.create(series=variant.series, name="两驱"), colour=black)
    with refuses("another_car", match="两驱"):
        allocation.allocate_car(order, car=car, by=cast.adviser)
    allocation.allocate_car(order, car=car, by=cast.adviser, **word())
    assert fresh(car).status == "ALLOCATED"


def test_a_car_of_another_series_is_another_purchase(order, black, cast):
    car = StockCarFactory.create()
    with refuses("other_variant"):
        allocation.allocate_car(order, car=car, by=cast.adviser, **word())


def test_the_car_that_was_ordered_needs_no_word_and_keeps_none(order, car, cast):
    assert allocation.allocate_car(order, car=car, by=cast.adviser, **word()).reason == ""


def test_the_order_its_papers_and_the_api_say_that_it_is_another_car(order, blue_car, cast, signed_in):
    allocation.allocate_car(order, car=blue_car, by=cast.adviser, **word())
    client = signed_in(cast.adviser)
    page = client.get(reverse("sales:order", args=[order.pk])).text
    answer = client.get(f"/api/v1/sales/orders/{order.pk}/").json()
    sheet = client.post(reverse("sales:delivery_plan", args=[order.pk]), follow=True).text
    papers = (pdfs.order(fresh(order), cast.adviser), pdfs.delivery(fresh(order).delivery_sheet, cast.adviser))
    for text in (page, sheet, *(render_to_string(paper.template, dict(paper.context)) for paper in papers)):
        assert WORD["reason"] in text
        assert "湖光蓝" in text
        assert "电话" in text
    assert (answer["car"]["reason"], answer["car"]["vin"]) == (WORD["reason"], blue_car.vin)


def test_matching_cars_stand_first_and_others_apart(order, car, blue_car, variant, cast, signed_in):
    VariantFactory.create(series=variant.series)
    two_wheel = StockCarFactory.create(variant=VariantFactory.create(series=variant.series, name="两驱"))
    form = signed_in(cast.adviser).get(reverse("sales:order_allocate", args=[order.pk])).context["form"]
    assert [row.car for row in form.cars()] == [car]
    assert [row.car for row in form.others()] == [blue_car, two_wheel], "another colour before another variant"


def test_the_page_asks_for_the_word_and_keeps_what_was_typed(order, blue_car, cast, signed_in):
    client, address = signed_in(cast.adviser), reverse("sales:order_allocate", args=[order.pk])
    refused = client.post(address, {"car": blue_car.pk, "reason": "客户急用"})
    assert refused.status_code == 422
    assert "客户急用" in refused.text
    client.post(address, {"car": blue_car.pk, **WORD, "agreed_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}"})
    assert fresh(blue_car).status == "ALLOCATED"


KEEP = (
    "UPDATE sales_order SET status = 'ALLOCATED'; UPDATE sales_stockcar SET status = 'ALLOCATED';"
    "INSERT INTO sales_allocation (order_id, car_id, made_at, made_by_id, reason, agreed_how, agreed_at)"
    " SELECT o.id, c.id, now(), o.made_by_id, {word} FROM sales_order o, sales_stockcar c"
)


def test_the_database_keeps_no_other_car_without_word(order, blue_car):
    whole = KEEP.format(word="'等不了', 'CALL', now()")
    table = {
        "allocation_another_car_by_word": [KEEP.format(word="'', '', NULL")],
        "allocation_word_is_whole": [
            KEEP.format(word="'等不了', '', NULL"),
            KEEP.format(word="' ', 'CALL', now()"),
            KEEP.format(word="'等不了', 'CALL', NULL"),
            KEEP.format(word="'等不了', 'CALL', now() + interval '1 day'"),
        ],
    }
    assert misjudged(table) == []
    assert verdict(whole) == ""


def test_the_database_keeps_the_word_as_it_was_given(order, blue_car, cast):
    allocation.allocate_car(order, car=blue_car, by=cast.adviser, **word())
    changes = ("reason = '', agreed_how = '', agreed_at = NULL", "reason = 'x'", "agreed_how = 'MESSAGE'")
    assert misjudged({"allocation_frozen": [f"UPDATE sales_allocation SET {change}" for change in changes]}) == []


def test_the_database_changes_no_car_that_is_kept_into_another(order, car, blue, cast):
    advance_order(order, "ALLOCATED", car=car)
    other = VariantFactory.create(series=car.variant.series)
    changes = (f"colour_id = {blue.pk}", f"variant_id = {other.pk}")
    table = {"allocation_another_car_by_word": [f"UPDATE sales_stockcar SET {change}" for change in changes]}
    assert misjudged(table) == []


def test_a_car_is_taken_off_an_order_with_a_reason_and_may_be_kept_again(order, car, cast):
    allocation.allocate_car(order, car=car, by=cast.adviser)
    with refuses("no_reason"):
        allocation.release_car(order, reason=" ", by=cast.adviser)
    allocation.release_car(order, reason="客户想再看看", by=cast.adviser)
    assert allocation.allocate_car(order, car=car, by=cast.adviser).ended_at is None


def test_a_car_that_is_not_ready_after_all_says_why(order, car, cast):
    advance_order(order, "READY", car=car)
    with refuses("no_reason"):
        allocation.mark_not_ready(order, reason="", by=cast.warehouse)
    assert allocation.mark_not_ready(order, reason="左前门有划痕", by=cast.warehouse).status == "ALLOCATED"
