"""Complaints: none vanishes, each is somebody's until a deadline, and only the customer's word closes it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from crm.actions import care, complaints, erasing, merging
from crm.actions.care import Said
from crm.models import Complaint, ComplaintKind, Contact, FollowUp
from dms.core.refusals import Refusal
from dms.models import Event
from dms.navigation import due_work
from tests.clock import at
from tests.factories import ComplaintFactory, CustomerFactory, FollowUpFactory, fresh
from tests.races import DONE, at_once

pytestmark = pytest.mark.django_db
NOW = at("2026-11-20 11:00")


@pytest.fixture(autouse=True)
def morning(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def people(cast):
    cast.assemble("callback", "cs_manager", "gm")
    return cast


def closed(row, by):
    complaints.solve(row, solution="免费返修", by=by)
    return complaints.close(row, word="可以了", how="CALL", by=by)


def test_what_is_said_in_a_call_becomes_a_complaint_with_the_call(people, signed_in):
    call = FollowUpFactory.create(store=people.store, anchor=NOW - timedelta(days=7))
    sent = {"result": "DONE", "said": "空调还是不凉", "next_step": "COMPLAINT"}
    answer = signed_in(people.callback).post(reverse("crm:call_record", args=[call.pk]), sent)
    assert answer.status_code in {200, 302}
    row = Complaint.objects.get()
    assert (row.words, row.customer, row.vehicle) == ("空调还是不凉", call.customer, call.vehicle)
    assert row.contact == Contact.objects.get()
    assert row.owner == people.cs_manager
    assert row.due_by == NOW + timedelta(hours=row.kind.hours)


def test_a_complaint_without_words_is_asked_for_and_the_call_is_not_saved(people):
    call = FollowUpFactory.create(store=people.store, anchor=NOW - timedelta(days=7))
    with pytest.raises(Refusal) as refused:
        care.record_contact(call, by=people.callback, said=Said("DONE", next_step="COMPLAINT"))
    assert refused.value.code == "nothing_said"
    assert not Contact.objects.exists()
    assert fresh(call).status == FollowUp.Status.PENDING


def test_no_class_in_use_saves_neither_call_nor_complaint(people):
    ComplaintKind.objects.update(active=False)
    call = FollowUpFactory.create(store=people.store, anchor=NOW - timedelta(days=7))
    with pytest.raises(Refusal):
        care.record_contact(call, by=people.callback, said=Said("DONE", said="不满意", next_step="COMPLAINT"))
    assert not Contact.objects.exists()


def test_from_the_customers_file_to_the_customers_word(people, signed_in):
    customer = CustomerFactory.create(store=people.store)
    desk = signed_in(people.callback)
    sent = {"words": "等了三个小时", "kind": ComplaintKind.objects.get(code="WAITING").pk, "about": "WO-JJ01-1"}
    answer = desk.post(reverse("crm:customer_complain", args=[customer.pk]), sent)
    row = Complaint.objects.get()
    assert answer["Location"] == reverse("crm:complaint", args=[row.pk])
    assert row.due_by == NOW + timedelta(hours=24)
    assert "WO-JJ01-1" in desk.get(answer["Location"]).content.decode()
    assert desk.post(reverse("crm:complaint_solve", args=[row.pk]), {"solution": ""}).status_code == 422
    desk.post(reverse("crm:complaint_solve", args=[row.pk]), {"solution": "送一次保养"})
    assert desk.post(reverse("crm:complaint_close", args=[row.pk]), {"word": "", "how": "CALL"}).status_code == 422
    desk.post(reverse("crm:complaint_close", args=[row.pk]), {"word": "这次满意", "how": "CALL"})
    row = fresh(row)
    assert (row.status, row.closed_word, row.closed_how) == ("CLOSED", "这次满意", "CALL")
    assert "等了三个小时" in desk.get(reverse("crm:customer", args=[customer.pk])).content.decode()


def test_it_opens_again_with_a_new_deadline_and_the_history_keeps_the_word(people, time_machine):
    row = closed(ComplaintFactory.create(store=people.store), people.callback)
    time_machine.move_to(NOW + timedelta(days=3), tick=False)
    row = complaints.reopen(row, words="又坏了", by=people.callback)
    assert (row.status, row.reopened, row.closed_word) == ("IN_PROGRESS", 1, "")
    assert row.due_by == NOW + timedelta(days=3, hours=row.kind.hours)
    told = Event.objects.get(kind="complaint.reopened").data
    assert (told["word"], told["said"]) == ("可以了", "又坏了")


@pytest.mark.parametrize(
    ("attack", "rule"),
    [
        (
            "SET status = 'CLOSED', solution = 'x', solved_at = now(), closed_at = now(), closed_word = 'x', closed_how = 'CALL'",
            "complaint_moves",
        ),
        ("SET words = '没事'", "complaint_frozen"),
        ("SET opened_at = opened_at - interval '1 day'", "complaint_frozen"),
        ("SET customer_id = (SELECT max(id) FROM crm_customer)", "complaint_customer_frozen"),
        ("SET status = 'RESOLVED', solution = ' ', solved_at = now()", "complaint_solved_says_how"),
        ("SET status = 'VOID', void_reason = ' '", "complaint_void_says_why"),
        ("SET closed_at = now()", "complaint_closed_by_the_customer"),
    ],
)
def test_the_database_refuses_what_the_pages_refuse(people, attack, rule):
    ComplaintFactory.create(store=people.store)
    CustomerFactory.create(store=people.store)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_complaint {attack}")


def test_a_complaint_is_not_deleted(people):
    ComplaintFactory.create(store=people.store)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM crm_complaint")


def test_what_is_late_climbs_two_levels_once_each_and_not_to_whom_it_was_late_with(people, time_machine):
    row = ComplaintFactory.create(store=people.store)
    assert complaints.escalate(row.due_by) == 0
    late = row.due_by + timedelta(minutes=1)
    assert complaints.escalate(late) == 1
    assert complaints.escalate(late) == 0
    row = fresh(row)
    assert row.escalated_to not in {None, row.owner}
    assert complaints.escalate(late + timedelta(hours=25)) == 1
    assert complaints.escalate(late + timedelta(hours=25)) == 0
    row = fresh(row)
    assert row.escalated_again_at > row.escalated_at
    assert row.escalated_again_to not in {row.owner, row.escalated_to}
    assert Event.objects.filter(kind="complaint.escalated").count() == 2


def test_what_is_solved_is_late_no_more(people):
    row = complaints.solve(ComplaintFactory.create(store=people.store), solution="已道歉", by=people.callback)
    assert complaints.escalate(row.due_by + timedelta(days=2)) == 0


def test_it_waits_in_the_work_of_its_owner_and_of_who_was_told(people):
    row = ComplaintFactory.create(store=people.store)
    titles = {str(item.url) for item in due_work.due(people.cs_manager, people.store, NOW)}
    assert reverse("crm:complaint", args=[row.pk]) in titles
    complaints.escalate(row.due_by + timedelta(minutes=1))
    assert reverse("crm:complaint", args=[row.pk]) in {
        str(item.url) for item in due_work.due(fresh(row).escalated_to, people.store, NOW)
    }


def test_a_sister_store_does_not_see_it(people, elsewhere, signed_in):
    row = ComplaintFactory.create(store=people.store)
    stranger = signed_in(elsewhere.hire("callback"))
    assert stranger.get(reverse("crm:complaint", args=[row.pk])).status_code == 404
    assert stranger.get("/api/v1/crm/complaints/").json()["results"] == []


def test_the_list_of_those_closed_within_two_weeks_and_of_those_not(people, signed_in, time_machine):
    soon, slow, live = (ComplaintFactory.create(store=people.store) for _ in range(3))
    closed(soon, people.callback)
    time_machine.move_to(NOW + timedelta(days=15), tick=False)
    closed(slow, people.callback)
    desk = signed_in(people.cs_manager)
    for asked, rows in (("true", {soon.pk}), ("false", {slow.pk, live.pk})):
        found = desk.get("/api/v1/crm/complaints/", {"in_two_weeks": asked}).json()["results"]
        assert {row["id"] for row in found} == rows


def test_two_files_that_become_one_keep_their_complaints(people):
    one, other = (ComplaintFactory.create(store=people.store) for _ in range(2))
    merging.merge_files(one.customer, other=other.customer, reason="同一人", by=people.cs_manager)
    assert fresh(other).customer == one.customer


def test_who_is_erased_takes_the_words_along_and_not_while_it_is_live(people):
    row = ComplaintFactory.create(store=people.store)
    facts = {"reason": "本人来信", "confirmed": True, "by": people.cs_manager}
    with pytest.raises(Refusal) as refused:
        erasing.erase(row.customer, **facts)
    assert refused.value.code == "erase_complaint"
    closed(row, people.callback)
    erasing.erase(row.customer, **facts)
    row = fresh(row)
    assert {row.words, row.solution, row.closed_word} == {erasing.GONE}
    assert row.status == Complaint.Status.CLOSED


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_take_it_at_once_and_two_who_close_it(people):
    row = ComplaintFactory.create(store=people.store)
    takers = [people.callback, people.cs_manager]
    ends = at_once(*[lambda by=by: complaints.take(row, by=by) for by in takers])
    assert sorted(ends) == sorted([DONE, "complaint_taken"])
    complaints.solve(row, solution="已道歉", by=people.callback)
    ends = at_once(*[lambda: complaints.close(row, word="好", how="CALL", by=people.callback)] * 3)
    assert sorted(ends) == sorted([DONE, *["illegal_transition"] * 2])
