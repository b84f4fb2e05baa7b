"""What begins with a delivery: which promises, whose, from when to when, and that they begin once."""

import pytest
from django.db import IntegrityError, connection, transaction

from crm.actions import care, rounds
from crm.models import Cadence, CadencePreset, FollowUp, StorePreset
from crm.planner import CadenceStart
from dms.models import Event
from tests.clock import at
from tests.crm.conftest import FRIDAY
from tests.factories import owners


def test_the_default_preset_begins_with_delivery(delivered, cast):
    assert set(delivered) == {"thanks_letter", "manager_call", "adviser_call", "service_call", "quarterly"}
    assert delivered["manager_call"].assignee == cast.sales_manager
    assert delivered["adviser_call"].assignee == cast.adviser
    assert delivered["service_call"].assignee == cast.callback
    assert delivered["manager_call"].due_from == at(FRIDAY)
    assert delivered["manager_call"].due_until == at("2026-11-21 10:00"), "24 hours, into the Saturday"
    assert delivered["adviser_call"].due_from == at("2026-11-22 09:00"), "on a day after the manager's"
    assert delivered["adviser_call"].due_until == at("2026-11-23 19:30"), "by day 3 ends on that day"
    assert delivered["service_call"].due_until == at("2026-11-27 19:30")
    assert delivered["quarterly"].due_from == at("2027-02-20 10:00")
    assert Event.objects.filter(kind="care.started").count() == 1


def test_beginning_twice_is_beginning_once(delivered, owner, store, cast):
    again = care.start_cadence(
        "DELIVERY",
        customer=owner.customer,
        vehicle=owner.vehicle,
        store=store,
        anchor=at(FRIDAY),
        by=cast.adviser,
        assignee=cast.adviser,
    )
    assert {row.pk for row in again} == {row.pk for row in delivered.values()}
    assert FollowUp.objects.count() == 5


def test_a_store_follows_the_preset_chosen_for_it(owner, store, cast):
    cast.assemble("callback")
    StorePreset.objects.create(store=store, preset=CadencePreset.objects.get(code="s003"))
    rows = care.start_cadence(
        "DELIVERY",
        customer=owner.customer,
        vehicle=owner.vehicle,
        store=store,
        anchor=at(FRIDAY),
        by=cast.adviser,
        assignee=cast.adviser,
    )
    assert {row.cadence.code for row in rows} == {"thanks_letter", "manager_call", "adviser_call", "two_monthly"}


def test_the_rule_is_a_row(owner, store, cast):
    Cadence.objects.filter(code="adviser_call", preset__code="house").update(offset=2)
    Cadence.objects.filter(code="service_call", preset__code="house").update(active=False)
    monday = at("2026-11-16 10:00")
    rows = care.start_cadence(
        "DELIVERY", customer=owner.customer, vehicle=owner.vehicle, store=store, anchor=monday, by=cast.adviser
    )
    due = {row.cadence.code: row.due_from for row in rows}
    assert due["adviser_call"] == at("2026-11-18 10:00")
    assert "service_call" not in due


def test_history_is_not_called_when_many_begin(store, cast):
    cast.assemble("callback")
    begun = [
        CadenceStart(customer.pk, vehicle.pk, store.pk, at("2022-03-31 12:00"))
        for customer, vehicle in owners(store, 7)
    ]
    for _again in range(2):
        care.start_many("DELIVERY", beginnings=begun, by=cast.adviser, not_before=at("2026-11-21 09:00"))
    rows = FollowUp.objects.select_related("cadence")
    assert {(row.cadence.code, row.occurrence) for row in rows} == {("quarterly", 19)}
    assert {row.due_from for row in rows} == {at("2026-12-31 12:00")}
    assert len(rows) == 7


@pytest.mark.parametrize("columns", ["occurrence = 1", "anchor = '2026-11-20 10:00+08', occurrence = 1"])
def test_the_database_keeps_one_follow_up_for_cadence_subject_and_occurrence(delivered, columns):
    rounds.run_due(at("2027-03-01 10:00"))
    with pytest.raises(IntegrityError, match="followup_unique"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_followup SET {columns} WHERE occurrence = 2")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("status = 'LOST', ended_at = now(), ended_why = 'SENT'", "followup_status_known"),
        ("status = 'DONE'", "followup_ended_has_time"),
        ("due_until = due_from", "followup_due_in_range"),
        ("occurrence = 0", "followup_occurrence_positive"),
        ("deputy_id = assignee_id", "followup_deputy_is_another"),
    ],
)
def test_the_database_refuses_a_follow_up_that_cannot_be(delivered, change, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_followup SET {change}")
