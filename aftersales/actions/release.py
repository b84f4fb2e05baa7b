"""Settling, the gate pass, letting the car go, and what the customer is promised for afterwards."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import signals, totals
from aftersales.actions.work_orders import Status
from aftersales.events import WORKORDER_GATE_PASS, WORKORDER_RELEASED, WORKORDER_SETTLED
from aftersales.models import CheckIn, GatePass, Settlement, WorkLine, WorkOrder
from aftersales.models.orders import PAID_CAR_LEFT
from crm import closed_accounts, named_times
from crm.actions import billing, care, maintenance
from crm.models import Invoice, Trigger
from dms.core.refusals import Refusal
from dms.formats import display
from dms.formats.days import add_months
from dms.formats.wording import listed
from dms.models import Rate, User
from dms.records import attachments, events
from dms.records.constraint_errors import refusing
from dms.records.numbering import next_number
from sales.actions import owner_cards

USUAL_MONTHS, USUAL_KM = 6, 10_000
"""The maintenance interval of a car that is not in the catalogue."""


def next_service(order: WorkOrder) -> tuple[date, int | None]:
    """The date and mileage to propose for the next maintenance: by the car's plan, from today and what the odometer shows."""
    variant = order.vehicle.variant
    months, km = (variant.service_months, variant.service_km) if variant else (USUAL_MONTHS, USUAL_KM)
    seen = CheckIn.objects.filter(work_order=order).select_related("reading").first()
    return add_months(timezone.localdate(), months), seen.reading.km + km if seen else None


def refuse_incomplete(order: WorkOrder, *, by: User) -> None:
    """Settled means: inspected, mileage, VIN and fault in writing, no line open."""
    still_open = order.lines.filter(status__in=["PROPOSED", "AUTHORISED", "STARTED"])
    missing = [
        (order.status != Status.READY, _("the car is not ready to hand over")),
        (not CheckIn.objects.filter(work_order=order).exists(), _("the mileage")),
        (not order.vehicle.vin, _("the VIN")),
        (not order.complaint.strip(), _("the customer’s words")),
        (still_open.exists(), _("lines that are still open")),
    ]
    if words := [text for is_missing, text in missing if is_missing]:
        sentence = _("%(number)s cannot be settled. Missing: %(what)s.")
        raise Refusal(sentence % {"number": order, "what": listed(words)}, code="not_complete")


@transaction.atomic
def settle(
    order: WorkOrder,
    *,
    by: User,
    next_service_on: date | None = None,
    next_service_km: int | None = None,
    convenient_call_at: datetime | None = None,
    signature: attachments.Picture | None = None,
    signed_name: str = "",
) -> Settlement:
    """The bill is explained: what the customer pays goes to the cashier, the rest stands on the sheet by payer.

    :param signature: for this sheet; else ``signed_name`` as it was typed. Without both the printed sheet is signed by pen.
    :raises Refusal: naming what is missing.
    """
    order = WorkOrder.objects.lock(order)
    named_times.refuse_unkept(convenient_call_at, order.store, now=timezone.now())
    # A line issued or given back meanwhile would be on the shelf and on the bill.
    lines = order.lines.lock_all()
    refuse_incomplete(order, by=by)
    bill = totals.bill(lines)
    whole = bill.whole
    # A visit that warranty or we pay for whole has no account: the gate then asks for none.
    invoice = invoice_of(order, lines=lines, by=by) if bill.customer else None
    made = Settlement(
        number=next_number("settlement", order.store),
        work_order=order,
        store=order.store,
        labour=whole.labour,
        parts=whole.parts,
        other=whole.other,
        customer_pays=bill.customer,
        signature=attachments.as_attachment(signature, by=by, subject=order),
        signed_name=signed_name.strip()[:80] or (order.customer.name if signature else ""),
        by=by,
    )
    # First the sheet: a trigger holds it against the lines, and lets no order be settled without it.
    made.save(force_insert=True)
    with refusing():
        order.move(
            Status.SETTLED,
            invoice=invoice,
            next_service_on=next_service_on,
            next_service_km=next_service_km,
            convenient_call_at=convenient_call_at,
        )
    data = {"number": made.number, "customer_pays": str(made.customer_pays), "total": str(whole.total)}
    events.record(WORKORDER_SETTLED, order, by=by, data=data)
    signals.order_settled.send(WorkOrder, order=order, settlement=made, by=by)
    return made


def invoice_of(order: WorkOrder, *, lines: list[WorkLine], by: User) -> Invoice:
    """The customer's account of this visit: the lines the customer pays."""
    # The rate of the day of the bill; 13 % is the law's for repairs while none is entered.
    rate = Rate.objects.in_force(Rate.Kind.VAT_REPAIR, on=timezone.localdate(), store=order.store).first()
    vat = rate.value if rate else Decimal(13)
    owed = [
        billing.Line(line.kind, line.text, line.amount, line.quantity, vat)
        for line in lines
        # Warranty and insurer stand on the sheet alone: the customer's account is not theirs.
        if line.payer == WorkLine.Payer.CUSTOMER and line.status == WorkLine.Status.DONE
    ]
    subject = _("Work on %(car)s") % {"car": order.vehicle}
    return billing.open_invoice(
        customer=order.customer, store=order.store, subject=subject, subject_number=order.number, lines=owed, by=by
    )


