"""Registering, recognising, finding and merging customers."""

import re
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from crm.actions import customers as customer_actions
from crm.actions import recognition
from crm.actions.merging import merge_customers
from crm.models import ContactPerson, Customer, Phone
from dms.actions import people
from dms.models import Event, Rate, User
from dms.navigation import due_work
from tests.conftest import refuses
from tests.factories import CustomerFactory, VehicleFactory
from tests.races import DONE, at_once


@pytest.fixture
def guyu(db: None) -> Customer:
    return CustomerFactory.create(name="谷雨", phone="13800000001")


def test_name_and_phone_are_enough(cast, signed_in):
    page = signed_in(cast.adviser).post(reverse("crm:customer_new"), {"name": "谷雨", "phone": "+86 138-0000-0001"})
    customer = Customer.objects.get()
    assert page.url == reverse("crm:customer", args=[customer.pk])
    assert customer.phone == "13800000001"
    assert customer.name_key == "guyu gy"


def test_a_number_that_is_none_keeps_what_was_typed(cast, signed_in):
    page = signed_in(cast.adviser).post(reverse("crm:customer_new"), {"name": "谷雨", "phone": "12345"})
    assert page.status_code == 422
    assert "谷雨" in page.content.decode()
    assert not Customer.objects.exists()


def test_the_same_phone_and_name_is_the_same_customer(cast, store, guyu):
    again = customer_actions.register_customer(name=" 谷雨 ", phone="13800000001", store=store, by=cast.adviser)
    assert again.known
    assert again.customer == guyu
    assert Event.objects.filter(kind="customer.registered").count() == 1


def test_a_family_that_shares_a_phone_is_two_customers(cast, store, guyu):
    other = customer_actions.register_customer(name="清明", phone="13800000001", store=store, by=cast.adviser)
    assert not other.known
    assert other.customer != guyu


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_desks_that_register_one_guest_at_once_make_one_customer(cast, store):
    desk = partial(customer_actions.register_customer, name="谷雨", phone="13800000001", store=store, by=cast.adviser)
    assert at_once(*[desk] * 6) == [DONE] * 6
    assert Customer.objects.count() == 1
    assert Phone.objects.count() == 1


def test_staff_of_another_store_do_not_see_the_customer(guyu, elsewhere, signed_in):
    assert signed_in(elsewhere.adviser).get(reverse("crm:customer", args=[guyu.pk])).status_code == 404
    assert not Customer.objects.visible_to(elsewhere.adviser).exists()


def test_an_exact_phone_finds_a_guest_of_another_store_and_is_logged(guyu, elsewhere, other_store, signed_in):
    with refuses("not_found_exactly"):
        recognition.look_up("0001", store=other_store, by=elsewhere.adviser)
    assert recognition.look_up("138-0000-0001", store=other_store, by=elsewhere.adviser, join=True) == guyu
    assert Customer.objects.visible_to(elsewhere.adviser).get() == guyu
    assert Event.objects.filter(kind="customer.looked_up", by=elsewhere.adviser).count() == 1


def test_a_look_up_asks_whether_it_is_them_before_the_file_is_known_here(guyu, elsewhere, signed_in, store):
    client, address = signed_in(elsewhere.adviser), reverse("crm:customer_look_up")
    asked = client.post(address, {"text": "13800000001"})
    assert asked.status_code == 422
    page = asked.content.decode()
    assert f"{guyu.name[0]}**" in page
    assert guyu.name not in page
    assert store.name in page
    assert re.search(r'<input(?=[^>]*type="checkbox")[^>]*name="join"', page)
    assert not Customer.objects.visible_to(elsewhere.adviser).exists()
    assert not Event.objects.filter(kind="customer.looked_up").exists()
    client.post(address, {"text": "13800000001", "join": "on"})
    assert Customer.objects.visible_to(elsewhere.adviser).get() == guyu
    assert Event.objects.filter(kind="customer.looked_up", by=elsewhere.adviser).count() == 1


