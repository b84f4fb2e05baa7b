"""Estimating, promising, and the customer's word for every line."""

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import ready_time, signals
from aftersales.actions.work_orders import BEFORE_CHECKS, IN_SHOP, Status
from aftersales.events import (
    WORKORDER_AUTHORISED,
    WORKORDER_ESTIMATED,
    WORKORDER_EXTRA_AUTHORISED,
    WORKORDER_PROMISE_CHANGED,
    WORKORDER_REOPENED,
)
from aftersales.models import Authorisation, CheckIn, PromiseChange, WorkLine, WorkOrder
from aftersales.shown import Shown
from dms.core.refusals import Refusal
from dms.formats import display
from dms.formats.days import day_of
from dms.formats.opening_hours import OpeningHours
from dms.formats.wording import listed
from dms.models import Attachment, Reason, User
from dms.records import attachments, events
from dms.records.constraint_errors import refusing

Method = Authorisation.Method
OPEN_TO_CONSENT = BEFORE_CHECKS - {Status.DRAFT}
AGREED_UPON = OPEN_TO_CONSENT - {Status.ESTIMATED}


def suggested(order: WorkOrder, now: datetime) -> datetime:
    """When the car can be ready if work begins now: labour of what is proposed and agreed, within the opening hours."""
    live = order.lines.filter(kind=WorkLine.Kind.LABOUR).exclude(status__in=["DECLINED", "DEFERRED", "DONE"])
    labour = sum((line.quantity for line in live), Decimal(0))
    return ready_time.ready_at(
        timezone.localtime(now), labour, OpeningHours.of(order.store), closed=order.store.closed_on
    )


