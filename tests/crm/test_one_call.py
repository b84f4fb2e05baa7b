"""One customer, one call: calls of several rules are made as one, and then there is peace for a week."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from crm import joining
from crm.actions import care, corrections, rounds, spacing
from crm.actions.care import Said
from crm.models import Contact, FollowUp, Result, Vehicle
from dms.models import Rate
from tests.clock import at
from tests.conftest import refuses
from tests.factories import owners

NOW = at("2026-11-24 10:00")  # a Tuesday


@pytest.fixture
def promised(owner, store, cast):
    """A quality call and a quarterly call of one customer, a few days apart, besides the calls of a delivery long ago."""
    cast.assemble("callback", "cs_manager", "sales_manager")
    begun = {"customer": owner.customer, "vehicle": owner.vehicle, "store": store, "by": cast.adviser}
    with time_machine.travel(NOW, tick=False):
        care.start_cadence("SETTLEMENT", anchor=NOW - timedelta(days=1), **begun)
        care.start_cadence("DELIVERY", anchor=at("2026-08-28 10:00"), **begun)
        yield {row.cadence.code: row for row in FollowUp.objects.select_related("cadence")}


def state(row):
    row.refresh_from_db()
    return row.status


def test_calls_of_other_rules_within_ten_days_are_one(promised, cast):
    quality, quarterly = promised["quality"], promised["quarterly"]
    assert quarterly.due_from - NOW < timedelta(days=10)
    assert [*joining.joined_with(quality, NOW)] == [quarterly]
    care.record_call(quality, by=cast.callback, result="DONE", said="都好")
    assert (state(quality), state(quarterly)) == ("DONE", "DONE")
    contact = Contact.objects.get()
    assert {answer.follow_up for answer in contact.answers.all()} == {quality, quarterly}


def test_the_calls_of_the_delivery_itself_stay_one_by_one(delivered, cast):
    with time_machine.travel(at("2026-11-24 10:00"), tick=False):
        assert not joining.joined_with(delivered["adviser_call"], NOW).exists()
        care.record_call(delivered["adviser_call"], by=cast.adviser, result="DONE")
        care.record_call(delivered["service_call"], by=cast.callback, result="DONE")
    assert (state(delivered["adviser_call"]), state(delivered["service_call"])) == ("DONE", "DONE")
    assert state(delivered["manager_call"]) == "PENDING"


def test_what_is_left_for_later_is_moved_behind_the_week(promised, cast):
    quality, quarterly = promised["quality"], promised["quarterly"]
    care.record_call(quality, by=cast.callback, result="DONE", leave=[quarterly.pk])
    assert state(quarterly) == "PENDING"
    assert quarterly.due_from >= NOW + timedelta(days=7)
    with refuses("too_soon"):
        care.record_call(quarterly, by=cast.callback, result="DONE")


def test_what_begins_within_the_week_is_moved_at_once_and_by_the_beat(promised, cast, owner, store):
    care.record_call(promised["quality"], by=cast.callback, result="DONE")
    begun = {"customer": owner.customer, "vehicle": owner.vehicle, "store": store, "by": cast.adviser}
    [second] = care.start_cadence("SETTLEMENT", anchor=NOW + timedelta(hours=1), **begun)
    assert second.due_from >= NOW + timedelta(days=7)
    FollowUp.objects.filter(pk=second.pk).update(due_from=NOW, due_until=NOW + timedelta(hours=3))
    assert rounds.run_due(NOW).moved == 1
    second.refresh_from_db()
    assert second.due_from >= NOW + timedelta(days=7)
    assert spacing.keep_apart(NOW) == 0


def test_a_time_the_customer_named_is_kept_within_the_week(promised, cast):
    later = NOW + timedelta(days=2)
    care.record_call(promised["quality"], by=cast.callback, result="LATER", next_at=later)
    for code in ("quality", "quarterly"):
        promised[code].refresh_from_db()
        assert (promised[code].due_from, promised[code].attempts) == (later, 0)
    with time_machine.travel(later, tick=False):
        care.record_call(promised["quality"], by=cast.callback, result="DONE")
    assert state(promised["quarterly"]) == "DONE"


def test_the_days_are_a_rate(promised, store):
    Rate.objects.create(kind=Rate.Kind.CALLS_JOINED, store=store, value=1, valid_from="2020-01-01")
    assert not joining.joined_with(promised["quality"], NOW).exists()


def test_the_queue_has_one_line_a_customer_and_the_named_time_leads(promised, cast, signed_in, owner):
    FollowUp.objects.filter(pk=promised["quarterly"].pk).update(due_from=NOW - timedelta(hours=1))
    browser = signed_in(cast.callback)
    rows = [line.row for line in browser.get(reverse("crm:call_desk")).context["queue"].lines]
    other = {promised[code] for code in ("quality", "quarterly")}
    assert [row for row in rows if row in other] == [promised["quality"]]
    FollowUp.objects.filter(pk=promised["quarterly"].pk).update(named_at=NOW + timedelta(hours=8))
    rows = [line.row for line in browser.get(reverse("crm:call_desk")).context["queue"].lines]
    assert [row for row in rows if row in other] == [promised["quarterly"]]


def test_the_page_carries_all_scripts_and_saves_them_as_one(promised, cast, signed_in):
    browser = signed_in(cast.callback)
    page = browser.get(reverse("crm:call", args=[promised["quality"].pk]))
    assert [part.row for part in page.context["parts"]] == [promised["quality"], promised["quarterly"]]
    assert "跑了多少公里" in page.text
    browser.post(
        reverse("crm:call_record", args=[promised["quality"].pk]),
        {"result": "DONE", "leave": [promised["quarterly"].pk]},
    )
    assert (state(promised["quality"]), state(promised["quarterly"])) == ("DONE", "PENDING")


def test_a_call_in_answers_what_is_ticked(promised, cast, signed_in, owner):
    browser = signed_in(cast.callback)
    form = browser.get(reverse("crm:contact_new", args=[owner.customer.pk])).context["form"]
    due = {row.pk for row in promised.values() if row.channel == "CALL" and row.due_from <= NOW}
    assert {int(pk) for pk in form["answers"].value()} == due
    browser.post(
        reverse("crm:contact_new", args=[owner.customer.pk]),
        {"direction": "IN", "channel": "CALL", "result": "DONE", "answers": [promised["quality"].pk]},
    )
    assert (state(promised["quality"]), state(promised["quarterly"])) == ("DONE", "PENDING")
    assert promised["quality"].attempts == 0


# --- not reached --------------------------------------------------------------------------------------------------------
def test_a_number_nobody_answers_is_marked_and_the_call_opens_again(promised, cast, owner):
    quality, phone = promised["quality"], owner.customer.phones.get()
    for _try in range(3):
        care.record_call(quality, by=cast.callback, result="NO_ANSWER")
    phone.refresh_from_db()
    assert (state(quality), phone.to_mend_since) == ("UNREACHABLE", NOW)
    care.reopen(quality, by=cast.callback)
    assert (state(quality), quality.attempts, quality.due_from) == ("PENDING", 0, NOW)
    care.record_call(quality, by=cast.callback, result="DONE")
    phone.refresh_from_db()
    assert phone.to_mend_since is None


def test_who_is_not_reached_is_written_to_once(promised, cast):
    for _try in range(3):
        care.record_call(promised["quality"], by=cast.callback, result="NO_ANSWER")
    text = FollowUp.objects.get(cadence__trigger="UNREACHED")
    assert text.channel == "SMS"
    last = Contact.objects.first()
    corrections.correct_contact(last, by=cast.callback, why="其实接了", result="DONE")
    assert state(text) == "CANCELLED"


# --- corrections --------------------------------------------------------------------------------------------------------
def test_a_wrong_result_is_corrected_and_what_it_did_is_undone(promised, cast):
    quality, quarterly = promised["quality"], promised["quarterly"]
    wrong = care.record_call(quality, by=cast.callback, result="DONE")
    assert FollowUp.objects.filter(cadence__code="quality_again", status="PENDING").exists()
    right = corrections.correct_contact(wrong, by=cast.callback, why="按错了键", result="NO_ANSWER")
    assert (state(quality), quality.attempts, state(quarterly)) == ("PENDING", 1, "PENDING")
    assert not FollowUp.objects.filter(cadence__code="quality_again", status="PENDING").exists()
    assert [*Contact.objects.counted()] == [right]
    with refuses("corrected_already"):
        corrections.correct_contact(wrong, by=cast.callback, why="再改", result="DONE")


def test_a_car_that_was_not_sold_has_its_promises_back(promised, cast, owner):
    pending = set(FollowUp.objects.pending().values_list("pk", flat=True))
    wrong = care.record_call(promised["quality"], by=cast.callback, result="SOLD")
    assert Vehicle.objects.get(pk=owner.vehicle.pk).gone
    corrections.correct_contact(wrong, by=cast.callback, why="键 9 旁边是 8", result="NO_ANSWER")
    assert not Vehicle.objects.get(pk=owner.vehicle.pk).gone
    assert pending <= set(FollowUp.objects.pending().values_list("pk", flat=True))
    chain = FollowUp.objects.filter(cadence__code="quarterly", continued=False)
    assert chain.count() == 1, "the quarterly calls go on"


def test_what_was_called_again_is_not_corrected(promised, cast):
    first = care.record_call(promised["quality"], by=cast.callback, result="NO_ANSWER")
    care.record_call(promised["quality"], by=cast.callback, result=Result.DONE)
    with refuses("went_on"):
        corrections.correct_contact(first, by=cast.callback, why="写错", result="DONE")


def test_the_api_corrects_reopens_and_answers(promised, cast, signed_in, owner, store):
    browser = signed_in(cast.callback)
    url = "/api/v1/crm/follow-ups/{}/{}/"
    body = {"result": "DONE", "leave": [promised["quarterly"].pk]}
    browser.post(url.format(promised["quality"].pk, "record"), body, content_type="application/json")
    assert (state(promised["quality"]), state(promised["quarterly"])) == ("DONE", "PENDING")
    wrong = Contact.objects.get()
    body = {"result": "NO_SUCH_NUMBER", "why": "空号"}
    right = browser.post(f"/api/v1/crm/contacts/{wrong.pk}/correct/", body, content_type="application/json")
    assert (right.status_code, right.json()["corrects"]) == (200, wrong.pk)
    assert state(promised["quality"]) == "UNREACHABLE"
    assert browser.post(url.format(promised["quality"].pk, "reopen")).json()["status"] == "PENDING"
    phone = owner.customer.phones.get()
    assert browser.post(f"/api/v1/crm/phones/{phone.pk}/confirm/").json()["to_mend_since"] is None


def test_what_was_said_cannot_be_ended_anew_in_plain_sql(promised, cast):
    care.record_contact(promised["quality"], by=cast.callback, said=Said("DONE"))
    with pytest.raises(Exception, match="followup_ended_frozen"):
        FollowUp.objects.filter(pk=promised["quality"].pk).update(ended_at=NOW + timedelta(days=40))


def test_calls_of_many_customers_cost_the_desk_no_more(promised, cast, store, signed_in, django_assert_max_num_queries):
    browser = signed_in(cast.callback)
    browser.get(reverse("crm:call_desk"))
    for customer, vehicle in owners(store, 12):
        care.start_cadence(
            "SETTLEMENT", customer=customer, vehicle=vehicle, store=store, anchor=NOW - timedelta(days=1), by=None
        )
    with django_assert_max_num_queries(20):
        browser.get(reverse("crm:call_desk"))
