"""Complaints: taken down, given to somebody, solved, closed by the customer's word; what is late climbs."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.assignment import Callers
from crm.events import (
    COMPLAINT_ASSIGNED,
    COMPLAINT_CLOSED,
    COMPLAINT_ESCALATED,
    COMPLAINT_OPENED,
    COMPLAINT_REOPENED,
    COMPLAINT_RESTORED,
    COMPLAINT_SOLVED,
    COMPLAINT_SOLVING,
    COMPLAINT_VOID,
)
from crm.models import Complaint, ComplaintKind, Contact, Customer, Vehicle
from dms.core.refusals import NoStoreChosen, Refusal
from dms.models import Event, Store, User
from dms.records import events, idempotency
from dms.records.numbering import next_number

BATCH = 200
Status = Complaint.Status


# --- taken down ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_complaint(  # noqa: PLR0913 # what was said, of what, all by name
    customer: Customer,
    *,
    words: str,
    by: User | None,
    store: Store | None,
    kind: ComplaintKind | None = None,
    vehicle: Vehicle | None = None,
    about: str = "",
    contact: Contact | None = None,
    key: str = "",
) -> Complaint:
    """The customer is not content: from now on it is somebody's, until the deadline of its class. The same key is the same.

    :raises Refusal: when nothing was said, or no class is in use.
    """
    before = idempotency.earlier(
        Complaint.objects.all(), key, same=lambda row: (row.customer_id, row.words) == (customer.pk, words.strip())
    )
    if before is not None:
        return before
    if not words.strip():
        raise Refusal(_("Write what the customer says: these words are the complaint."), code="nothing_said")
    if store is None:
        raise NoStoreChosen
    kind = kind or ComplaintKind.objects.filter(active=True).first()
    if kind is None:
        raise Refusal(_("There is no class of complaints. Add one in the configuration."), code="no_kind")
    now = timezone.now()
    complaint = Complaint(
        number=next_number("complaint", store),
        store=store,
        customer=customer,
        vehicle=vehicle,
        contact=contact,
        about=about.strip(),
        kind=kind,
        words=words.strip(),
        owner_id=Callers().choose(kind.role, store=store.pk, customer=customer.pk),
        opened_at=now,
        opened_by=by,
        due_by=now + timedelta(hours=kind.hours),
        status_at=now,
        key=key or None,
    )
    complaint.save(force_insert=True)
    events.record(COMPLAINT_OPENED, complaint, by=by, data={"customer": customer.pk, "kind": kind.code})
    return complaint


def of_contact(contact: Contact, *, by: User) -> Complaint:
    """What was said in a call was a complaint. The caller's transaction holds both, or neither."""
    return open_complaint(
        contact.customer, words=contact.said, by=by, store=contact.store, vehicle=contact.vehicle, contact=contact
    )


# --- worked on ----------------------------------------------------------------------------------------------------------
def refuse_taken(complaint: Complaint, *, by: User) -> None:
    """:raises Refusal: when somebody is at it, or it is over."""
    if complaint.status != Status.OPEN:
        raise Refusal(_("Somebody is at it already, or it is over. Reload the page."), code="complaint_taken")


@transaction.atomic
def take(complaint: Complaint, *, by: User) -> Complaint:
    """Whoever takes it solves it."""
    # Two of customer service take it at once: the second is told that it is taken.
    complaint = Complaint.objects.lock(complaint)
    refuse_taken(complaint, by=by)
    complaint.move(Status.IN_PROGRESS, owner=by)
    events.record(COMPLAINT_SOLVING, complaint, by=by)
    return complaint


@transaction.atomic
def assign(complaint: Complaint, *, owner: User, by: User, kind: ComplaintKind | None = None) -> Complaint:
    """It is another's, or of another class, whose deadline then counts from the beginning."""
    # Solved at this moment, it is nobody's work any more.
    complaint = Complaint.objects.lock(complaint)
    refuse_over(complaint, by=by)
    changed = ["owner"]
    if kind is not None and kind != complaint.kind:
        complaint.kind, complaint.due_by = kind, complaint.opened_at + timedelta(hours=kind.hours)
        changed += ["kind", "due_by"]
    complaint.owner = owner
    complaint.save(update_fields=changed)
    events.record(COMPLAINT_ASSIGNED, complaint, by=by, data={"to": owner.pk, "kind": complaint.kind.code})
    return complaint


def refuse_over(complaint: Complaint, *, by: User) -> None:
    """:raises Refusal: when it is closed or void."""
    if complaint.status in {Status.CLOSED, Status.VOID}:
        raise Refusal(_("This complaint is over. Open it again first."), code="complaint_over")