def refuse_empty(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when nothing is on it to be estimated, or the car is not checked in."""
    if not order.lines.filter(status="PROPOSED").exists():
        raise Refusal(_("Nothing is on the work order yet. Add labour or parts first."), code="nothing_to_estimate")
    if not CheckIn.objects.filter(work_order=order).exists():
        raise Refusal(_("Check the car in first: mileage, fuel, damage."), code="not_checked_in")


@transaction.atomic
def estimate(order: WorkOrder, *, promised_at: datetime, by: User) -> WorkOrder:
    """The estimate is ready to be explained, with the time that is promised once the customer signs.

    :raises Refusal: when nothing is on it, the car is not checked in, or the store is closed at that time.
    """
    # No line is added while the estimate is closed: it would be signed for without having been explained.
    order = WorkOrder.objects.lock(order)
    refuse_empty(order, by=by)
    refuse_time(order, promised_at)
    order.move(Status.ESTIMATED, promised_at=promised_at)
    events.record(WORKORDER_ESTIMATED, order, by=by, data={"promised_at": promised_at.isoformat()})
    return order


@transaction.atomic
def reopen_estimate(order: WorkOrder, *, by: User) -> WorkOrder:
    """Back to the draft: the customer wants something else."""
    # The customer may sign at this moment: what is signed is no draft any more.
    order = WorkOrder.objects.lock(order)
    order.move(Status.DRAFT)
    events.record(WORKORDER_REOPENED, order, by=by)
    return order


def refuse_time(order: WorkOrder, at: datetime) -> None:
    """:raises Refusal: of a time that is over, or at which nobody hands a car over."""
    if at <= timezone.now():
        raise Refusal(_("Promise a time that lies ahead."), code="promise_in_the_past")
    if day_of(at) in order.store.closed_on:
        sentence = _("The store is closed on %(day)s. Promise another day.")
        raise Refusal(sentence % {"day": display.date(at)}, code="workorder_promise_on_open_day")
    hours = OpeningHours.of(order.store)
    if not any(opens <= at <= closes for opens, closes in hours.stretches(day_of(at))):
        sentence = _("The store is closed at %(at)s. Promise a time at which the car can be fetched.")
        raise Refusal(sentence % {"at": display.moment(at)}, code="workorder_promise_in_opening_hours")


def refuse_unpromised(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when nothing was promised yet, or the car is done with."""
    if order.first_promised_at is None or order.status not in IN_SHOP:
        raise Refusal(_("There is no promise to change."), code="no_promise")


@transaction.atomic
def change_promise(
    order: WorkOrder,
    *,
    to: datetime,
    reason: Reason,
    told_how: str,
    by: User,
    told_at: datetime | None = None,
    note: str = "",
) -> WorkOrder:
    """Another time is promised: why, and how and when the customer was told. The first one stays on the order.

    :raises Refusal: when nothing was promised yet, the store is closed then, or the customer is only to be told.
    """
    order = WorkOrder.objects.lock(order)  # of two, the second starts from what the customer was told last
    refuse_unpromised(order, by=by)
    refuse_time(order, to)
    now = timezone.now()
    # The call comes before the note: a promise moved first and told later is a broken one.
    if told_at is not None and told_at > now:
        raise Refusal(_("The customer was told in the past: say when."), code="promisechange_told_before_noted")
    if to == order.promised_at:
        raise Refusal(_("That is the time promised now."), code="promise_unchanged")
    before = order.promised_at
    assert before is not None  # nothing is changed that was not promised
    # The row goes first: by it the database lets the promise move.
    change = PromiseChange(
        work_order=order,
        before=before,
        after=to,
        reason=reason,
        note=note.strip()[:120],
        told_how=told_how,
        told_at=told_at or now,
        at=now,
        by=by,
    )
    change.save(force_insert=True)
    order.promised_at = to
    with refusing():
        order.save(update_fields=["promised_at"])
    data = {
        "before": before.isoformat(),
        "after": to.isoformat(),
        "reason": " · ".join(text for text in (str(reason), change.note) if text),
        "told": told_how,
        "told_at": change.told_at.isoformat(),
    }
    events.record(WORKORDER_PROMISE_CHANGED, order, by=by, data=data)
    return order


def refuse_consent_now(order: WorkOrder) -> None:
    if order.status not in OPEN_TO_CONSENT:
        raise Refusal(
            _("Consent is taken for an estimate, or for extra work before the checks."), code="no_consent_now"
        )


@transaction.atomic
def authorise(
    order: WorkOrder,
    *,
    method: str,
    given_by: str,
    by: User,
    lines: Collection[int] | None = None,
    told: Shown | str | None = None,
    signature: attachments.Picture | str | None = None,
    evidence: str = "",
) -> Authorisation:
    """The customer agrees to lines at the sums they saw. Without ``lines``, to all that wait. The first commission is signed.

    :param told: what the customer was shown, or the digest of it: when anything is different by now, nothing is agreed, and the
        refusal says what.
    :param signature: drawn just now, or a picture brought before; or a name, kept as it was typed.
    :raises Refusal: when nobody is named, nothing waits, something has changed, or the evidence is missing.
    """
    # Consent is to sums: while it is written no desk changes a price beneath the signature.
    order = WorkOrder.objects.lock(order)
    first = order.status == Status.ESTIMATED
    refuse_consent_now(order)
    _complete(method, given_by, evidence, first=first)  # the first signature must be by hand
    drawn, typed = _signed(order, method, signature, by=by)
    chosen, agreed = waiting(order, lines, told=told)
    # What was shown is kept with the consent: in a dispute it is the proof of what was agreed to.
    consent = Authorisation.objects.create(
        work_order=order,
        amount=sum((line.amount for line in chosen), Decimal(0)),
        method=method,
        given_by=given_by.strip(),
        evidence=evidence.strip()[:200],
        signature=drawn,
        typed_name=typed,
        shown=agreed.rows,
        digest=agreed.digest,
        by=by,
    )
    agree(chosen, consent)
    if first:
        promised = order.promised_at
        with refusing():
            # With the signature the promise is fixed: punctuality is measured by this time, whatever comes later.
            order.move(Status.AUTHORISED, signed_name=consent.given_by, signature=drawn, first_promised_at=promised)
    positions = [line.position for line in chosen]
    data = {"amount": str(consent.amount), "method": method, "given_by": consent.given_by, "lines": positions}
    events.record(WORKORDER_AUTHORISED if first else WORKORDER_EXTRA_AUTHORISED, order, by=by, data=data)
    # In the same transaction: a consent without its paper, or a paper without it, proves nothing.
    signals.consent_given.send(WorkOrder, order=order, consent=consent, first=first, by=by)
    return consent


def _signed(
    order: WorkOrder, method: str, signature: attachments.Picture | str | None, *, by: User
) -> tuple[Attachment | None, str]:
    """The drawing, or the name as it was typed.

    :raises Refusal: when it should be signed and is neither.
    """
    typed = signature.strip()[:80] if isinstance(signature, str) and method == Method.SIGNATURE else ""
    picture = None if isinstance(signature, str) else signature
    if method == Method.SIGNATURE and not (picture or typed):
        raise Refusal(
            _("Let the customer sign in the field, or type the name beneath it."), code="authorisation_is_signed"
        )
    return attachments.as_attachment(picture, by=by, subject=order), typed


def offered(order: WorkOrder, lines: Iterable[WorkLine]) -> Shown:
    """What the customer is shown of these lines now; before the first signature with what else is signed under."""
    if order.status != Status.ESTIMATED:
        return Shown.of(lines)
    promised = order.promised_at.isoformat() if order.promised_at else ""
    return Shown.of(lines, promised=promised, old_parts=str(order.old_parts), wash=str(order.free_wash))


def refuse_nothing_waiting(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when no line waits for the customer's word."""
    if not order.lines.filter(status="PROPOSED").exists():
        raise Refusal(_("Some of these lines do not wait for consent any more. Reload the page."), code="nothing_waits")


def waiting(
    order: WorkOrder, lines: Collection[int] | None, *, told: Shown | str | None
) -> tuple[list[WorkLine], Shown]:
    """The lines agreed to, held, all that wait or those named; and as the customer has seen them.

    :raises Refusal: when one of those named waits no more, none does, or they were shown otherwise.
    """
    # All that wait, also those not chosen: the digest is of the whole page that the customer saw.
    held = order.lines.filter(status="PROPOSED").lock_all()
    chosen = held if lines is None else [line for line in held if line.pk in lines]
    now = offered(order, held)
    refuse_changed(now, told)
    # Fewer than were ticked: somebody has turned one down meanwhile, and the sum told is not this one.
    if not chosen or (lines is not None and len(chosen) != len(set(lines))):
        raise Refusal(_("Some of these lines do not wait for consent any more. Reload the page."), code="nothing_waits")
    return chosen, now.only(line.pk for line in chosen)


def refuse_changed(now: Shown, told: Shown | str | None) -> None:
    """:raises Refusal: naming what is not any more as the customer has seen it."""
    if isinstance(told, Shown) and (changes := told.changes(now)):
        sentence = _("This has changed since it was shown: %(changes)s. Tell the customer, and ask anew.")
        raise Refusal(sentence % {"changes": listed(changes)}, code="shown_changed")
    if isinstance(told, str) and told != now.digest:
        total = sum((Decimal(str(facts["amount"])) for facts in now.rows), Decimal(0))
        sentence = _(
            "Something has changed since it was shown; the sum is %(now)s now. Tell the customer, and ask anew."
        )
        raise Refusal(sentence % {"now": display.yuan(total)}, code="shown_changed")


def agree(lines: Collection[WorkLine], consent: Authorisation) -> None:
    """From now on each may be worked on, at its price of today and no more."""
    for line in lines:
        line.become(WorkLine.Status.AUTHORISED)
        # The sum is kept beside the line's own: a price raised later shows against it and asks again.
        line.authorisation, line.authorised_amount = consent, line.amount
    WorkLine.objects.bulk_update(lines, ["status", "authorisation", "authorised_amount"])


def _complete(method: str, given_by: str, evidence: str, *, first: bool) -> None:
    if not given_by.strip():
        raise Refusal(_("Write who agreed."), code="consent_unnamed")
    # The commission is a contract: only what is added to it later is agreed by word of mouth.
    if first and method != Method.SIGNATURE:
        raise Refusal(
            _("The work order itself is signed. By phone or message only extra work is agreed."), code="unsigned"
        )
    if method != Method.SIGNATURE and not evidence.strip():
        raise Refusal(_("Note the number called, or what the message said."), code="consent_without_evidence")