def test_a_refused_look_up_goes_back_to_the_page_with_a_sentence(elsewhere, signed_in):
    page = signed_in(elsewhere.adviser).post(
        reverse("crm:customer_look_up"),
        {"text": "0001"},
        headers={"referer": "http://testserver/crm/customers/new/"},
        follow=True,
    )
    assert page.status_code == 200
    assert "0001" in page.content.decode()


def test_revealing_a_number_is_logged(guyu, cast, signed_in):
    phone = guyu.phones.get()
    listed = signed_in(cast.adviser).get(reverse("crm:customers")).content.decode()
    assert "138****0001" in listed
    assert "13800000001" not in listed
    shown = signed_in(cast.adviser).post(reverse("crm:phone_reveal", args=[phone.pk])).content.decode()
    assert "13800000001" in shown
    assert Event.objects.get(kind="customer.phone_revealed").by == cast.adviser


def test_the_last_number_stays(guyu, cast):
    with refuses("last_phone"):
        customer_actions.remove_phone(guyu.phones.get(), by=cast.adviser)


def test_one_number_is_called_first(guyu, cast):
    new = customer_actions.add_phone(guyu, number="13900000002", by=cast.adviser, primary=True)
    assert list(guyu.phones.filter(is_primary=True)) == [new]
    with pytest.raises(IntegrityError), transaction.atomic():
        Phone.objects.filter(customer=guyu).update(is_primary=True)


def test_two_files_of_one_person_become_one(guyu, cast, store, other_store):
    double = CustomerFactory.create(name="谷先生", phone="13900000002", store=other_store)
    car = VehicleFactory.create(owner=double, store=other_store)
    merged = merge_customers(double, into=guyu, reason="同一人", by=cast.adviser)
    assert set(merged.phones.values_list("number", flat=True)) == {"13800000001", "13900000002"}
    assert car.ownerships.get().customer == guyu
    assert set(merged.stores.all()) == {store, other_store}
    assert list(Customer.objects.visible_to(cast.adviser)) == [guyu]
    with refuses("cannot_merge"):
        merge_customers(double, into=guyu, reason="同一人", by=cast.adviser)


@pytest.mark.parametrize("text", ["谷", "谷雨", "guyu", "gy", "0001", "13800000001"])
def test_the_list_finds_a_customer_as_staff_type(guyu, cast, signed_in, text):
    page = signed_in(cast.adviser).get(reverse("crm:customers"), {"q": text})
    assert "谷雨" in page.content.decode()
    assert "谷雨" not in signed_in(cast.adviser).get(reverse("crm:customers"), {"q": "zz"}).content.decode()


@pytest.mark.parametrize("number", ["", "138 0000", "abc", "138-0000-0001"])
def test_the_database_refuses_a_number_that_is_not_normal(guyu, number):
    with pytest.raises(IntegrityError, match="phone_is_normal"), transaction.atomic():
        Phone.objects.filter(customer=guyu).update(number=number)


def test_the_timeline_tells_what_happened(guyu, cast, signed_in):
    customer_actions.add_phone(guyu, number="13900000002", by=cast.adviser)
    page = signed_in(cast.adviser).get(reverse("crm:customer", args=[guyu.pk])).content.decode()
    assert page.index("…0002") > 0


def test_a_row_of_the_list_names_number_cars_and_stores(cast, store, guyu, signed_in):
    VehicleFactory.create(owner=guyu, plate="川A·D1234")
    page = signed_in(cast.adviser).get(reverse("crm:customers")).content.decode()
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "138****0001" in row
    assert reverse("crm:phone_reveal", args=[guyu.phones.get().pk]) in row
    assert "川A·D1234" in row
    assert str(store) in row


@pytest.mark.parametrize("text", ["0001", "13800000001", "+86 138-0000 0001", "谷", "gy", "三只"])
def test_part_of_a_number_a_name_or_a_company_finds_the_customer(cast, guyu, text):
    customer_actions.change_customer(guyu, by=cast.adviser, company="三只松鼠 0001 号")
    CustomerFactory.create(name="清明", phone="13911112222")
    assert list(Customer.objects.matching(text)) == [guyu]


