"""Bookings and visits tell the recall who will come and who came; it calls nobody who does, and calls again who does not."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from aftersales.actions import appointments, work_orders
from aftersales.actions.appointments import AgreedInCall, Visit
from aftersales.models import Appointment
from crm.actions import care, recall
from crm.actions.care import Said
from crm.models import Contact, FollowUp, RecallEntry
from dms.core.refusals import Refusal
from tests.clock import at
from tests.factories import BayFactory, fresh, owners, reason

pytestmark = pytest.mark.django_db
CALLED = at("2026-11-20 10:30")


@pytest.fixture
def mailed(store, cast):
    """Two cars on December's list, mailed; their calls are due on 20 November, and the clock stands there."""
    cast.assemble("callback", "cs_manager", "service_adviser")
    BayFactory.create(store=store)
    made = owners(store, 2, bought_on=at("2026-06-18 00:00").date())
    with time_machine.travel(at("2026-11-02 09:00"), tick=False):
        campaign = recall.prepare(store, month=at("2026-12-01 00:00").date(), by=None)
        recall.write_letters(campaign, limit=10, by=cast.cs_manager)
        recall.mark_printed(campaign, by=cast.cs_manager)
    with time_machine.travel(at("2026-11-17 10:00"), tick=False):
        recall.mail(campaign, by=cast.cs_manager)
    with time_machine.travel(CALLED, tick=False):
        yield made


def call_of(vehicle):
    return FollowUp.objects.get(vehicle=vehicle, status="PENDING", recall_entry__isnull=False)


def entry_of(vehicle):
    return RecallEntry.objects.get(vehicle=vehicle)


def booked(owner, cast, **more):
    visit = Visit(at("2026-11-24 10:00"), "保养", adviser=cast.service_adviser)
    facts = {"visit": visit, "customer": owner.customer, "store": cast.store, "by": cast.callback}
    return appointments.book(owner.vehicle, **facts, **more)


def test_a_booking_books_the_entry_and_takes_it_off_the_calls(mailed, cast):
    one, other = mailed
    call = call_of(one.vehicle)
    booked(one, cast)
    entry, call = entry_of(one.vehicle), fresh(call)
    assert (entry.status, entry.booked_at) == ("BOOKED", CALLED)
    assert (call.status, call.ended_why) == ("CANCELLED", "ANSWERED")
    assert entry_of(other.vehicle).status == "MAILED"
    assert call_of(other.vehicle)


def test_a_word_without_a_booking_is_refused_and_nothing_is_saved(mailed, cast):
    call = call_of(mailed[0].vehicle)
    with pytest.raises(Refusal) as refused:
        care.record_contact(call, by=cast.callback, said=Said("BOOKED", said="好的"))
    assert refused.value.code == "not_booked"
    assert (Contact.objects.filter(follow_up=call).exists(), fresh(call).status) == (False, "PENDING")


def test_the_key_booked_leads_to_the_booking_which_records_the_call(mailed, cast, signed_in):
    owner, desk = mailed[0], signed_in(cast.callback)
    call = call_of(owner.vehicle)
    answer = desk.post(reverse("crm:call_record", args=[call.pk]), {"result": "BOOKED", "said": "24号上午来"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("aftersales:appointment_new"))
    assert not Contact.objects.filter(follow_up=call).exists()
    form = desk.get(answer["Location"]).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"starts_at": "2026-11-24T10:00", "wish": "保养"}
    assert desk.post(answer["Location"], sent).status_code == 302
    contact = Contact.objects.get(follow_up=call)
    assert (contact.result, contact.said, contact.by) == ("BOOKED", "24号上午来", cast.callback)
    entry = entry_of(owner.vehicle)
    assert (entry.status, entry.called_at, entry.reached) == ("BOOKED", CALLED, True)
    assert fresh(call).status == "DONE"