def refuse_unpaid(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: with what is due on the customer's account."""
    if order.invoice and not order.invoice.is_settled:
        sentence = _("%(due)s is still due. The cashier takes it, then the car may go.")
        raise Refusal(sentence % {"due": display.yuan(order.invoice.due)}, code="unpaid")


@closed_accounts.closes
def bill_of_released_car(invoice: Invoice) -> Refusal | None:
    """The gate was opened by this bill being paid."""
    if WorkOrder.objects.filter(invoice=invoice, status=Status.RELEASED).exists():
        return Refusal(str(PAID_CAR_LEFT), code="refund_leaves_visit_paid")
    return None


def hold_account(order: WorkOrder) -> None:
    """Until the act is over the customer's account stays as it is: a refund at the same moment waits, or is seen here."""
    if order.invoice_id:
        # The order is held before its account, here and at the gate: both acts take them in one order.
        order.invoice = Invoice.objects.lock(order.invoice_id)


def refuse_gate_pass(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when something is still due; a pass that was issued is only shown again."""
    if not GatePass.objects.filter(work_order=order).exists():
        refuse_unpaid(order, by=by)


@transaction.atomic
def issue_gate_pass(order: WorkOrder, *, by: User) -> GatePass:
    """The car may leave: everything is paid, or on a credit that somebody approved. One pass for an order.

    :raises Refusal: with what is still due.
    """
    # Cashier and adviser both print the pass: the second gets the first one's, with its number.
    order = WorkOrder.objects.lock(order)
    if (known := GatePass.objects.filter(work_order=order).first()) is not None:
        return known
    if order.status != Status.SETTLED:
        raise Refusal(_("Settle the work order first."), code="not_settled")
    # After the order and before the question: money refunded in between would let the car go unpaid.
    hold_account(order)
    refuse_unpaid(order, by=by)
    made = GatePass(number=next_number("gate_pass", order.store), work_order=order, issued_by=by)
    with refusing():
        made.save(force_insert=True)
    events.record(WORKORDER_GATE_PASS, order, by=by, data={"number": made.number})
    return made


def refuse_without_pass(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: without a gate pass, with a used one, or when money has gone back since it was printed."""
    gate_pass = GatePass.objects.filter(work_order=order).first()
    if gate_pass is None:
        raise Refusal(_("There is no gate pass for this car yet."), code="no_gate_pass")
    if gate_pass.used_at is not None:
        raise Refusal(_("This gate pass was used already."), code="gatepass_used_once")
    refuse_unpaid(order, by=by)


@transaction.atomic
def release(order: WorkOrder, *, by: User) -> WorkOrder:
    """The gate opens, once. From now on the customer is called at the time they named, and the next maintenance counts.

    :raises Refusal: without a gate pass, with a used one, or when something is due (again).
    """
    order = WorkOrder.objects.lock(order)
    # Two guards at two gates: a pass lets one car out, once.
    passes = GatePass.objects.filter(work_order=order).lock_all()
    # Between the printed pass and the gate money may have gone back: asked again, and held.
    hold_account(order)
    refuse_without_pass(order, by=by)
    gate_pass = passes[0]
    now = timezone.now()
    gate_pass.used_at, gate_pass.used_by = now, by
    gate_pass.save(update_fields=["used_at", "used_by"])
    with refusing():
        order.move(Status.RELEASED, at=now, released_at=now)
    events.record(WORKORDER_RELEASED, order, by=by, data={"gate_pass": gate_pass.number})
    follow_up(order, at=now, by=by)
    return order


def follow_up(order: WorkOrder, *, at: datetime, by: User) -> None:
    """What begins when the car has left: the quality call, the next due month, the first maintenance's hand-over."""
    # A car fetched later than planned: the time named for the call may be over, then the rule's own counts.
    named = order.convenient_call_at if order.convenient_call_at and order.convenient_call_at > at else None
    care.start_cadence(
        Trigger.SETTLEMENT,
        customer=order.customer,
        vehicle=order.vehicle,
        store=order.store,
        anchor=at,
        by=by,
        named_time=named,
    )
    done = order.lines.filter(status="DONE", operation__isnull=False).select_related("operation")
    operations = [line.operation for line in done if line.operation is not None]
    if any(operation.is_maintenance or operation.is_first_service for operation in operations):
        seen = CheckIn.objects.filter(work_order=order).select_related("reading").first()
        maintenance.note_service(
            order.vehicle,
            store=order.store,
            on=timezone.localdate(at),
            by=by,
            km=seen.reading.km if seen else None,
            next_on=order.next_service_on,
            next_km=order.next_service_km,
        )
    if any(operation.is_first_service for operation in operations):
        owner_cards.hand_to_customer_service(order.vehicle, by=by)