def test_a_customer_is_registered_and_found_by_api(cast, store, elsewhere):
    client = APIClient(headers={"authorization": f"Token {people.create_token(cast.adviser, by=cast.adviser)[1]}"})
    made = client.post("/api/v1/crm/customers/", {"name": "谷雨", "phone": "138 0000 0001", "store": store.code})
    assert made.status_code == 201
    guyu = Customer.objects.get()
    VehicleFactory.create(owner=guyu, plate="川A·D1234")
    facts = client.get(f"/api/v1/crm/customers/{guyu.pk}/").json()
    assert (facts["name"], facts["phone"], facts["stores"]) == ("谷雨", "138****0001", [store.code])
    assert [car["plate"] for car in facts["cars"]] == ["川AD1234"]
    assert [row["id"] for row in client.get("/api/v1/crm/customers/?q=0001").json()["results"]] == [guyu.pk]
    stranger = APIClient(
        headers={"authorization": f"Token {people.create_token(elsewhere.adviser, by=elsewhere.adviser)[1]}"}
    )
    assert stranger.get(f"/api/v1/crm/customers/{guyu.pk}/").status_code == 404
    assert client.post("/api/v1/crm/customers/", {"name": "谷雨", "phone": "1", "store": store.code}).status_code == 409


def test_a_person_round_the_customer_is_noted_by_page_and_api(guyu, cast, signed_in):
    client = signed_in(cast.adviser)
    client.post(reverse("crm:person_new", args=[guyu.pk]), {"role": "FAMILY", "name": "清明"})
    response = client.post(
        f"/api/v1/crm/customers/{guyu.pk}/add_person/",
        {"role": "DRIVER", "name": "小满", "phone": "13900000009"},
        content_type="application/json",
    )
    assert (response.status_code, response.json()["name"]) == (201, "小满")
    assert set(guyu.people.values_list("role", "name")) == {("FAMILY", "清明"), ("DRIVER", "小满")}
    assert Event.objects.filter(kind="customer.person_added", by=cast.adviser).count() == 2


def test_a_person_without_a_name_is_nobody(guyu, cast):
    with refuses("person_unnamed"):
        customer_actions.add_person(guyu, name=" ", by=cast.adviser)
    assert not ContactPerson.objects.exists()


def test_the_heads_of_the_list_sort(guyu, cast, signed_in):
    other = CustomerFactory.create(name="安夏", phone="13800000009")
    browser = signed_in(cast.adviser)
    for order, first in {"name": other, "-name": guyu, "since": guyu, "-since": other}.items():
        assert list(browser.get(reverse("crm:customers"), {"ordering": order}).context["page_obj"])[0] == first


def test_a_call_that_came_in_is_not_noted_without_its_result(guyu, cast, signed_in):
    form = {"direction": "IN", "channel": "CALL", "said": "问首保"}
    page = signed_in(cast.adviser).post(reverse("crm:contact_new", args=[guyu.pk]), form)
    assert page.status_code == 422
    assert "问首保" in page.text
    assert not guyu.contacts.exists()


@pytest.mark.django_db
def test_the_acts_of_a_customer_have_their_keys(signed_in, cast):
    page = signed_in(cast.service_adviser).get(reverse("crm:customer", args=[CustomerFactory.create().pk]))
    assert 'data-key="e"' in page.content.decode()


# --- nobody harvests ------------------------------------------------------------------------------------------------------
PARTS = [
    "1",
    "138",
    "1380",
    "13800",
    "138000",
    "1380000",
    "380000000",
    "00001",
    "000001",
    "0000001",
    "00000001",
    "000000001",
]


@pytest.mark.parametrize("text", PARTS)
def test_a_masked_number_is_not_completed_digit_by_digit(cast, guyu, signed_in, text):
    """The last four digits stand on every page, so that no longer part may find; the other searches ask the same query."""
    other = CustomerFactory.create(name="清明", phone="13938001380")
    assert set(Customer.objects.matching(text)) == ({other} if text == "1380" else set())
    page = signed_in(cast.adviser).get(reverse("dms:search"), {"q": text}).content.decode()
    assert "谷雨" not in page