def test_call_and_booking_are_saved_together_or_not_at_all(mailed, cast):
    owner = mailed[0]
    call = call_of(owner.vehicle)
    care.record_contact(call, by=cast.callback, said=Said("LATER", next_at=at("2026-11-21 10:00")))
    care.record_contact(fresh(call), by=cast.callback, said=Said("REFUSED", said="不来"))
    with pytest.raises(Refusal):
        booked(owner, cast, agreed=AgreedInCall(fresh(call), "又要来"))
    assert not Appointment.objects.exists()


def test_the_visit_makes_it_came_with_a_booking_or_without(mailed, cast):
    booked(mailed[0], cast)
    for owner in mailed:
        order = work_orders.open_work_order(
            owner.vehicle, customer=owner.customer, store=cast.store, complaint="保养", by=cast.service_adviser
        )
        work_orders.check_in(order, km=5000, by=cast.service_adviser)
    assert {entry.status for entry in RecallEntry.objects.all()} == {"CAME"}
    assert not FollowUp.objects.filter(recall_entry__isnull=False, status="PENDING").exists()
    figures = recall.figures(RecallEntry.objects.first().campaign)
    assert (figures.booked, figures.came) == (1, 2)


@pytest.mark.parametrize(("act", "why"), [(appointments.cancel, "CANCEL"), (appointments.no_show, "NO_SHOW")])
def test_who_does_not_come_is_called_again(mailed, cast, act, why):
    owner = mailed[0]
    visit = booked(owner, cast)
    act(visit, reason=reason(why), by=cast.service_adviser)
    entry = entry_of(owner.vehicle)
    assert (entry.status, entry.booked_at, entry.ended_at) == ("MAILED", None, None)
    assert call_of(owner.vehicle).due_from >= CALLED


def test_of_two_bookings_the_other_still_stands(mailed, cast):
    owner = mailed[0]
    first = booked(owner, cast)
    visit = Visit(at("2026-11-25 10:00"), "保养", adviser=cast.service_adviser)
    appointments.book(owner.vehicle, visit=visit, customer=owner.customer, store=cast.store, by=cast.callback)
    appointments.cancel(first, reason=reason("CANCEL"), by=cast.service_adviser)
    assert entry_of(owner.vehicle).status == "BOOKED"


def test_an_entry_of_long_ago_is_answered_by_no_visit_of_today(mailed, cast):
    with time_machine.travel(at("2027-04-06 10:00"), tick=False):
        visit = Visit(timezone.now() + timedelta(days=1), "保养", adviser=cast.service_adviser)
        owner = mailed[0]
        appointments.book(owner.vehicle, visit=visit, customer=owner.customer, store=cast.store, by=cast.callback)
    assert entry_of(owner.vehicle).status == "MAILED"


def test_who_is_interested_is_called_again_when_they_said(mailed, cast):
    call = call_of(mailed[0].vehicle)
    said = Said("INTERESTED", said="下周看看", next_at=at("2026-11-26 15:00"))
    care.record_contact(call, by=cast.callback, said=said)
    call = fresh(call)
    assert (call.status, call.due_from, call.named_at) == ("PENDING", said.next_at, said.next_at)
    assert entry_of(mailed[0].vehicle).status == "CALLED"


def test_a_car_leaves_the_list_with_a_reason_only(mailed, cast, signed_in):
    entry = entry_of(mailed[0].vehicle)
    desk = signed_in(cast.callback)
    assert desk.post(reverse("crm:recall_void", args=[entry.pk]), {"reason": " "}).status_code == 422
    with pytest.raises(Refusal) as refused:
        recall.void(entry, reason=" ", by=cast.callback)
    assert refused.value.code == "void_without_reason"
    desk.post(reverse("crm:recall_void", args=[entry.pk]), {"reason": "重复建档"})
    entry = fresh(entry)
    assert (entry.status, entry.vehicle.gone) == ("VOID", False)
    recall.restore(entry, reason="不是重复", by=cast.callback)
    assert fresh(entry).status == "MAILED"
