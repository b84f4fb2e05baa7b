"""Estimating, promising, and the customer's word for every line."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import ready_time
from aftersales.actions.work_orders import BEFORE_CHECKS, IN_SHOP, Status
from aftersales.events import (
    WORKORDER_AUTHORISED,
    WORKORDER_ESTIMATED,
    WORKORDER_EXTRA_AUTHORISED,
    WORKORDER_PROMISE_CHANGED,
    WORKORDER_REOPENED,
)
from aftersales.models import Authorisation, CheckIn, PromiseChange, WorkLine, WorkOrder
from dms.core.refusals import Refusal
from dms.formats import display
from dms.formats.opening_hours import OpeningHours
from dms.models import User
from dms.records import attachments, events
from dms.records.constraint_errors import refusing

Method = Authorisation.Method
OPEN_TO_CONSENT = BEFORE_CHECKS - {Status.DRAFT}
AGREED_UPON = OPEN_TO_CONSENT - {Status.ESTIMATED}


def suggested(order: WorkOrder, now: datetime) -> datetime:
    """When the car can be ready if work begins now: labour of what is proposed and agreed, within the opening hours."""
    live = order.lines.filter(kind=WorkLine.Kind.LABOUR).exclude(status__in=["DECLINED", "DEFERRED", "DONE"])
    labour = sum((line.quantity for line in live), Decimal(0))
    return ready_time.ready_at(timezone.localtime(now), labour, OpeningHours.of(order.store))


def refuse_empty(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when nothing is on it to be estimated, or the car is not checked in."""
    if not order.lines.filter(status="PROPOSED").exists():
        raise Refusal(_("Nothing is on the work order yet. Add labour or parts first."), code="nothing_to_estimate")
    if not CheckIn.objects.filter(work_order=order).exists():
        raise Refusal(_("Check the car in first: mileage, fuel, damage."), code="not_checked_in")


@transaction.atomic
def estimate(order: WorkOrder, *, promised_at: datetime, by: User) -> WorkOrder:
    """The estimate is ready to be explained, with the time promised. The first promise stays what we are measured by.

    :raises Refusal: when nothing is on it, the car is not checked in, or the promise lies in the past.
    """
    order = WorkOrder.objects.lock(order)
    refuse_empty(order, by=by)
    if promised_at <= timezone.now():
        raise Refusal(_("Promise a time that lies ahead."), code="promise_in_the_past")
    first = order.first_promised_at or promised_at
    order.move(Status.ESTIMATED, promised_at=promised_at, first_promised_at=first)
    events.record(WORKORDER_ESTIMATED, order, by=by, data={"promised_at": promised_at.isoformat()})
    return order


@transaction.atomic
def reopen_estimate(order: WorkOrder, *, by: User) -> WorkOrder:
    """Back to the draft: the customer wants something else."""
    order = WorkOrder.objects.lock(order)
    order.move(Status.DRAFT)
    events.record(WORKORDER_REOPENED, order, by=by)
    return order