@pytest.mark.parametrize(
    ("text", "finds"), [("7", 0), ("77", 0), ("0077", 1), ("00077", 0), ("13800000077", 1), ("1380", 0)]
)
def test_the_number_of_a_colleague_is_not_completed_either(cast, text, finds):
    cast.hire("technician", username="shan", display_name="山药", phone="13800000077")
    assert User.objects.get_queryset().matching(text).count() == finds


def test_so_many_guests_of_other_stores_are_brought_in_an_hour(elsewhere, other_store, store):
    Rate.objects.filter(kind=Rate.Kind.LOOK_UPS).update(value=3)
    CustomerFactory.create_batch(5)
    numbers = list(Phone.objects.values_list("number", flat=True))
    ask = partial(recognition.look_up, store=other_store, by=elsewhere.adviser, join=True)
    for number in numbers[:3]:
        ask(number)
    ask(numbers[0])  # one of ours by now
    assert Event.objects.filter(kind="customer.look_ups_at_limit", by=elsewhere.adviser).count() == 1
    with refuses("look_up_limit"):
        ask(numbers[3])
    assert Customer.objects.visible_to(elsewhere.adviser).count() == 3
    recognition.look_up(numbers[3], store=other_store, by=elsewhere.sales_manager, join=True)
    due = due_work.due(elsewhere.sales_manager, other_store, timezone.now())
    assert str(elsewhere.adviser) in [item.title for item in due]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        ask(numbers[4])


def test_the_question_who_it_is_counts_as_the_guest_does_who_is_brought_in(elsewhere, other_store, store, signed_in):
    """Guesses learn of so many guests and no more: nor whether there is such a guest at all."""
    Rate.objects.filter(kind=Rate.Kind.LOOK_UPS).update(value=2)
    CustomerFactory.create_batch(3)
    numbers = list(Phone.objects.values_list("number", flat=True))
    client = signed_in(elsewhere.adviser)
    cards = {"name": "谷雨", "level": "A"}

    def by_page(number: str) -> str:
        return client.post(reverse("crm:customer_look_up"), {"text": number}, headers={"hx-request": "true"}).text

    def by_api(number: str) -> str:
        body = {"text": number, "store": other_store.code}
        return client.post("/api/v1/crm/customers/look_up/", body, content_type="application/json").json()["code"]

    assert [by_api(numbers[0]) for _again in range(3)] == ["join_first"] * 3, "the same guest is one"
    assert store.name in by_page(numbers[1])
    assert Event.objects.filter(kind="customer.look_ups_at_limit", by=elsewhere.adviser).count() == 1
    assert Event.objects.filter(kind="customer.asked_about", by=elsewhere.adviser).count() == 4
    assert store.name not in by_page(numbers[2])
    assert by_api(numbers[2]) == by_api("13911110000") == "look_up_limit"
    name = Phone.objects.get(number=numbers[2]).customer.name
    page = client.post(reverse("sales:lead_new"), {**cards, "name": name, "phone": numbers[2]})
    assert (page.status_code, store.name in page.text) == (422, False)
    recognition.look_up(numbers[0], store=other_store, by=elsewhere.adviser, join=True)
    assert Customer.objects.visible_to(elsewhere.adviser).count() == 1, "who was asked for may be brought in"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_windows_bring_in_no_more_guests_than_one(elsewhere, other_store, store):
    Rate.objects.create(kind=Rate.Kind.LOOK_UPS, value=2, valid_from="2020-01-01")
    CustomerFactory.create_batch(6)
    numbers = list(Phone.objects.values_list("number", flat=True))
    ask = partial(recognition.look_up, store=other_store, by=elsewhere.adviser, join=True)
    at_once(*[partial(ask, number) for number in numbers])
    assert Customer.objects.visible_to(elsewhere.adviser).count() == 2
