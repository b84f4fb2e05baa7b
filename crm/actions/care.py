"""Care: promises begin, are kept by contacts, and stop when the car goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Required, TypedDict, Unpack

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions import recall_calls
from crm.actions.rounds import drop_batch, escalate, run_due, stand_in
from crm.events import CARE_STARTED, CARE_STARTED_MANY, CARE_STOPPED, CONTACT_MADE, VEHICLE_CHANGED
from crm.models import Contact, Customer, FollowUp, Letter, NextStep, RecallEntry, Result, Trigger, Vehicle
from crm.models.care import CareChannel
from crm.models.contacts import FAILED, FAMILY
from crm.planner import CadenceStart, Planner
from dms.core.refusals import NoStoreChosen, Refusal
from dms.models import Reason, Store, User
from dms.records import events, idempotency

__all__ = ["Said", "escalate", "record_contact", "run_due", "stand_in", "start_cadence", "start_many", "stop_cadences"]

QUALITY = "quality"
"""The cadence whose call is followed by a second one."""

BATCH = 2000
TRIES = 3
"""So many unanswered calls make a customer unreachable."""

TRY_AGAIN = timedelta(hours=3)
DEAD_NUMBERS = frozenset({Result.NO_SUCH_NUMBER, Result.SUSPENDED})
UNFINISHED = frozenset({Result.HUNG_UP, Result.BROKEN_OFF})
CHANGED_HANDS = frozenset({Result.SOLD, Result.GIVEN_AWAY})


# --- beginning ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def start_cadence(  # noqa: PLR0913 # the facts of a beginning, all by name
    trigger: str,
    *,
    customer: Customer,
    vehicle: Vehicle | None,
    store: Store,
    anchor: datetime,
    by: User | None,
    assignee: User | None = None,
    named_time: datetime | None = None,
    why: Sequence[str] = (),
) -> list[FollowUp]:
    """Promises begin: one follow-up for each rule of the store's preset. Begun again for the same moment, they are the same."""
    if vehicle is not None:
        Vehicle.objects.lock(vehicle)  # two settlements of a car at once: the second finds the promises of the first
    begun = CadenceStart(
        customer.pk,
        vehicle.pk if vehicle else None,
        store.pk,
        anchor,
        assignee.pk if assignee else None,
        named_time,
        tuple(why),
    )
    rows = FollowUp.objects.filter(customer=customer, vehicle=vehicle, anchor=anchor, cadence__trigger=trigger)
    known = rows.exists()
    if not known:
        # Of a customer without a car nothing is locked: there the unique key decides, and the later one adds nothing.
        FollowUp.objects.bulk_create(Planner().first(trigger, begun), ignore_conflicts=True)
        data = {"trigger": str(trigger), "follow_ups": rows.count()}
        events.record(CARE_STARTED, vehicle or customer, by=by, store=store, data=data)
    return list(rows.select_related("cadence").order_by("due_from", "pk"))


def start_many(
    trigger: str, *, beginnings: Iterable[CadenceStart], by: User | None, not_before: datetime | None = None
) -> int:
    """Promises of many begin at once, in batches of constant size. With ``not_before`` history is not called.

    Returns how many follow-ups there were to write; those already there stay as they are.
    """
    planner, asked, several = Planner(), 0, iter(beginnings)
    # A transaction for each batch: history is imported by the hundred thousand, and nothing else may wait for all of it.
    while batch := list(islice(several, BATCH)):
        rows = [row for begun in batch for row in planner.first(trigger, begun, not_before=not_before)]
        with transaction.atomic():
            # An import that died is run again: what it had written is there, and stays.
            FollowUp.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
        asked += len(rows)
    with transaction.atomic():
        # One event for all: an import of history would fill the log with a line for each car.
        events.record(CARE_STARTED_MANY, None, by=by, data={"trigger": str(trigger), "follow_ups": asked})
    return asked


@transaction.atomic
def stop_cadences(vehicle: Vehicle, *, reason: str, by: User | None, customer: Customer | None = None) -> int:
    """No promise of this car is kept any more: open follow-ups are dropped, repeats end. Returns how many rows ended."""
    rows = FollowUp.objects.filter(Q(status=FollowUp.Status.PENDING) | Q(continued=False), vehicle=vehicle)
    # Named when the car changes hands: its former owner is not called any more, the new one is.
    rows = rows.filter(customer=customer) if customer else rows
    stopped = 0
    while ended := drop_batch(rows, at=timezone.now(), why=FollowUp.Why.STOPPED, by=by):
        stopped += ended
    if stopped:
        events.record(CARE_STOPPED, vehicle, by=by, data={"reason": reason, "follow_ups": stopped})
    return stopped


@transaction.atomic
def follow_merge(duplicate: Customer, *, into: Customer, by: User) -> None:
    """Two files became one: promises, contacts, letters and recalls go with the customer.

    A promise that both files held is kept once: the duplicate's is dropped and stays where it was.
    """
    moving, staying = FollowUp.objects.filter(customer=duplicate), FollowUp.objects.filter(customer=into)
    twice = Exists(staying.filter(**{name: OuterRef(name) for name in ("cadence", "vehicle", "anchor", "occurrence")}))
    moving.lock_all()  # whoever records a call right now ends first
    drop_batch(moving.filter(twice), at=timezone.now(), why=FollowUp.Why.STOPPED, by=by)
    # Dropped above, the doubles keep their customer: moved, they would break the unique key of a promise.
    moving.exclude(twice).update(customer=into)
    Contact.objects.filter(customer=duplicate).update(customer=into)
    Letter.objects.filter(customer=duplicate).update(customer=into)
    RecallEntry.objects.filter(customer=duplicate).update(customer=into)


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
    if said.result == Result.LATER and said.next_at is None:
        raise Refusal(_("Write when to call again."), code="no_next_time")
    if said.next_at is not None and said.next_at <= now:
        raise Refusal(_("The next contact lies in the past. Choose a later time."), code="next_in_past")
    if said.result in {Result.OTHER, Result.REFUSED} and not said.said.strip():
        raise Refusal(_("Write what was said."), code="nothing_said")


