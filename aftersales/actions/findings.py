"""What the technician finds beyond the commission, and what the desk makes of it."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.actions import lines
from aftersales.actions.work_orders import WORKING
from aftersales.actions.workshop import must_be_theirs
from aftersales.events import WORKORDER_FINDING_ANSWERED, WORKORDER_FOUND
from aftersales.models import Finding, LabourOperation, WorkOrder
from dms.core.refusals import Refusal
from dms.models import User
from dms.records import attachments, events
from parts.models import Part


@transaction.atomic
def report(order: WorkOrder, *, what: str, cause: str, by: User, photo: attachments.Picture | None = None) -> Finding:
    """The technician has found more than was ordered: what, why, and how it looks. The adviser prices it and asks the customer.

    :raises Refusal: when it is somebody else's job, the car is not in work, or nothing is said.
    """
    # The car may pass its self-check just now: from then on nothing is added to it.
    order = WorkOrder.objects.lock(order)
    must_be_theirs(order, by=by)
    if order.status not in WORKING:
        raise Refusal(_("The car is not in work now."), code="not_in_work")
    if not (what.strip() and cause.strip()):
        raise Refusal(_("Write what was found, and its cause."), code="finding_says_something")
    picture = attachments.as_attachment(photo, by=by, subject=order)
    made = Finding(work_order=order, what=what.strip()[:120], cause=cause.strip()[:200], photo=picture, by=by)
    made.save(force_insert=True)
    events.record(WORKORDER_FOUND, order, by=by, data={"text": made.what, "note": made.cause})
    return made


def lock_finding(finding: Finding) -> tuple[WorkOrder, Finding]:
    """The order first, then what was found on it."""
    # In this direction like the lines: who signs for the order and who prices it never wait in a ring.
    order = WorkOrder.objects.lock(finding.work_order_id)
    finding = Finding.objects.lock(finding)
    finding.work_order = order
    return order, finding


def refuse_answered(finding: Finding, *, by: User) -> None:
    """:raises Refusal: when somebody has answered it already, or the lines of the order do not change any more."""
    if finding.answered_at is not None:
        raise Refusal(_("This was answered already: %(answer)s.") % {"answer": finding.answer}, code="finding_answered")
    lines.must_be_open(finding.work_order)


@transaction.atomic
def price(
    finding: Finding,
    *,
    by: User,
    operation: LabourOperation | None = None,
    hours: Decimal | None = None,
    part: Part | None = None,
    quantity: Decimal | None = None,
) -> WorkOrder:
    """What was found becomes lines with a price, which wait for the customer.

    :raises Refusal: when neither labour nor a part is named.
    """
    # Two advisers price the same finding: the second is told the answer, and no line stands there twice.
    order, finding = lock_finding(finding)
    refuse_answered(finding, by=by)
    if operation is None and part is None:
        raise Refusal(_("Choose the labour, the part, or both."), code="nothing_priced")
    if operation is not None:
        lines.add_labour(order, operation=operation, hours=hours, by=by, finding=finding)
    if part is not None:
        lines.add_part(order, part=part, quantity=quantity or Decimal(1), by=by, finding=finding)
    return _answer(order, finding, _("priced"), by=by)


@transaction.atomic
def dismiss(finding: Finding, *, reason: str, by: User) -> WorkOrder:
    """Nothing is done about it, and why."""
    # Dismissed here and priced at the next desk at once: the first answer stands.
    order, finding = lock_finding(finding)
    refuse_answered(finding, by=by)
    if not reason.strip():
        raise Refusal(_("Say why nothing is done about it."), code="dismissed_without_reason")
    return _answer(order, finding, reason.strip(), by=by)


def _answer(order: WorkOrder, finding: Finding, words: str, *, by: User) -> WorkOrder:
    finding.answer, finding.answered_at, finding.answered_by = words[:120], timezone.now(), by
    finding.save(update_fields=["answer", "answered_at", "answered_by"])
    events.record(WORKORDER_FINDING_ANSWERED, order, by=by, data={"text": finding.what, "note": finding.answer})
    return order
