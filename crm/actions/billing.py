"""The customer's account: opening an invoice, adding lines, taking and refunding money."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import signals
from crm.events import (
    INVOICE_CREDIT_APPROVED,
    INVOICE_CREDIT_WITHDRAWN,
    INVOICE_LINE_REVERSED,
    INVOICE_OPENED,
    PAYMENT_REFUNDED,
    PAYMENT_TAKEN,
)
from crm.models import Customer, Invoice, InvoiceLine, Payment, Refund
from dms.core.refusals import Refusal
from dms.formats import display
from dms.models import Store, User
from dms.records import events, idempotency
from dms.records.numbering import next_number

SUMS = ("total", "received", "refunded", "updated_at")
"""What triggers write on an account when a row of it is written."""


@dataclass(frozen=True)
class Line:
    """One amount to put on an invoice, in CNY with VAT."""

    kind: str
    text: str
    amount: Decimal
    quantity: Decimal = Decimal(1)
    vat_rate: Decimal = Decimal(13)


@transaction.atomic
def open_invoice(
    *,
    customer: Customer,
    store: Store,
    subject: str,
    lines: Iterable[Line] = (),
    by: User | None,
    payer: str = Invoice.Payer.CUSTOMER,
    subject_number: str = "",
    deposit: Decimal = Decimal(0),
) -> Invoice:
    """An account for one payer and one document; the document keeps the key to it. ``deposit`` is to be paid at once."""
    # Drawn early, though others wait for the series until we end: the lines need the row, and the row its number.
    invoice = Invoice(
        number=next_number("invoice", store),
        customer=customer,
        store=store,
        payer=payer,
        subject=subject[:120],
        subject_number=subject_number,
        deposit=deposit,
        opened_by=by,
    )
    invoice.save(force_insert=True)
    events.record(INVOICE_OPENED, invoice, by=by)
    return write_lines(invoice, lines=lines, by=by)


@transaction.atomic
def add_lines(invoice: Invoice, *, lines: Iterable[Line], by: User | None) -> Invoice:
    """More is owed (or less: a discount is a negative line)."""
    # The cashier may take the last of it just now: a paid account takes no more lines (trigger).
    return write_lines(Invoice.objects.lock(invoice), lines=lines, by=by)


def write_lines(invoice: Invoice, *, lines: Iterable[Line], by: User | None) -> Invoice:
    """On an account that is held, or was opened in this transaction."""
    # Lines of nothing (a gift at 0.00) say nothing on an account, and the database refuses them.
    rows = [
        InvoiceLine(
            invoice=invoice,
            kind=line.kind,
            text=line.text[:120],
            amount=line.amount,
            quantity=line.quantity,
            vat_rate=line.vat_rate,
            by=by,
        )
        for line in lines
        if line.amount
    ]
    if rows:
        InvoiceLine.objects.bulk_create(rows)
        # The total is written by a trigger, not by us.
        invoice.refresh_from_db(fields=SUMS)
    return invoice


@transaction.atomic
def reverse_line(line: InvoiceLine, *, by: User, reason: str) -> InvoiceLine:
    """A line is taken back by its counter-row; the first one stays to be seen."""
    # Held like in payments: the due that a cashier reads must not change while the money is counted.
    invoice = Invoice.objects.lock(line.invoice)
    # Under the lock of the account: two who reverse one line at once would give it back twice.
    if InvoiceLine.objects.filter(reverses=line).exists():
        raise Refusal(_("This line is reversed already."), code="already_reversed")
    counter = InvoiceLine.objects.create(
        invoice=invoice,
        kind=line.kind,
        text=line.text,
        # Both signs turn: what a piece costs stays the same.
        amount=-line.amount,
        quantity=-line.quantity,
        vat_rate=line.vat_rate,
        reverses=line,
        by=by,
    )
    events.record(
        INVOICE_LINE_REVERSED, invoice, by=by, data={"text": line.text, "amount": str(line.amount), "reason": reason}
    )
    return counter


def refuse_paid(invoice: Invoice, *, by: User) -> None:
    """:raises Refusal: when nothing is due."""
    if invoice.due <= 0:
        raise Refusal(_("Nothing is due on %(number)s.") % {"number": invoice}, code="nothing_due")


@transaction.atomic
def take_payment(invoice: Invoice, *, amount: Decimal, method: str, by: User, key: str = "", note: str = "") -> Payment:
    """Money comes in; never more than is due. The same key again is the same payment.

    :raises Refusal: when the amount is not positive or above what is due, or the key was sent with another payment.
    """
    facts = (invoice.pk, amount, method)
    earlier = idempotency.earlier(
        Payment.objects.all(), key, same=lambda row: (row.invoice_id, row.amount, row.method) == facts
    )
    # The receipt was lost on its way to the browser, or the button pressed twice: the money is in the till once.
    if earlier is not None:
        return earlier
    # Two cashiers at one bill: the second sees what the first has taken, and takes no more than the rest.
    invoice = Invoice.objects.lock(invoice)
    if amount <= 0:
        raise Refusal(_("The amount must be greater than zero."), code="amount_not_positive")
    refuse_paid(invoice, by=by)
    # A trigger refuses this as well, whoever writes the row; here it is said in words.
    if amount > invoice.due:
        sentence = _("Only %(due)s is due on %(number)s. Take no more, or open another document for it.")
        raise Refusal(sentence % {"due": display.yuan(invoice.due), "number": invoice}, code="above_due")
    payment = Payment(
        # After every refusal: other cashiers wait for the series only while the row is written.
        number=next_number("payment", invoice.store),
        invoice=invoice,
        amount=amount,
        method=method,
        note=note,
        by=by,
        key=key or uuid.uuid4().hex,
    )
    payment.save(force_insert=True)
    invoice.refresh_from_db(fields=SUMS)
    events.record(
        PAYMENT_TAKEN, invoice, by=by, data={"amount": str(amount), "method": method, "number": payment.number}
    )
    # In the same transaction: what hangs on the payment is never seen without it, nor it without them.
    signals.payment_taken.send(Invoice, invoice=invoice, payment=payment, by=by)
    return payment


def refuse_unpaid(invoice: Invoice, *, by: User) -> None:
    """:raises Refusal: when nothing was received that could go back."""
    if invoice.paid <= 0:
        raise above_received(invoice)


def above_received(invoice: Invoice) -> Refusal:
    sentence = _("Only %(paid)s was received on %(number)s; no more can go back.")
    return Refusal(sentence % {"paid": display.yuan(invoice.paid), "number": invoice}, code="above_received")


@transaction.atomic
def refund(invoice: Invoice, *, amount: Decimal, method: str, reason: str, by: User, key: str = "") -> Refund:
    """Money goes back, with the reason; never more than was received."""
    facts = (invoice.pk, amount, method)
    earlier = idempotency.earlier(
        Refund.objects.all(), key, same=lambda row: (row.invoice_id, row.amount, row.method) == facts
    )
    if earlier is not None:
        return earlier
    # The gate holds the same row: money goes back before the car leaves or after, never while it does.
    invoice = Invoice.objects.lock(invoice)
    # Refunds are where a till is robbed: none without its reason, and the database insists as well.
    if amount <= 0 or not reason.strip():
        raise Refusal(_("Give an amount greater than zero, and say why the money goes back."), code="refund_incomplete")
    if amount > invoice.paid:
        raise above_received(invoice)
    row = Refund(
        number=next_number("refund", invoice.store),
        invoice=invoice,
        amount=amount,
        method=method,
        reason=reason.strip(),
        by=by,
        key=key or uuid.uuid4().hex,
    )
    row.save(force_insert=True)
    invoice.refresh_from_db(fields=SUMS)
    events.record(
        PAYMENT_REFUNDED, invoice, by=by, data={"amount": str(amount), "reason": reason, "number": row.number}
    )
    signals.money_refunded.send(Invoice, invoice=invoice, refund=row, by=by)
    return row


@transaction.atomic
def approve_credit(invoice: Invoice, *, until: date, reason: str, by: User) -> Invoice:
    """The customer may pay later: until that day the account counts as settled, and car and gate pass go. Again: another day.

    :raises Refusal: when nothing is due, the day is over, or nobody says why.
    """
    # Paid at the next window meanwhile, there is nothing left to give credit for.
    invoice = Invoice.objects.lock(invoice)
    refuse_paid(invoice, by=by)
    # The day here: at one in the morning UTC still has yesterday.
    if until < timezone.localdate():
        raise Refusal(_("Choose a day that is not over."), code="credit_in_the_past")
    if not reason.strip():
        raise Refusal(_("Say why the customer may pay later."), code="credit_without_reason")
    # The gate looks at these two alone; that they are there both or not at all is a constraint.
    invoice.credit_by, invoice.credit_until = by, until
    invoice.save(update_fields=["credit_by", "credit_until"])
    data = {"until": until.isoformat(), "reason": reason.strip(), "amount": str(invoice.due)}
    events.record(INVOICE_CREDIT_APPROVED, invoice, by=by, data=data)
    return invoice


def refuse_without_credit(invoice: Invoice, *, by: User) -> None:
    """:raises Refusal: when there is no credit that could end."""
    if invoice.credit_until is None:
        raise Refusal(_("There is no credit on %(number)s.") % {"number": invoice}, code="no_credit")


@transaction.atomic
def withdraw_credit(invoice: Invoice, *, reason: str, by: User) -> Invoice:
    """The credit ends at once: what is due is due now, and a car that is still here does not leave before.

    :raises Refusal: when there is no credit, or nobody says why it ends.
    """
    # Against the gate pass, which is written only while it holds this row: the credit ends before or after.
    invoice = Invoice.objects.lock(invoice)
    refuse_without_credit(invoice, by=by)
    if not reason.strip():
        raise Refusal(_("Say why the credit ends."), code="credit_without_reason")
    data = {"until": str(invoice.credit_until), "reason": reason.strip(), "amount": str(invoice.due)}
    invoice.credit_by = invoice.credit_until = None
    invoice.save(update_fields=["credit_by", "credit_until"])
    events.record(INVOICE_CREDIT_WITHDRAWN, invoice, by=by, data=data)
    return invoice
