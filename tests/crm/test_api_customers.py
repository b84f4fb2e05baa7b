"""Customers over the API: what their page can change, programs can change."""

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from crm.actions.billing import Line, open_invoice, take_payment
from crm.models import Customer
from dms.actions import people
from dms.models import Event
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
LINE = Line("FEE", "检测费", Decimal(100))
CUSTOMERS, PHONES = "/api/v1/crm/customers/", "/api/v1/crm/phones/"


def client_of(user) -> APIClient:
    key = people.create_token(user, by=user)[1]
    return APIClient(headers={"authorization": f"Token {key}"})


@pytest.fixture
def client(cast):
    return client_of(cast.sales_manager)


@pytest.fixture
def customer(cast) -> Customer:
    return CustomerFactory.create(name="半夏", phone="13900001111")


def test_a_customer_is_completed(client, customer):
    answer = client.patch(f"{CUSTOMERS}{customer.pk}/", {"hobbies": "钓鱼", "needs": ["SUV"], "birthday": "1988-02-29"})
    assert (answer.status_code, answer.json()["hobbies"], answer.json()["needs"]) == (200, "钓鱼", ["SUV"])
    changed = Event.objects.get(kind="customer.changed")
    assert sorted(changed.data["fields"]) == ["birthday", "hobbies", "needs"]


def test_a_name_is_not_taken_away(client, customer):
    assert client.patch(f"{CUSTOMERS}{customer.pk}/", {"name": ""}).status_code == 400


def test_a_second_number_becomes_the_one_to_call(client, customer):
    added = client.post(f"{CUSTOMERS}{customer.pk}/add_phone/", {"number": "138 0000 2222"}).json()
    assert [phone["number"] for phone in added["phones"]] == ["139****1111", "138****2222"]
    second = added["phones"][1]["id"]
    assert client.post(f"{PHONES}{second}/prefer/").json()["is_primary"] is True
    assert client.get(f"{CUSTOMERS}{customer.pk}/").json()["phone"] == "138****2222"


def test_a_number_is_forgotten_but_not_the_last(client, customer):
    url = f"{CUSTOMERS}{customer.pk}/"
    first, second = client.post(f"{url}add_phone/", {"number": "13800002222"}).json()["phones"]
    assert client.delete(f"{PHONES}{second['id']}/").status_code == 204
    last = client.delete(f"{PHONES}{first['id']}/")
    assert (last.status_code, last.json()["code"]) == (409, "last_phone")


def test_a_whole_number_is_logged(client, customer):
    phone = customer.phones.get()
    assert client.post(f"{PHONES}{phone.pk}/reveal/").json() == {"number": "13900001111"}
    assert Event.objects.filter(kind="customer.phone_revealed").count() == 1


def test_a_number_of_another_store_is_not_there(customer, elsewhere):
    stranger = client_of(elsewhere.sales_manager)
    assert stranger.post(f"{PHONES}{customer.phones.get().pk}/reveal/").status_code == 404


def test_a_guest_of_another_store_is_looked_up_by_the_whole_number(customer, elsewhere):
    colleague = client_of(elsewhere.sales_manager)
    assert colleague.get(f"{CUSTOMERS}{customer.pk}/").status_code == 404
    response = colleague.post(f"{CUSTOMERS}look_up/", {"text": "13900001111", "store": "GX01", "join": True})
    assert (response.status_code, response.json()["id"]) == (200, customer.pk)
    nobody = colleague.post(f"{CUSTOMERS}look_up/", {"text": "13900009999", "store": "GX01"})
    assert (nobody.status_code, nobody.json()["code"]) == (409, "not_found_exactly")


def test_payments_are_listed_by_method_and_account(customer, store, cast):
    cashier = cast.hire("cashier")
    invoices = [
        open_invoice(customer=customer, store=store, subject="检测", lines=[LINE], by=cashier) for _ in range(2)
    ]
    for invoice, method in zip(invoices, ["CASH", "CARD"], strict=True):
        take_payment(invoice, amount=LINE.amount, method=method, by=cashier)
    client = client_of(cashier)
    assert client.get("/api/v1/crm/payments/?method=CASH&method=CARD").json()["count"] == 2
    [payment] = client.get(f"/api/v1/crm/payments/?invoice={invoices[0].pk}").json()["results"]
    assert (payment["method"], payment["invoice"]) == ("CASH", invoices[0].pk)
