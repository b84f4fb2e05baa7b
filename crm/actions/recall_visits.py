"""What bookings and visits mean for the recall: the list knows who will come and who came, and calls nobody who does."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions import promises
from crm.events import FOLLOWUP_DROPPED, RECALL_BOOKED, RECALL_CAME, RECALL_UNBOOKED
from crm.models import FollowUp, RecallEntry, Trigger, Vehicle
from crm.planner import CadenceStart
from dms.formats.days import add_months
from dms.models import Event, User
from dms.records import events

Status = RecallEntry.Status
LOOKS_BACK = 2
"""A visit so many months after the due month is still the one that was asked for; later it is another."""
TO_COME = (Status.LISTED, Status.PRINTED, Status.MAILED, Status.CALLED, Status.DECLINED)


def _entries(vehicle: Vehicle, *statuses: str) -> list[RecallEntry]:
    """The entries of the car that a visit of today answers, held."""
    oldest: date = add_months(timezone.localdate().replace(day=1), -LOOKS_BACK)
    return RecallEntry.objects.filter(vehicle=vehicle, status__in=statuses, due_month__gte=oldest).lock_all()


@transaction.atomic
def note_booking(vehicle: Vehicle, *, by: User | None, but: FollowUp | None = None) -> None:
    """A visit is booked: the entry of the car is, too, and leaves the list of calls.

    :param but: the call in which it was booked, which is recorded itself.
    """
    now = timezone.now()
    # The desk may be calling this owner: whoever is second finds the entry booked.
    for entry in _entries(vehicle, *TO_COME):
        entry.move(Status.BOOKED, ended_at=now, booked_at=now, reason=None)
        events.record(RECALL_BOOKED, entry, by=by)
        _call_no_more(entry, at=now, by=by, but=but)


@transaction.atomic
def note_visit(vehicle: Vehicle, *, by: User | None) -> None:
    """The car is here: the recall has done what it is for."""
    now = timezone.now()
    for entry in _entries(vehicle, *TO_COME, Status.BOOKED):
        entry.move(Status.CAME, ended_at=now, reason=None)
        events.record(RECALL_CAME, entry, by=by)
        _call_no_more(entry, at=now, by=by)


@transaction.atomic
def note_unbooking(vehicle: Vehicle, *, by: User | None) -> None:
    """The booking came to nothing: the entry stands where it stood, and its owner is called again."""
    for entry in _entries(vehicle, Status.BOOKED):
        reached = (
            (entry.called_at, Status.CALLED),
            (entry.mailed_at, Status.MAILED),
            (entry.printed_at, Status.PRINTED),
        )
        back = next((status for at, status in reached if at), Status.LISTED)
        entry.move(back, ended_at=None, booked_at=None)
        events.record(RECALL_UNBOOKED, entry, by=by)
        if entry.mailed_at:
            _call_again(entry, at=timezone.now(), by=by)


def _call_no_more(entry: RecallEntry, *, at: datetime, by: User | None, but: FollowUp | None = None) -> None:
    rows = FollowUp.objects.pending().filter(recall_entry=entry).lock_all()
    calls = [row for row in rows if but is None or row.pk != but.pk]
    FollowUp.objects.filter(pk__in=[row.pk for row in calls]).update(
        status=FollowUp.Status.CANCELLED, ended_at=at, ended_why=FollowUp.Why.ANSWERED
    )
    _tell(calls, by)


def _tell(calls: Sequence[FollowUp], by: User | None) -> None:
    Event.objects.bulk_create(
        [events.build(FOLLOWUP_DROPPED, row, by=by, data={"why": FollowUp.Why.ANSWERED}) for row in calls]
    )


def _call_again(entry: RecallEntry, *, at: datetime, by: User | None) -> None:
    if not FollowUp.objects.pending().filter(recall_entry=entry).exists():
        why = (_("Maintenance due %(month)s") % {"month": f"{entry.due_month:%Y-%m}"}, _("the booking was cancelled"))
        begin = CadenceStart(entry.customer_id, entry.vehicle_id, entry.store_id, at, recall_entry=entry.pk, why=why)
        promises.start_many(Trigger.RECALL_MAILED, beginnings=[begin], by=by)
