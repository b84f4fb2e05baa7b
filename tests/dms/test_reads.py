"""Queries put together once: the rows are those of the queryset, whoever asks, and only values differ."""

import pytest
from django.db import connection, connections
from django.db.models import BigIntegerField, DateField
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.serializers import ModelSerializer

from crm import listed
from crm.models import Customer
from dms.core.reads import KEYS, Among, Bound, Read, ReadRows, ReadVisible
from dms.models import Event, Job
from sales.models import Order
from tests.factories import CustomerFactory, OrderFactory, VehicleFactory

pytestmark = pytest.mark.django_db


def test_values_are_bound_anew_each_time(cast):
    first, second = CustomerFactory.create(), CustomerFactory.create()
    by_key = Read(lambda: Customer.objects.filter(pk=Bound("key", BigIntegerField())))
    assert by_key.fetch(key=first.pk) == [first]
    assert by_key.fetch(key=second.pk) == [second]
    assert by_key.fetch(key=0) == []


def test_the_sql_is_put_together_once():
    made = []

    def rows():
        made.append(1)
        return Event.objects.filter(at__date__gte=Bound("since", DateField()))

    read = Read(rows)
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            read.fetch(since="2026-01-01")
        assert len(captured) == 1
    assert made == [1]


def test_rows_come_in_the_order_of_their_keys_with_all_that_belongs_to_them(store):
    vehicle = VehicleFactory.create()
    owner, other = vehicle.ownerships.get().customer, CustomerFactory.create()
    read = ReadRows(lambda: listed.with_facts(Customer.objects.all()))
    rows = read.by_keys([other.pk, 0, owner.pk])
    assert rows == [other, owner]
    listed.tell(rows)
    assert [car.pk for car in listed.facts_of(rows[1]).cars] == [vehicle.pk]


def test_related_rows_and_prefetched_ones_are_there_without_another_question(cast):
    order = OrderFactory.create()
    read = ReadRows(lambda: Order.objects.select_related("customer").prefetch_related("quote__lines"))
    read.by_keys([order.pk])
    (row,) = read.by_keys([order.pk])
    with CaptureQueriesContext(connection) as captured:
        assert row.customer.pk == order.customer_id
        assert list(row.quote.lines.all())
    assert len(captured) == 0


def test_whose_rows_they_are_is_a_value(cast, elsewhere):
    mine = CustomerFactory.create()
    read = ReadVisible(Customer.objects.visible_to)
    for _ in range(2):
        assert read.get(cast.adviser, mine.pk) == mine
        assert read.get(elsewhere.adviser, mine.pk) is None
        assert read.get(cast.admin, mine.pk) == mine


def test_an_array_may_stand_on_the_right_of_in():
    customer = CustomerFactory.create()
    read = Read(lambda: Customer.objects.filter(pk__in=Among("some", KEYS)))
    assert read.fetch(some=[customer.pk, 0]) == [customer]
    assert read.fetch(some=[]) == []


def test_a_query_that_asks_for_rights_cannot_be_kept(cast):
    """Whoever configures sees every job: the rows are no matter of stores alone."""
    with pytest.raises(TypeError):
        ReadVisible(Job.objects.visible_to).get(cast.admin, 1)


def test_what_never_has_rows_asks_nothing():
    read = Read(Customer.objects.none)
    with CaptureQueriesContext(connection) as captured:
        assert read.fetch() == []
    assert len(captured) == 0


def test_another_stores_customer_is_not_found_by_the_api(signed_in, cast, elsewhere):
    customer = CustomerFactory.create()
    address = reverse("api:crm:customers-detail", args=[customer.pk])
    assert signed_in(cast.adviser).get(address).status_code == 200
    assert signed_in(elsewhere.adviser).get(address).status_code == 404


def test_a_kept_query_is_asked_over_the_connection_that_the_thread_has_now():
    read = Read(Customer.objects.all)
    read.fetch()
    usual = connections["default"]
    other = connections["default"] = usual.copy()
    try:
        with CaptureQueriesContext(other) as captured:
            read.fetch()
    finally:
        connections["default"] = usual
        other.close()
    assert len(captured) == 1


@pytest.mark.parametrize("name", ["customers", "invoices", "vehicles"])
def test_a_row_is_shown_without_building_the_fields_of_its_serializer(name, signed_in, cast, monkeypatch):
    """They are gone through once for each class: building them anew costs more than all the rest of the answer."""
    order = OrderFactory.create()
    vehicle = VehicleFactory.create()
    keys = {"customers": order.customer_id, "invoices": order.invoice_id, "vehicles": vehicle.pk}
    client = signed_in(cast.admin)
    address = reverse(f"api:crm:{name}-detail", args=[keys[name]])
    assert client.get(address).status_code == 200

    def build(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(ModelSerializer, "get_fields", build)
    assert client.get(address).status_code == 200
