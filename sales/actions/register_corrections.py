"""The register is put right: a line by mistake is void, its turn returned; a guest is still here; what was told later."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions.complaints import open_complaint
from crm.models import Complaint, ComplaintKind
from dms.core.refusals import Refusal
from dms.core.untyped import Fact
from dms.models import User
from dms.records import events
from sales import rota
from sales.actions import rota as turns
from sales.actions.register import refuse_void
from sales.events import VISIT_CORRECTED, VISIT_RETURNED, VISIT_VOIDED
from sales.models import ShowroomVisit

COUNTED = ("party_size", "purpose", "source")
"""What the figures of the month are counted by."""
CORRECTED = (*COUNTED, "note")


@transaction.atomic
def void_visit(row: ShowroomVisit, *, reason: str, by: User) -> ShowroomVisit:
    """It was written by mistake: it keeps its number and counts no more, and the adviser has their turn again.

    An A card that was opened with it stays: it is given up where it lies.
    """
    rota.hold(row.store)  # the turn that is returned may be given again at once
    row = ShowroomVisit.objects.lock(row)
    refuse_void(row, by=by)
    if not reason.strip():
        raise Refusal(_("Say why the line is void."), code="reason_missing")
    turns.return_turn(row)
    row.voided_at, row.voided_by, row.void_reason = timezone.now(), by, reason.strip()[:200]
    row.save(update_fields=["voided_at", "voided_by", "void_reason", "turn_before"])
    if row.is_first and row.customer_id:
        _first_instead(row)
    data = {"reason": row.void_reason, "adviser": row.adviser_id, "customer": row.customer_id}
    events.record(VISIT_VOIDED, row, by=by, data=data)
    return row


def _first_instead(void: ShowroomVisit) -> None:
    """The next line of the same guest is their first visit now."""
    rows = ShowroomVisit.objects.counted().filter(store=void.store, customer=void.customer)
    following = rows.order_by("came_at", "pk").first()
    # First visits are a figure of the month: the void line took it along, the guest was here all the same.
    if following is not None and not rows.filter(is_first=True).exists():
        ShowroomVisit.objects.filter(pk=following.pk).update(is_first=True)


@transaction.atomic
def still_here(row: ShowroomVisit, *, by: User) -> ShowroomVisit:
    """The guest had not left: their adviser is with them."""
    # Voided at the same moment, the line would show a guest in the house whom nobody counts.
    row = ShowroomVisit.objects.lock(row)
    refuse_still_here(row, by=by)
    before, row.left_at = row.left_at, None
    row.save(update_fields=["left_at"])
    events.record(VISIT_RETURNED, row, by=by, data={"left": before and before.isoformat()})
    return row


def refuse_still_here(row: ShowroomVisit, *, by: User) -> None:
    """:raises Refusal: when nobody said that they left, or it was another day, or a call."""
    refuse_void(row, by=by)
    if row.left_at is None or row.kind == ShowroomVisit.Kind.CALL or row.day != timezone.localdate():
        raise Refusal(_("Only a guest of today who is said to have left can still be here."), code="not_left")


@transaction.atomic
def correct_visit(row: ShowroomVisit, *, by: User, reason: str = "", **facts: Fact) -> ShowroomVisit:
    """How many they were, what for and through which channel is known better; the log keeps both, and why.

    :raises Refusal: when a figure of a day that is over changes and nobody says why. What was empty is filled in without.
    """
    # Two desks correct one line: “before” in the log is what stood there, not what a page showed.
    row = ShowroomVisit.objects.lock(row)
    refuse_void(row, by=by)
    changed = {name: facts[name] for name in CORRECTED if name in facts and getattr(row, name) != facts[name]}
    if not changed:
        return row
    if row.day != timezone.localdate() and not reason.strip():
        # The manager has reported that day: what was empty adds to it, what stood there contradicts it.
        counted = [name for name in changed if name in COUNTED and getattr(row, name) is not None]
        if counted:
            raise Refusal(_("That day is counted already: say why its figures change."), code="reason_missing")
    before = {name: _in_words(getattr(row, name)) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    data = {
        "before": before,
        "after": {name: _in_words(value) for name, value in changed.items()},
        "reason": reason.strip()[:200],
    }
    events.record(VISIT_CORRECTED, row, by=by, data=data)
    return row


def _in_words(value: Fact) -> str:
    return "" if value is None else str(value)


# --- complaints ---------------------------------------------------------------------------------------------------------
def refuse_nobody(row: ShowroomVisit, *, by: User) -> None:
    """:raises Refusal: when nobody knows who the guest is."""
    if row.customer_id is None:
        raise Refusal(_("Write down first who it is: a complaint belongs to a customer."), code="visit_of_nobody")


@transaction.atomic
def complain(row: ShowroomVisit, *, words: str, by: User, kind: ComplaintKind | None = None) -> Complaint:
    """The guest came to complain: from now on it is somebody's, with the deadline of its class.

    :raises Refusal: when the line is void, nobody knows who it is, or nothing was said.
    """
    row = ShowroomVisit.objects.lock(row)
    refuse_void(row, by=by)
    refuse_nobody(row, by=by)
    assert row.customer is not None
    return open_complaint(row.customer, words=words, by=by, store=row.store, kind=kind)
