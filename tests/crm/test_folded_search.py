"""What is typed into a search finds the row, however it is written there."""

import pytest
from django.db import connection
from django.urls import reverse

from crm.models import Customer, Vehicle
from dms.navigation import search
from parts.models import Part
from tests.factories import (
    CustomerFactory,
    OwnerCardFactory,
    PartFactory,
    PaymentFactory,
    VehicleFactory,
    WorkOrderFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["li lei", "LI LEI", "lilei", "lei", "ll", "li"])
def test_a_latin_name_is_found_in_any_case(cast, text):
    CustomerFactory.create(name="Li Lei")
    assert "Li Lei" in [hit.label for hit in search.find(text, cast.sales_manager)]


@pytest.mark.parametrize("text", ["A8Q7T1", "a8q7t1", "川A·8Q7T1", "川a 8q7 t1", "8Q7TI", "8Q7", "Q7T1"])
def test_a_plate_is_found_without_its_province_dot_or_case(cast, text):
    car = VehicleFactory.create(plate="川A8Q7T1")
    assert list(Vehicle.objects.matching(text)) == [car]
    assert reverse("crm:vehicle", args=[car.pk]) in [hit.url for hit in search.find(text, cast.sales_manager)]


@pytest.mark.parametrize("text", ["10500-B1N-00", "1o5oo bin oo", "10500B1N00", "105OO", "B1N-0"])
def test_a_part_is_found_without_dash_and_blank_and_with_o_for_0(cast, text):
    part = PartFactory.create(number="10500-B1N-00", name="盖板")
    assert list(Part.objects.matching(text)) == [part]
    assert part.number in [hit.label for hit in search.find(text, cast.parts_manager)]


@pytest.mark.parametrize("text", ["gaiban", "gb", "Gai Ban", "盖板"])
def test_a_part_is_found_as_its_name_is_read(text):
    part = PartFactory.create(number="10500-B1N-00", name="盖板")
    PartFactory.create(name="机油滤清器")
    assert list(Part.objects.matching(text)) == [part]
    assert not Part.objects.matching("geban")


def test_a_code_follows_its_number_whoever_saves_it():
    part, car = PartFactory.create(number="AB-1"), VehicleFactory.create(plate="川AD1234")
    part.number, car.plate = "AB-2", "川AD1235"
    part.save(update_fields=["number"])
    car.save(update_fields=["plate"])
    part.refresh_from_db()
    car.refresh_from_db()
    assert (part.number_code, car.plate_code) == ("AB2", "川AD1235")


def test_the_board_finds_a_car_in_the_shop_without_its_province(cast):
    order = WorkOrderFactory.create(vehicle=VehicleFactory.create(plate="川A8Q7T1"))
    assert order.number in [hit.label for hit in search.find("a8q7t1", cast.service_adviser)]


@pytest.mark.parametrize("text", ["賈雨村", "贾 雨村", "贾雨村先生", "jyc"])
def test_lists_of_documents_find_the_customer_as_the_customers_do(cast, signed_in, text):
    customer = CustomerFactory.create(name="贾雨村")
    card = OwnerCardFactory.create(customer=customer)
    other = OwnerCardFactory.create()
    payment = PaymentFactory.create(invoice__customer=customer)
    pages = {
        "sales:owner_cards": (cast.sales_manager, card.number),
        "crm:invoices": (cast.cashier, payment.invoice.number),
    }
    for name, (who, number) in pages.items():
        shown = signed_in(who).get(reverse(name), {"q": text}).content.decode()
        assert number in shown, name
        assert other.number not in shown


def test_the_list_shows_possible_duplicates(cast, signed_in):
    pair = [CustomerFactory.create(name="阿卜杜拉·买买提"), CustomerFactory.create(name="阿卜杜拉 买买提")]
    family = [CustomerFactory.create(name=name, phone="13800000021") for name in ("夏至", "谷雨")]
    alone = CustomerFactory.create(name="立春")
    assert set(Customer.objects.doubled()) == {*pair, *family}
    page = signed_in(cast.sales_manager).get(reverse("crm:customers"), {"doubled": "true"}).content.decode()
    assert "买买提" in page
    assert "立春" not in page
    url = "/api/v1/crm/customers/?doubled=false"
    assert [row["id"] for row in signed_in(cast.sales_manager).get(url).json()["results"]] == [alone.pk]
    assert list(Customer.objects.like(pair[0])) == [pair[1]]


@pytest.mark.parametrize("text", ["谷雨村", "guyucun", "13800000021"])
def test_the_search_is_answered_by_an_index(text):
    """With the table's rows out of reach of a quick scan, every way to a customer has an index."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Customer.objects.matching(text).order_by().explain()
    assert "Seq Scan on crm_customer" not in plan, plan
    assert "Seq Scan on crm_phone" not in plan, plan


@pytest.mark.parametrize(("rows", "table"), [(Vehicle.objects, "crm_vehicle"), (Part.objects, "parts_part")])
def test_codes_are_answered_by_an_index(rows, table):
    column = {"crm_vehicle": "plate_code", "parts_part": "number_code"}[table]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert f"Seq Scan on {table}" not in rows.filter(**{f"{column}__contains": "A8Q7T"}).order_by().explain()
