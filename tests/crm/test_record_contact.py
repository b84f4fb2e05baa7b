"""A contact keeps a promise, moves it, counts an attempt, or stands alone."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from crm.actions import care
from crm.actions.care import Said
from crm.actions.merging import merge_customers
from crm.models import Contact, FollowUp
from dms.models import Event
from tests.clock import at
from tests.conftest import refuses
from tests.factories import CustomerFactory


@pytest.fixture
def call(delivered):
    with time_machine.travel(at("2026-11-24 10:00"), tick=False):
        yield delivered["service_call"]


def test_a_call_with_its_result_ends_the_follow_up(call, cast):
    contact = care.record_contact(call, by=cast.callback, said=Said("DONE", "一切都好"))
    call.refresh_from_db()
    assert (call.status, call.attempts, call.ended_why) == ("DONE", 1, "REACHED")
    assert contact.follow_up == call
    assert Event.objects.filter(kind="contact.made").count() == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said(""), "no_result"),
        (Said("LATER"), "no_next_time"),
        (Said("INTERESTED"), "no_next_time"),
        (Said("LATER", next_at=at("2026-11-01 10:00")), "next_in_past"),
        (Said("REFUSED"), "nothing_said"),
    ],
)
def test_a_call_without_outcome_does_not_count(call, cast, said, code):
    with refuses(code):
        care.record_contact(call, by=cast.callback, said=said)
    assert not Contact.objects.exists()


def test_call_again_moves_it_to_the_time_agreed(call, cast):
    care.record_contact(call, by=cast.callback, said=Said("LATER", next_at=at("2026-11-25 15:00")))
    call.refresh_from_db()
    assert (call.status, call.due_from) == ("PENDING", at("2026-11-25 15:00"))


def test_three_unanswered_calls_are_not_reached(call, cast):
    for attempt in range(1, 4):
        care.record_contact(call, by=cast.callback, said=Said("NO_ANSWER"))
        call.refresh_from_db()
        assert call.attempts == attempt
    assert call.status == "UNREACHABLE"
    with refuses("follow_up_ended"):
        care.record_contact(call, by=cast.callback, said=Said("DONE"))


def test_a_dead_number_ends_it_at_once(call, cast):
    care.record_contact(call, by=cast.callback, said=Said("NO_SUCH_NUMBER"))
    call.refresh_from_db()
    assert call.status == "UNREACHABLE"


def test_a_car_sold_on_ends_all_promises(call, cast, owner):
    care.record_contact(call, by=cast.callback, said=Said("SOLD"))
    owner.vehicle.refresh_from_db()
    assert owner.vehicle.gone
    assert not FollowUp.objects.filter(status="PENDING").exists()


def test_the_quality_call_is_at_the_time_named_and_a_second_one_follows(owner, store, cast):
    cast.assemble("cs_manager")
    settled, named = at("2026-11-18 16:00"), at("2026-11-20 10:45")
    [first] = care.start_cadence(
        "SETTLEMENT",
        customer=owner.customer,
        vehicle=owner.vehicle,
        store=store,
        anchor=settled,
        by=None,
        named_time=named,
    )
    assert first.due_from == named
    assert first.due_until <= settled + timedelta(days=3)
    with time_machine.travel(named, tick=False):
        care.record_contact(first, by=cast.callback, said=Said("DONE"))
    second = FollowUp.objects.get(cadence__code="quality_again")
    assert timedelta(days=8) <= second.due_from - named
    assert second.due_until - named <= timedelta(days=16), "fourteen days, and the weekend after them"


def test_a_contact_outside_a_follow_up_is_kept_too(owner, cast, store):
    with refuses("no_store_chosen"):
        care.record_contact(owner.customer, by=cast.callback, said=Said("DONE"))
    care.record_contact(owner.customer, by=cast.callback, said=Said("DONE", "问地址"), store=store, direction="IN")
    assert Contact.objects.get().follow_up is None


def test_promises_go_with_a_merged_customer(delivered, owner, cast):
    into = CustomerFactory.create(name="谷女士", phone="13800138000")
    merge_customers(owner.customer, into=into, reason="同一人", by=cast.adviser)
    assert set(FollowUp.objects.values_list("customer", flat=True)) == {into.pk}


@pytest.mark.parametrize(
    ("change", "rule"),
    [("result = 'FINE'", "contact_has_result"), ("result = 'LATER'", "contact_again_has_when")],
)
def test_the_database_refuses_a_contact_that_cannot_be(call, cast, change, rule):
    care.record_contact(call, by=cast.callback, said=Said("DONE"))
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_contact SET {change}")


def test_a_contact_is_about_the_customers_car_by_page_and_api(owner, cast, store, signed_in):
    client = signed_in(cast.callback)
    client.post(
        reverse("crm:contact_new", args=[owner.customer.pk]), {"result": "DONE", "channel": "CALL", "direction": "IN"}
    )
    body = {"customer": owner.customer.pk, "store": store.code, "result": "DONE"}
    contact = client.post("/api/v1/crm/contacts/", body, content_type="application/json").json()
    assert contact["vehicle"] == owner.vehicle.pk
    assert set(Contact.objects.values_list("vehicle", flat=True)) == {owner.vehicle.pk}
