"""What a call does to the recall entry it was made for."""

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions import maintenance
from crm.booked import is_booked
from crm.events import RECALL_CALLED
from crm.models import Contact, RecallEntry, Result
from crm.models.contacts import FAMILY, SUCCESS
from crm.models.recall import COMES
from dms.core.refusals import Refusal
from dms.models import Reason, User
from dms.records import events

SPOKEN_TO = frozenset({Result.REFUSED, Result.SOLD, Result.TAXI, Result.GIVEN_AWAY, Result.OTHER, Result.DO_NOT_CALL})
VOIDS = frozenset({Result.SOLD, Result.GIVEN_AWAY})
ELSEWHERE = "DONE_ELSEWHERE"
MEANS = {
    Result.KM_NOT_REACHED: "MILEAGE_NOT_REACHED",
    Result.AWAY: "AWAY",
    Result.NO_TIME: "NO_TIME",
    Result.REFUSED: "DO_NOT_CALL",
    Result.DO_NOT_CALL: "DO_NOT_CALL",
}
"""Results that say by themselves why the owner did not book."""


def note_call(entry: RecallEntry, *, contact: Contact, over: bool, by: User) -> RecallEntry:
    """The list of the recall shows the call: reached or not, booked, or why not; void when the car changed hands.

    :raises Refusal: when the owner was reached, did not book, and nobody says why.
    """
    # After its follow-up, in every call: the owner may be booking at the desk at this moment.
    entry = RecallEntry.objects.lock(entry)
    # A call after the end changes nothing: it is a contact of the customer all the same.
    if entry.is_over or entry.status == RecallEntry.Status.DECLINED:
        return entry
    result = Result(contact.result)
    if result == Result.NOT_CALLED:
        return entry
    # A word is no booking: the entry is booked by the booking itself, or the list would count visits nobody expects.
    if result == Result.BOOKED and entry.status not in COMES and not is_booked(entry.vehicle):
        raise Refusal(_("Book the visit first: it is noted with the booking."), code="not_booked")
    # The first call counts for the deadline; before the letter is mailed none counts for the recall.
    entry.called_at = entry.called_at or (contact.at if entry.mailed_at else None)
    # Reached once is reached: a second call without answer does not make the figure worse.
    entry.reached = entry.reached or FAMILY[result] == SUCCESS or result in SPOKEN_TO
    status = entry.status if entry.status in COMES else _status(result, over=over, reached=entry.reached)
    if status == RecallEntry.Status.DECLINED:
        entry.reason = contact.reason or _reason(result)
    if status != entry.status:
        entry.become(status)
    if status not in COMES:
        entry.ended_at = contact.at if status in RecallEntry.ENDS else None
    elif entry.booked_at is None:
        entry.booked_at = entry.ended_at = contact.at
    entry.save()
    _done_elsewhere(entry, contact, by)
    events.record(RECALL_CALLED, entry, by=by, data={"result": contact.result, "status": entry.status})
    return entry


def _done_elsewhere(entry: RecallEntry, contact: Contact, by: User) -> None:
    """Their plan goes on from there: urged for what was done, they would think that nobody listens."""
    if entry.status == RecallEntry.Status.DECLINED and entry.reason is not None and entry.reason.code == ELSEWHERE:
        today = timezone.localdate(contact.at)
        maintenance.note_service(entry.vehicle, store=entry.store, on=today, by=by, elsewhere=True)


def _status(result: Result, *, over: bool, reached: bool) -> str:
    if result == Result.BOOKED:
        return RecallEntry.Status.BOOKED
    if result in VOIDS:
        return RecallEntry.Status.VOID
    # Whoever wants to book is no refusal, though the call is over: the booking ends the entry.
    if over and reached and result != Result.INTERESTED:
        return RecallEntry.Status.DECLINED
    return RecallEntry.Status.CALLED


def _reason(result: Result) -> Reason:
    reason = Reason.objects.filter(kind=Reason.Kind.RECALL_REFUSAL, code=MEANS.get(result, "")).first()
    if reason is None:
        raise Refusal(_("Say why the owner did not book."), code="no_reason")
    return reason
