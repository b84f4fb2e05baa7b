"""Promises begin, stop when the car goes, and go along when two files become one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from crm.actions import consents, spacing
from crm.actions.rounds import drop_batch
from crm.events import CARE_STARTED, CARE_STARTED_MANY, CARE_STOPPED
from crm.models import Consent, Contact, Customer, FollowUp, Letter, RecallEntry, Vehicle
from crm.planner import CadenceStart, Planner
from dms.models import Store, User
from dms.records import events

BATCH = 2000


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
        # Written and dropped: so the file shows why nobody called, and a repeat sleeps until they want it.
        consents.obey(rows, at=timezone.now(), by=by)
        spacing.move_behind(customer.pk, timezone.now())
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
            begun_for = FollowUp.objects.filter(customer__in={one.customer for one in batch}, cadence__trigger=trigger)
            consents.obey(begun_for, at=timezone.now(), by=by)
        asked += len(rows)
    with transaction.atomic():
        # One event for all: an import of history would fill the log with a line for each car.
        events.record(CARE_STARTED_MANY, None, by=by, data={"trigger": str(trigger), "follow_ups": asked})
    return asked


@transaction.atomic
def stop_cadences(
    vehicle: Vehicle, *, reason: str, by: User | None, customer: Customer | None = None, at: datetime | None = None
) -> int:
    """No promise of this car is kept any more: open follow-ups are dropped, repeats end. Returns how many rows ended."""
    rows = FollowUp.objects.filter(Q(status=FollowUp.Status.PENDING) | Q(continued=False), vehicle=vehicle)
    # Named when the car changes hands: its former owner is not called any more, the new one is.
    rows = rows.filter(customer=customer) if customer else rows
    stopped = 0
    while ended := drop_batch(rows, at=at or timezone.now(), why=FollowUp.Why.STOPPED, by=by):
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
    Consent.objects.filter(customer=duplicate).update(customer=into)