@transaction.atomic
def solve(complaint: Complaint, *, solution: str, by: User) -> Complaint:
    """It is solved on our side; the customer has still to say so."""
    complaint = Complaint.objects.lock(complaint)
    if not solution.strip():
        raise Refusal(_("Write how it was solved."), code="complaint_solved_says_how")
    complaint.move(Status.RESOLVED, solution=solution.strip(), solved_at=timezone.now(), owner=complaint.owner or by)
    events.record(COMPLAINT_SOLVED, complaint, by=by)
    return complaint


@transaction.atomic
def close(complaint: Complaint, *, word: str, how: str, by: User) -> Complaint:
    """The customer is content with the solution: their word, and how they gave it."""
    complaint = Complaint.objects.lock(complaint)
    if not word.strip():
        raise Refusal(_("Write what the customer says of the solution."), code="complaint_closed_by_the_customer")
    complaint.move(Status.CLOSED, closed_at=timezone.now(), closed_word=word.strip(), closed_how=how)
    events.record(COMPLAINT_CLOSED, complaint, by=by, data={"how": how})
    return complaint


def refuse_unsolved(complaint: Complaint, *, by: User) -> None:
    """:raises Refusal: when it is open as it is."""
    if complaint.status not in {Status.RESOLVED, Status.CLOSED}:
        raise Refusal(_("This complaint is open already, or void."), code="complaint_open")


@transaction.atomic
def reopen(complaint: Complaint, *, words: str, by: User) -> Complaint:
    """They call again: it is not solved after all, and the time of its class begins anew."""
    # Closed by one and opened again by another at once: the later of the two holds.
    complaint = Complaint.objects.lock(complaint)
    refuse_unsolved(complaint, by=by)
    if not words.strip():
        raise Refusal(_("Write what the customer says now."), code="nothing_said")
    told = {"word": complaint.closed_word, "solution": complaint.solution, "said": words.strip()}
    now = timezone.now()
    complaint.move(
        Status.IN_PROGRESS,
        closed_at=None,
        closed_word="",
        closed_how="",
        solved_at=None,
        due_by=now + timedelta(hours=complaint.kind.hours),
        reopened=complaint.reopened + 1,
        escalated_at=None,
        escalated_to=None,
        escalated_again_at=None,
        escalated_again_to=None,
    )
    events.record(COMPLAINT_REOPENED, complaint, by=by, data=told)
    return complaint


@transaction.atomic
def void(complaint: Complaint, *, reason: str, by: User) -> Complaint:
    """It was taken down by mistake; it stays to be seen."""
    complaint = Complaint.objects.lock(complaint)
    if not reason.strip():
        raise Refusal(_("Say why it is void."), code="complaint_void_says_why")
    complaint.move(Status.VOID, void_reason=reason.strip())
    events.record(COMPLAINT_VOID, complaint, by=by, data={"reason": reason.strip()})
    return complaint


@transaction.atomic
def restore(complaint: Complaint, *, by: User) -> Complaint:
    """It was no mistake: open as before."""
    complaint = Complaint.objects.lock(complaint)
    complaint.move(Status.OPEN, void_reason="")
    events.record(COMPLAINT_RESTORED, complaint, by=by)
    return complaint


# --- late ---------------------------------------------------------------------------------------------------------------
def escalate(at: datetime) -> int:
    """What is late comes to a manager, once; what stays late to the next above, as late calls do."""
    callers, told = Callers(), 0
    for level in (1, 2):
        while batch := _escalate_batch(at, callers, level):
            told += batch
    return told


def _late(at: datetime, callers: Callers, level: int) -> Q:
    since = "due_by" if level == 1 else "escalated_at"
    over = Q(pk__in=[])
    for role in set(ComplaintKind.objects.values_list("role", flat=True)):
        over |= Q(kind__role=role, **{f"{since}__lt": at - callers.told(role, level).after})
    return over & Q(escalated_at__isnull=level == 1, escalated_again_at__isnull=True, due_by__lt=at)


@transaction.atomic
def _escalate_batch(at: datetime, callers: Callers, level: int) -> int:
    # One that is being solved at this moment is not late any more when that ends; workers share what is left.
    late = Complaint.objects.unsolved().filter(_late(at, callers, level)).order_by("due_by", "pk").lock_free(BATCH)
    for row in late:
        but = {row.owner_id, row.escalated_to_id}
        manager = callers.manager(row.kind.role, store=row.store_id, level=level, but=but)
        if level == 1:
            row.escalated_at, row.escalated_to_id = at, manager
        else:
            row.escalated_again_at, row.escalated_again_to_id = at, manager
    Complaint.objects.bulk_update(
        late, ["escalated_at", "escalated_to", "escalated_again_at", "escalated_again_to"], batch_size=BATCH
    )
    Event.objects.bulk_create(
        [events.build(COMPLAINT_ESCALATED, row, by=None, data={"level": level}) for row in late], batch_size=BATCH
    )
    return len(late)
