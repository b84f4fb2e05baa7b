"""Care: promises begin, are kept by contacts, and stop when the car goes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Required, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import named_times
from crm.actions import complaints, consents, recall_calls, spacing, surveys, unreached
from crm.actions.promises import follow_merge, start_cadence, start_many, stop_cadences
from crm.actions.rounds import escalate, run_due, stand_in
from crm.events import (
    CONTACT_MADE,
    FOLLOWUP_REOPENED,
    VEHICLE_CHANGED,
)
from crm.joining import joined_with, refuse_too_soon
from crm.models import Answer, Contact, Customer, FollowUp, NextStep, RecallEntry, Result, Trigger, Vehicle
from crm.models.contacts import FAILED, FAMILY, NAMES_A_TIME, SUCCESS
from crm.models.triggers import CareChannel
from crm.planner import Planner
from crm.questions import NOTHING, Answers
from dms.core.refusals import NoStoreChosen, Refusal
from dms.models import Reason, Store, User
from dms.records import events, idempotency

__all__ = [
    "Said",
    "escalate",
    "follow_merge",
    "record_contact",
    "run_due",
    "stand_in",
    "start_cadence",
    "start_many",
    "stop_cadences",
]

QUALITY = "quality"
"""The cadence whose call is followed by a second one."""

TRIES = 3
"""So many unanswered calls make a customer unreachable."""

TRY_AGAIN = timedelta(hours=3)
DEAD_NUMBERS = frozenset({Result.NO_SUCH_NUMBER, Result.SUSPENDED})
NO_ATTEMPT = frozenset({Result.NOT_CALLED, *NAMES_A_TIME})
UNFINISHED = frozenset({Result.HUNG_UP, Result.BROKEN_OFF})
CHANGED_HANDS = frozenset({Result.SOLD, Result.GIVEN_AWAY})


# --- contacts -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Said:
    """What came of a contact, and what was agreed."""

    result: str
    said: str = ""
    next_step: str = NextStep.NONE
    next_at: datetime | None = None
    reason: Reason | None = None


class Outcome(TypedDict, total=False):
    """What came of a contact, as it is typed."""

    result: Required[str]
    said: str
    next_step: str
    next_at: datetime | None
    reason: Reason | None


def check(said: Said, now: datetime) -> None:
    """:raises Refusal: when the contact would not count: no result, no time for the next call, no words for the open end."""
    if said.result not in Result.values:
        raise Refusal(_("Choose what came of the call: without a result it does not count."), code="no_result")
    if said.result in NAMES_A_TIME and said.next_at is None:
        raise Refusal(_("Write when to call again."), code="no_next_time")
    if said.next_at is not None and said.next_at <= now:
        raise Refusal(_("The next contact lies in the past. Choose a later time."), code="next_in_past")
    if said.next_step == NextStep.COMPLAINT and not said.said.strip():
        raise Refusal(_("Write what the customer says: these words are the complaint."), code="nothing_said")
    if said.result in {Result.OTHER, Result.REFUSED} and not said.said.strip():
        raise Refusal(_("Write what was said."), code="nothing_said")


@transaction.atomic
def record_contact(  # noqa: PLR0913 # the facts of a contact, all by name
    subject: FollowUp | Customer,
    *,
    by: User,
    said: Said,
    channel: str = CareChannel.CALL,
    direction: str = Contact.Direction.OUT,
    store: Store | None = None,
    vehicle: Vehicle | None = None,
    leave: Collection[int] = (),
    answers: Collection[int] = (),
    survey: Answers = NOTHING,
    key: str = "",
) -> Contact:
    """A contact happened. A call answers its follow-up and those made along with it: ends them, moves them to the time agreed,
    or counts the attempt. The same key is the same.

    :param leave: calls that belong to this one and are left for later all the same.
    :param answers: of somebody who came by themselves, the follow-ups that need no call of ours any more.
    :param survey: what was answered to the questions of its rules.
    :raises Refusal: when it would not count, or the follow-up has ended meanwhile.
    """
    now, about = timezone.now(), "follow_up_id" if isinstance(subject, FollowUp) else "customer_id"
    before = idempotency.earlier(
        Contact.objects.all(), key, same=lambda row: (getattr(row, about), row.result) == (subject.pk, said.result)
    )
    if before is not None:
        return before
    # After the key: what was saved before is answered as it was, even if it would not count today.
    check(said, now)
    if isinstance(subject, FollowUp):
        rows = _lock_call(subject, leave, by, now)
        row = rows[0]
        contact = Contact(customer_id=row.customer_id, vehicle_id=row.vehicle_id, store=row.store, follow_up=row)
        # A promised visit is kept by a visit, whatever the form of the desk says.
        channel = row.channel if row.channel == CareChannel.VISIT else channel
    # Never guessed: a contact belongs to a store, and somebody of two stores must say which.
    elif store is None:
        raise NoStoreChosen
    else:
        rows = _lock_answered(subject, answers, by)
        vehicle = vehicle or (rows[0].vehicle if rows else None) or car_of(subject)
        contact = Contact(customer=subject, vehicle=vehicle, store=store, follow_up=rows[0] if rows else None)
    named_times.refuse_unkept(said.next_at if said.result in NAMES_A_TIME else None, contact.store, now=now)
    contact.channel, contact.direction, contact.by, contact.at = channel, direction, by, now
    contact.result, contact.said, contact.reason = said.result, said.said.strip(), said.reason
    contact.next_step, contact.next_at, contact.key = said.next_step, said.next_at, key or None
    keep(contact, rows=rows, by=by)
    surveys.note(contact, rows=rows, answers=survey, by=by)
    return contact


def keep(contact: Contact, *, rows: Sequence[FollowUp], by: User) -> None:
    """Store the contact with what it means for the follow-ups it answers. The caller holds their locks."""
    contact.save(force_insert=True)
    entries = dict(
        RecallEntry.objects.filter(pk__in=[row.recall_entry_id for row in rows if row.recall_entry_id]).values_list(
            "pk", "status"
        )
        if any(row.recall_entry_id for row in rows)
        else ()
    )
    Answer.objects.bulk_create([_answer(contact, row, entries.get(row.recall_entry_id or 0, "")) for row in rows])
    for row in rows:
        _apply(row, contact, by)
    _afterwards(rows, contact, by)
    if contact.next_step == NextStep.COMPLAINT and contact.corrects_id is None:
        complaints.of_contact(contact, by=by)
    events.record(CONTACT_MADE, contact.customer, by=by, store=contact.store, data=_told(contact, rows))


def record_call(
    follow_up: FollowUp,
    *,
    by: User,
    key: str = "",
    leave: Collection[int] = (),
    survey: Answers = NOTHING,
    **outcome: Unpack[Outcome],
) -> Contact:
    """Note what came of the call: it ends, moves or is tried again, and with it what is made along with it."""
    return record_contact(follow_up, by=by, key=key, leave=leave, survey=survey, said=Said(**outcome))


def note_contact(  # where and how we met, all by name
    customer: Customer,
    *,
    by: User,
    store: Store,
    channel: str = CareChannel.CALL,
    direction: str = Contact.Direction.IN,
    answers: Collection[int] = (),
    key: str = "",
    **outcome: Unpack[Outcome],
) -> Contact:
    """Note a contact that no follow-up asked for: somebody called us, or dropped in, which may answer what was due."""
    return record_contact(
        customer,
        by=by,
        said=Said(**outcome),
        channel=channel,
        direction=direction,
        store=store,
        answers=answers,
        key=key,
    )


def refuse_reached(row: FollowUp, *, by: User) -> None:
    """:raises Refusal: when the follow-up did not end because nobody answered."""
    if row.status != FollowUp.Status.UNREACHABLE:
        raise Refusal(_("Only a call that reached nobody is opened again."), code="not_unreachable")


@transaction.atomic
def reopen(row: FollowUp, *, by: User) -> FollowUp:
    """They called back, or there is a number that works: the call is due again, now, and all tries are open."""
    lock_customer(row.customer_id)
    row = FollowUp.objects.lock(row)
    refuse_reached(row, by=by)
    now = timezone.now()
    row.become(FollowUp.Status.PENDING)
    row.attempts, row.ended_at, row.ended_why = 0, None, ""
    row.escalated_at, row.escalated_to = None, None
    # As if they had asked for it: no distance to another call holds it back.
    _move(row, now, named=True)
    row.save()
    if consents.obey(FollowUp.objects.filter(pk=row.pk), at=now, by=by):
        raise Refusal(
            _("The customer does not want these calls. Record what they say as a contact."), code="not_wanted"
        )
    events.record(FOLLOWUP_REOPENED, row, by=by)
    return row


def car_of(customer: Customer) -> Vehicle | None:
    """The car a contact is about unless another is named: the first they have."""
    owned = Vehicle.objects.filter(ownerships__customer=customer, ownerships__until__isnull=True)
    # The oldest file: asked twice, it is the same car.
    return owned.order_by("pk").first()


def _told(contact: Contact, rows: Sequence[FollowUp]) -> dict[str, object]:
    return {
        "contact": contact.pk,
        "result": contact.result,
        "channel": contact.channel,
        "follow_up": contact.follow_up_id,
        "answers": [row.pk for row in rows],
    }


def lock_customer(customer: int) -> None:
    """Calls of one customer are saved one after the other, whatever store makes them."""
    # Two stores that call one customer at this moment come one after the other: the second sees that they were spoken to.
    # NO KEY, so that whoever only refers to the customer does not wait for a call to be saved.
    Customer.objects.select_for_update(no_key=True).get(pk=customer)


def _lock_call(row: FollowUp, leave: Collection[int], by: User, now: datetime) -> list[FollowUp]:
    """The follow-up and what is made along with it, held; the follow-up first."""
    lock_customer(row.customer_id)
    along = [pk for pk in joined_with(row, now).values_list("pk", flat=True) if pk not in leave]
    # Two at the desk may have the same call before them: the second is told that it is made. One query in the order of the
    # keys: two who opened the same calls from two sides cannot block each other.
    rows = FollowUp.objects.filter(pk__in=[row.pk, *along]).lock_all()
    head = next(held for held in rows if held.pk == row.pk)
    if head.status != FollowUp.Status.PENDING:
        raise Refusal(_("This follow-up has ended already. Take the next one."), code="follow_up_ended")
    refuse_written(head, by=by)
    refuse_too_soon(head, by=by)
    return [head, *(held for held in rows if held.pk != head.pk and held.status == FollowUp.Status.PENDING)]


def _lock_answered(customer: Customer, answers: Collection[int], by: User) -> list[FollowUp]:
    if not answers:
        return []
    lock_customer(customer.pk)
    # What somebody else has ended meanwhile needs no answer any more.
    rows = FollowUp.objects.visible_to(by).pending().to_call()
    return rows.filter(customer=customer, pk__in=answers).lock_all()


def _answer(contact: Contact, row: FollowUp, entry: str) -> Answer:
    """How the follow-up stood before the contact."""
    return Answer(
        contact=contact,
        follow_up=row,
        due_from=row.due_from,
        due_until=row.due_until,
        named_at=row.named_at,
        attempts=row.attempts,
        assignee_id=row.assignee_id,
        entry=entry,
    )


def refuse_written(row: FollowUp, *, by: User) -> None:
    """:raises Refusal: when it is a letter or a text, which no call keeps."""
    if row.channel in {CareChannel.LETTER, CareChannel.SMS}:
        raise Refusal(_("This is kept by writing, not by a call: see the register of letters."), code="not_a_call")


def _apply(row: FollowUp, contact: Contact, by: User) -> None:
    """What the result means for the follow-up and its recall entry."""
    result = Result(contact.result)
    # Not called is no attempt: three of them would make a customer unreachable who never heard a ring. Nor is a call that the
    # customer put off: they spoke to us. And who calls us was not tried.
    row.attempts += result not in NO_ATTEMPT and contact.direction == Contact.Direction.OUT
    # Free work of a role belongs from now on to whoever took the first call: customers know one voice.
    if row.assignee_id is None:
        row.assignee = by
    if result in NAMES_A_TIME:
        assert contact.next_at is not None
        _move(row, contact.next_at, named=True)
    # Hung up, broken off: invalid for the statistics of the trade, but the customer was not reached and is tried again.
    elif FAMILY[result] == FAILED or result in UNFINISHED:
        _not_reached(row, result, contact.at)
    else:
        row.become(FollowUp.Status.DONE)
        row.ended_at, row.ended_why = contact.at, FollowUp.Why.REACHED
    row.save()
    if row.recall_entry_id:
        recall_calls.note_call(
            RecallEntry.objects.get(pk=row.recall_entry_id), contact=contact, over=row.has_ended, by=by
        )


def _afterwards(rows: Sequence[FollowUp], contact: Contact, by: User) -> None:
    """What follows for the customer: the car has gone, a second call, a number to mend, other calls that keep their distance."""
    result = Result(contact.result)
    if result == Result.DO_NOT_CALL:
        consents.do_not_call(contact, by=by)
    # No second call to somebody who has just told us that the car is sold.
    if result in CHANGED_HANDS:
        for vehicle in {row.vehicle for row in rows if row.vehicle is not None}:
            _changed_hands(vehicle, by, contact.at)
    else:
        for row in rows:
            if row.status == FollowUp.Status.DONE and row.cadence.code == QUALITY:
                _call_again(row, contact, by)
    if contact.channel == CareChannel.CALL and contact.direction == Contact.Direction.OUT:
        _write_instead(rows, contact, by)
        unreached.note_number(contact, rows=rows, dead=result in DEAD_NUMBERS, by=by)
        if FAMILY[result] == SUCCESS:
            spacing.move_behind(contact.customer_id, contact.at)


def _write_instead(rows: Sequence[FollowUp], contact: Contact, by: User) -> None:
    """Whom no call reaches is written to, as the rules of the store say: one letter or message, however many calls failed."""
    given_up = [row for row in rows if row.status == FollowUp.Status.UNREACHABLE]
    if given_up:
        dead = contact.result in DEAD_NUMBERS
        start_cadence(
            Trigger.NUMBER_DEAD if dead else Trigger.UNREACHED,
            customer=contact.customer,
            vehicle=given_up[0].vehicle,
            store=contact.store,
            anchor=contact.at,
            by=by,
        )


def _call_again(row: FollowUp, contact: Contact, by: User) -> None:
    start_cadence(
        Trigger.QUALITY_CALLED,
        customer=contact.customer,
        vehicle=row.vehicle,
        store=row.store,
        anchor=contact.at,
        by=by,
    )


def _move(row: FollowUp, to: datetime, *, named: bool) -> None:
    """Due at another time; never less than the deadline it had, nor than the end of that day."""
    # What the customer names holds, also outside calling hours; what we choose does not.
    hours = Planner().hours[row.store_id]
    start = to if named else hours.next_moment(to)
    row.due_from, row.named_at = start, to if named else row.named_at
    # The old deadline is never shortened: who moved a call must not be late for it at once.
    row.due_until = max(row.due_until, hours.close_after(start), start + timedelta(minutes=30))


def _not_reached(row: FollowUp, result: Result, at: datetime) -> None:
    """Try again later the same day or the next; a dead number, or three calls without answer, and we did not reach them."""
    if result == Result.NOT_CALLED:
        return
    # Three calls are the custom of the trade; a fourth is a nuisance, and a dead number does not ring at all.
    if result in DEAD_NUMBERS or row.attempts >= TRIES:
        row.become(FollowUp.Status.UNREACHABLE)
        row.ended_at, row.ended_why = at, FollowUp.Why.NO_ANSWER
    else:
        _move(row, at + TRY_AGAIN, named=False)


def _changed_hands(vehicle: Vehicle, by: User, at: datetime) -> None:
    """The car is not theirs any more: its file says so, and nobody is called for it."""
    # A sold car leaves its plate free: the buyer may register it before anybody corrects the file.
    Vehicle.objects.filter(pk=vehicle.pk).update(gone=True)
    events.record(VEHICLE_CHANGED, vehicle, by=by, data={"fields": ["gone"]})
    stop_cadences(vehicle, reason=str(Result.SOLD), by=by, at=at)
