"""A rule that was switched off, a week in which nothing ran, and work that nobody does: what becomes of the promises."""

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from crm.actions import care, rounds
from crm.models import Cadence, CadencePreset, EscalationStep, FollowUp
from dms.models import Event
from tests.clock import at
from tests.factories import owners


def switch(code: str, *, on: bool, when: str) -> Cadence:
    rule = Cadence.objects.get(code=code, preset__code="house")
    with time_machine.travel(at(when), tick=False):
        rule.active = on
        rule.save(update_fields=["active"])
    return rule


def quarterly() -> list[tuple[int, str, str]]:
    rows = FollowUp.objects.filter(cadence__code="quarterly").order_by("vehicle", "occurrence")
    return list(rows.values_list("occurrence", "status", "ended_why"))


def test_a_rule_switched_on_again_begins_with_the_next_occurrence_from_today(delivered):
    switch("quarterly", on=False, when="2027-01-10 09:00")
    rounds.run_due(at("2027-02-20 12:00"))
    assert quarterly() == [(1, "CANCELLED", "PAUSED")]
    rounds.run_due(at("2027-09-01 12:00"))
    switch("quarterly", on=True, when="2027-11-20 18:00")
    for _again in range(2):
        rounds.run_due(at("2027-11-20 18:05"))
    assert quarterly() == [(1, "CANCELLED", "PAUSED"), (4, "PENDING", ""), (5, "PENDING", "")], "that of today counts"


def test_a_pause_between_two_occurrences_leaves_the_next_where_it_was(delivered):
    switch("quarterly", on=False, when="2027-01-10 09:00")
    rounds.run_due(at("2027-01-20 09:00"))
    switch("quarterly", on=True, when="2027-02-01 09:00")
    rounds.run_due(at("2027-02-20 10:00"))
    assert quarterly() == [(1, "PENDING", ""), (2, "PENDING", "")]


def test_a_car_delivered_in_the_pause_has_its_next_one_too(delivered, store, cast):
    switch("quarterly", on=False, when="2027-01-10 09:00")
    (late,) = owners(store, 1)
    facts = {"customer": late.customer, "vehicle": late.vehicle, "store": store, "by": cast.adviser}
    care.start_cadence("DELIVERY", anchor=at("2027-01-15 10:00"), **facts)
    switch("quarterly", on=True, when="2027-06-01 09:00")
    for _again in range(2):
        rounds.run_due(at("2027-06-01 09:05"))
    row = FollowUp.objects.get(cadence__code="quarterly", vehicle=late.vehicle)
    assert (row.occurrence, row.due_from) == (2, at("2027-07-15 10:00"))
    assert not Cadence.objects.filter(caught_up=False).exists()


def test_a_week_of_outage_is_caught_up_without_a_storm(delivered):
    named = FollowUp.objects.filter(cadence__code="service_call")
    named.update(named_at=at("2026-11-24 18:30"))
    done = rounds.run_due(at("2026-11-30 09:00"))
    assert (done.missed, done.letters) == (3, 0)
    rows = FollowUp.objects.filter(ended_why="MISSED").values_list("cadence__code", flat=True)
    assert set(rows) == {"thanks_letter", "manager_call", "adviser_call"}
    assert named.get().status == "PENDING", "a time that the customer named is kept late rather than never"
    assert Event.objects.filter(kind="followup.dropped").count() == 3


def test_what_a_round_has_seen_late_is_made_however_late(delivered):
    rounds.escalate(at("2026-11-23 20:00"))
    assert rounds.run_due(at("2026-12-20 09:00")).missed == 1, "the call by day 7, which nobody was told of"


def test_lateness_climbs_two_levels_and_never_ends_with_who_is_late(delivered, cast):
    gm = cast.hire("gm", username="gm")
    rounds.escalate(at("2026-11-21 10:01"))
    call = FollowUp.objects.get(cadence__code="manager_call")
    assert call.assignee == cast.sales_manager
    assert call.escalated_to == cast.cs_manager
    rounds.escalate(at("2026-11-22 10:00"))
    call.refresh_from_db()
    assert call.escalated_again_to is None
    for _again in range(2):
        rounds.escalate(at("2026-11-22 10:02"))
    call.refresh_from_db()
    assert (call.escalated_to, call.escalated_again_to) == (cast.cs_manager, gm)
    assert [event.data["level"] for event in Event.objects.filter(kind="followup.escalated", subject_id=call.pk)] == [
        2,
        1,
    ]


def test_who_hears_is_a_row(delivered, cast):
    EscalationStep.objects.filter(role="", level=1).update(to_role="service_manager", after_hours=5)
    boss = cast.hire("service_manager", username="boss")
    assert rounds.escalate(at("2026-11-21 14:59")) == 0
    assert rounds.escalate(at("2026-11-21 15:01")) == 2
    assert {row.escalated_to for row in FollowUp.objects.filter(escalated_at__isnull=False)} == {boss}


@pytest.mark.django_db
def test_the_default_is_changed_in_one_step():
    preset = CadencePreset.objects.get(code="s003")
    preset.is_default = True
    preset.full_clean()
    preset.save()
    assert CadencePreset.objects.get(is_default=True) == preset


@transaction.atomic
def done_in_sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM crm_cadence")
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE {} SET is_default = false", "DELETE FROM {} WHERE is_default"])
def test_the_default_can_never_be_missing(change):
    with pytest.raises(IntegrityError, match="no care preset is the default"):
        done_in_sql(change.format("crm_cadencepreset"))


@pytest.mark.django_db
def test_a_role_that_cannot_call_is_refused():
    rule = Cadence.objects.get(code="service_call", preset__code="house")
    rule.role = "technician"
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert list(refused.value.message_dict) == ["role"]