@transaction.atomic
def record_contact(
    subject: FollowUp | Customer,
    *,
    by: User,
    said: Said,
    channel: str = CareChannel.CALL,
    direction: str = Contact.Direction.OUT,
    store: Store | None = None,
    vehicle: Vehicle | None = None,
    key: str = "",
) -> Contact:
    """A contact happened. On a follow-up it ends it, moves it to the time agreed, or counts the attempt. The same key is the same.

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
        row = _lock_open(subject, by)
        contact = Contact(customer_id=row.customer_id, vehicle_id=row.vehicle_id, store=row.store, follow_up=row)
        # A promised visit is kept by a visit, whatever the form of the desk says.
        channel = row.channel if row.channel == CareChannel.VISIT else channel
    # Never guessed: a contact belongs to a store, and somebody of two stores must say which.
    elif store is None:
        raise NoStoreChosen
    else:
        contact = Contact(customer=subject, vehicle=vehicle or car_of(subject), store=store)
    contact.channel, contact.direction, contact.by, contact.at = channel, direction, by, now
    contact.result, contact.said, contact.reason = said.result, said.said.strip(), said.reason
    contact.next_step, contact.next_at, contact.key = said.next_step, said.next_at, key or None
    contact.save(force_insert=True)
    if contact.follow_up is not None:
        _apply(contact.follow_up, contact, by)
    events.record(CONTACT_MADE, contact.customer, by=by, store=contact.store, data=_told(contact))
    return contact


def record_call(follow_up: FollowUp, *, by: User, key: str = "", **outcome: Unpack[Outcome]) -> Contact:
    """Note what came of the call: it ends, moves or is tried again."""
    return record_contact(follow_up, by=by, key=key, said=Said(**outcome))


def note_contact(  # where and how we met, all by name
    customer: Customer,
    *,
    by: User,
    store: Store,
    channel: str = CareChannel.CALL,
    direction: str = Contact.Direction.IN,
    key: str = "",
    **outcome: Unpack[Outcome],
) -> Contact:
    """Note a contact that no follow-up asked for: somebody called us, or dropped in."""
    said = Said(**outcome)
    return record_contact(customer, by=by, said=said, channel=channel, direction=direction, store=store, key=key)


def car_of(customer: Customer) -> Vehicle | None:
    """The car a contact is about unless another is named: the first they have."""
    owned = Vehicle.objects.filter(ownerships__customer=customer, ownerships__until__isnull=True)
    # The oldest file: asked twice, it is the same car.
    return owned.order_by("pk").first()


def _told(contact: Contact) -> dict[str, object]:
    return {
        "contact": contact.pk,
        "result": contact.result,
        "channel": contact.channel,
        "follow_up": contact.follow_up_id,
    }


def _lock_open(row: FollowUp, by: User) -> FollowUp:
    # Two at the desk may have the same call before them: the second is told that it is made.
    row = FollowUp.objects.lock(row)
    if row.status != FollowUp.Status.PENDING:
        raise Refusal(_("This follow-up has ended already. Take the next one."), code="follow_up_ended")
    refuse_written(row, by=by)
    return row


def refuse_written(row: FollowUp, *, by: User) -> None:
    """:raises Refusal: when it is a letter or a text, which no call keeps."""
    if row.channel in {CareChannel.LETTER, CareChannel.SMS}:
        raise Refusal(_("This is kept by writing, not by a call: see the register of letters."), code="not_a_call")


def _apply(row: FollowUp, contact: Contact, by: User) -> None:
    """What the result means for the follow-up, its recall entry and the promises after it."""
    result = Result(contact.result)
    # Not called is no attempt: three of them would make a customer unreachable who never heard a ring.
    row.attempts += result != Result.NOT_CALLED
    # Free work of a role belongs from now on to whoever took the first call: customers know one voice.
    if row.assignee_id is None:
        row.assignee = by
    if result == Result.LATER:
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
            RecallEntry.objects.get(pk=row.recall_entry_id), contact=contact, over=row.is_over, by=by
        )
    # No second call to somebody who has just told us that the car is sold.
    if result in CHANGED_HANDS and row.vehicle is not None:
        _changed_hands(row.vehicle, by)
    elif row.status == FollowUp.Status.DONE and row.cadence.code == QUALITY:
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
    row.due_until = max(row.due_until, hours.deadline(start + timedelta(hours=2), start), start + timedelta(minutes=30))


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


def _changed_hands(vehicle: Vehicle, by: User) -> None:
    """The car is not theirs any more: its file says so, and nobody is called for it."""
    # A sold car leaves its plate free: the buyer may register it before anybody corrects the file.
    Vehicle.objects.filter(pk=vehicle.pk).update(gone=True)
    events.record(VEHICLE_CHANGED, vehicle, by=by, data={"fields": ["gone"]})
    stop_cadences(vehicle, reason=str(Result.SOLD), by=by)