def refuse_unpromised(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when nothing was promised yet, or the car is done with."""
    if order.promised_at is None or order.status not in IN_SHOP:
        raise Refusal(_("There is no promise to change."), code="no_promise")


@transaction.atomic
def change_promise(order: WorkOrder, *, to: datetime, reason: str, by: User) -> WorkOrder:
    """Another time is promised, and why. The first one stays on the order.

    :raises Refusal: when nothing was promised yet, no reason is given, or the time lies in the past.
    """
    order = WorkOrder.objects.lock(order)
    refuse_unpromised(order, by=by)
    if not reason.strip():
        raise Refusal(_("Say why the promise changes: the customer will ask."), code="promise_without_reason")
    if to <= timezone.now():
        raise Refusal(_("Promise a time that lies ahead."), code="promise_in_the_past")
    before, order.promised_at = order.promised_at, to
    assert before is not None  # nothing is changed that was not promised
    order.save(update_fields=["promised_at"])
    PromiseChange.objects.create(work_order=order, before=before, after=to, reason=reason.strip()[:120], by=by)
    data = {"before": before.isoformat(), "after": to.isoformat(), "reason": reason.strip()}
    events.record(WORKORDER_PROMISE_CHANGED, order, by=by, data=data)
    return order


@transaction.atomic
def authorise(
    order: WorkOrder,
    *,
    method: str,
    given_by: str,
    by: User,
    lines: Collection[int] | None = None,
    total: Decimal | None = None,
    signature: attachments.Picture | None = None,
    evidence: str = "",
) -> Authorisation:
    """The customer agrees to lines at their price. Without ``lines``, to all that wait. The first commission is signed.

    :param signature: drawn just now, or a picture brought before.
    :param total: what the customer was told; when a price has changed since, nothing is agreed.
    :raises Refusal: when nobody is named, nothing waits, the sum is another one, or the evidence is missing.
    """
    order = WorkOrder.objects.lock(order)
    first = order.status == Status.ESTIMATED
    if order.status not in OPEN_TO_CONSENT:
        raise Refusal(
            _("Consent is taken for an estimate, or for extra work before the checks."), code="no_consent_now"
        )
    _complete(method, given_by, evidence, first=first)
    chosen = waiting(order, lines)
    amount = sum_of(chosen, named=total)
    drawn = attachments.as_attachment(signature, by=by, subject=order)
    consent = Authorisation.objects.create(
        work_order=order,
        amount=amount,
        method=method,
        given_by=given_by.strip(),
        evidence=evidence.strip()[:200],
        signature=drawn,
        by=by,
    )
    agree(chosen, consent)
    if first:
        with refusing():
            order.move(Status.AUTHORISED, signed_name=given_by.strip(), signature=drawn)
    data = {
        "amount": str(amount),
        "method": method,
        "given_by": consent.given_by,
        "lines": [line.position for line in chosen],
    }
    events.record(WORKORDER_AUTHORISED if first else WORKORDER_EXTRA_AUTHORISED, order, by=by, data=data)
    return consent


def refuse_nothing_waiting(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when no line waits for the customer's word."""
    if not order.lines.filter(status="PROPOSED").exists():
        raise Refusal(_("Some of these lines do not wait for consent any more. Reload the page."), code="nothing_waits")


def waiting(order: WorkOrder, lines: Collection[int] | None) -> list[WorkLine]:
    """The lines that wait for consent, held; all of them, or those named.

    :raises Refusal: when one of those named waits no more, or none does.
    """
    rows = order.lines.filter(status="PROPOSED")
    chosen = (rows if lines is None else rows.filter(pk__in=lines)).lock_all()
    if not chosen or (lines is not None and len(chosen) != len(set(lines))):
        raise Refusal(_("Some of these lines do not wait for consent any more. Reload the page."), code="nothing_waits")
    return chosen


def sum_of(lines: Collection[WorkLine], *, named: Decimal | None) -> Decimal:
    """What the lines cost together.

    :raises Refusal: when the customer was told another sum.
    """
    amount = sum((line.amount for line in lines), Decimal(0))
    if named is not None and named != amount:
        sentence = _("The sum is %(now)s now, not %(then)s. Tell the customer before they agree.")
        raise Refusal(sentence % {"now": display.yuan(amount), "then": display.yuan(named)}, code="sum_changed")
    return amount


def agree(lines: Collection[WorkLine], consent: Authorisation) -> None:
    """From now on each may be worked on, at its price of today and no more."""
    for line in lines:
        line.become(WorkLine.Status.AUTHORISED)
        line.authorisation, line.authorised_amount = consent, line.amount
    WorkLine.objects.bulk_update(lines, ["status", "authorisation", "authorised_amount"])


def _complete(method: str, given_by: str, evidence: str, *, first: bool) -> None:
    if not given_by.strip():
        raise Refusal(_("Write who agreed."), code="consent_unnamed")
    if first and method != Method.SIGNATURE:
        raise Refusal(
            _("The work order itself is signed. By phone or message only extra work is agreed."), code="unsigned"
        )
    if method != Method.SIGNATURE and not evidence.strip():
        raise Refusal(_("Note the number called, or what the message said."), code="consent_without_evidence")
