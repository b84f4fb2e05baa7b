"""Whole numbers: each is logged, so many people an hour, and the manager hears of it. By page, by API and on paper."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from crm.actions import customers
from dms.actions import people
from dms.models import Event, Rate
from dms.navigation import due_work
from tests.conftest import refuses
from tests.factories import CustomerFactory, OrderFactory, WorkOrderFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db
REVEALED = "customer.phone_revealed"


@pytest.fixture
def limit(db):
    """Three people an hour."""
    Rate.objects.filter(kind=Rate.Kind.REVEALS).update(value=3)
    return 3


def phone():
    return CustomerFactory.create().phones.get()


def test_every_installation_begins_with_a_limit():
    assert Rate.objects.get(kind=Rate.Kind.REVEALS).value == 30


def test_the_fourth_person_within_the_hour_is_refused_and_the_same_again_is_not(cast, limit):
    seen = [phone() for _number in range(limit)]
    for one in [*seen, *seen]:
        customers.reveal_phone(one, by=cast.adviser)
    with refuses("reveal_limit"):
        customers.reveal_phone(phone(), by=cast.adviser)
    customers.reveal_phone(phone(), by=cast.second_adviser)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        customers.reveal_phone(phone(), by=cast.adviser)


def test_numbers_of_colleagues_count_too(cast, limit):
    for colleague in (cast.second_adviser, cast.sales_manager, cast.cashier):
        people.reveal_phone(colleague, by=cast.adviser)
    with refuses("reveal_limit"):
        customers.reveal_phone(phone(), by=cast.adviser)


def test_a_store_has_a_limit_of_its_own(cast, limit, store):
    Rate.objects.create(kind=Rate.Kind.REVEALS, store=store, value=1, valid_from="2020-01-01")
    customers.reveal_phone(phone(), by=cast.adviser)
    with refuses("reveal_limit"):
        customers.reveal_phone(phone(), by=cast.adviser)


def test_the_manager_hears_of_it_once_and_sees_whose(cast, limit, store, client):
    for _number in range(limit):
        customers.reveal_phone(phone(), by=cast.adviser)
    with refuses("reveal_limit"):
        customers.reveal_phone(phone(), by=cast.adviser)
    assert Event.objects.filter(kind="user.reveals_at_limit", by=cast.adviser).count() == 1
    work = due_work.due(cast.sales_manager, store, timezone.now())
    alarm = next(item for item in work if "白芷" in item.title)
    client.force_login(cast.sales_manager)
    assert client.get(alarm.url).status_code == 200
    assert not [item for item in due_work.due(cast.cashier, store, timezone.now()) if "白芷" in item.title]


def test_page_and_api_refuse_alike(cast, limit, client):
    for _number in range(limit):
        customers.reveal_phone(phone(), by=cast.adviser)
    one = phone()
    client.force_login(cast.adviser)
    page = client.post(reverse("crm:phone_reveal", args=[one.pk]), headers={"HX-Request": "true"})
    assert page.status_code == 409
    assert one.number not in page.content.decode()
    key = people.create_token(cast.adviser, by=cast.adviser)[1]
    api = APIClient(headers={"authorization": f"Token {key}"}).post(f"/api/v1/crm/phones/{one.pk}/reveal/")
    assert (api.status_code, api.json()["code"]) == (409, "reveal_limit")


def test_a_whole_number_on_paper_is_a_number_shown(cast, limit, client):
    order = OrderFactory.create()
    client.force_login(cast.adviser)
    lead = reverse("sales:lead_pdf", args=[order.lead.pk])
    client.get(lead)
    assert not Event.objects.filter(kind=REVEALED).exists(), "masked, it is none"
    client.get(f"{lead}?whole=1")
    event = Event.objects.get(kind=REVEALED)
    assert (event.by, event.data) == (cast.adviser, {"paper": order.lead.number})
    for _number in range(limit - 1):
        customers.reveal_phone(phone(), by=cast.adviser)
    other = OrderFactory.create()
    refused = client.get(reverse("sales:lead_pdf", args=[other.lead.pk]) + "?whole=1")
    assert refused.status_code == 409
    contract = client.get(reverse("sales:order_pdf", args=[other.pk]))
    assert contract.status_code == 200, "a contract is printed all the same, without the number"
    assert Event.objects.filter(kind=REVEALED).count() == limit


def test_who_may_not_see_numbers_prints_none(cast, client):
    order = OrderFactory.create()
    client.force_login(cast.cashier)
    assert client.get(reverse("sales:order_pdf", args=[order.pk]) + "?whole=1").status_code == 403
    assert not Event.objects.filter(kind=REVEALED).exists()


def test_the_service_adviser_has_the_number_where_consent_is_asked(cast, client):
    order = WorkOrderFactory.create(stage="estimated")
    client.force_login(cast.service_adviser)
    for name in ("work_order", "work_order_sign"):
        page = client.get(reverse(f"aftersales:{name}", args=[order.pk])).content.decode()
        assert reverse("crm:phone_reveal", args=[order.customer.phones.get().pk]) in page


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_windows_do_not_pass_the_limit_together(cast):
    Rate.objects.filter(kind=Rate.Kind.REVEALS).update(value=1)
    one, other = phone(), phone()
    ends = at_once(
        lambda: customers.reveal_phone(one, by=cast.adviser), lambda: customers.reveal_phone(other, by=cast.adviser)
    )
    assert ends == ["done", "reveal_limit"]
