"""Purchases: written from a quote, approved by somebody else, paid into their invoice, cancelled with a reason."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import closed_accounts
from crm.actions import billing, customers
from crm.models import Invoice, InvoiceLine, Refund
from dms.core.refusals import Refusal
from dms.core.untyped import Fact
from dms.formats import display
from dms.models import Reason, User
from dms.records import events
from dms.records.numbering import next_number
from sales import contact_schedule
from sales.actions.allocation import end_allocation
from sales.actions.leads import refuse_foreign, refuse_other
from sales.actions.quotes import refuse_superseded
from sales.authority import refuse_beyond_authority
from sales.events import (
    LEAD_REOPENED,
    ORDER_APPROVED,
    ORDER_CANCELLED,
    ORDER_CLOSED,
    ORDER_MADE,
    ORDER_REFUNDED,
    ORDER_RETURNED,
    ORDER_SUBMITTED,
)
from sales.models import Lead, Order, Quote, QuoteLine
from sales.pricing import FOR_OTHERS
from sales.stores_of_order import refuse_not_seller

LINE_OF = {
    QuoteLine.Kind.VEHICLE: InvoiceLine.Kind.CAR,
    QuoteLine.Kind.OPTION: InvoiceLine.Kind.OPTION,
    QuoteLine.Kind.ACCESSORY: InvoiceLine.Kind.OPTION,
    QuoteLine.Kind.DISCOUNT: InvoiceLine.Kind.DISCOUNT,
}
"""Which line of the invoice a line of the quote becomes; the rest are fees."""


def refuse_to_order(quote: Quote, *, by: User) -> None:
    """:raises Refusal: when the offer is a colleague's, superseded or has run out, or the card has an order already."""
    refuse_other(quote.lead, by=by)
    refuse_superseded(quote)
    if quote.valid_until < timezone.localdate():
        raise Refusal(
            _("This quote ran out on %(day)s. Make a new version.") % {"day": display.date(quote.valid_until)},
            code="ran_out",
        )
    if quote.lead.status != Lead.Status.OPEN or quote.lead.orders.exclude(status=Order.Status.CANCELLED).exists():
        raise Refusal(_("This card has an order already, or is closed."), code="order_exists")


@transaction.atomic
def order_from_quote(
    quote: Quote, *, by: User, deposit: Decimal = Decimal(0), submit: bool = False, **facts: Fact
) -> Order:
    """The offer is taken: an order is written, and with ``submit`` it goes to a superior at once.

    :raises Refusal: when nothing may be ordered from this offer, or deposit or day make no sense.
    """
    lead = Lead.objects.lock(quote.lead)  # the card before its quote, as a new version locks them
    quote = Quote.objects.lock(quote)
    quote.lead = lead
    refuse_to_order(quote, by=by)
    sums = quote.sums
    if facts.get("deliver_on") and facts["deliver_on"] < timezone.localdate():
        raise Refusal(_("Choose a day of delivery that is not over."), code="deliver_in_past")
    if deposit > quote.total:
        raise Refusal(_("The deposit is above the price."), code="deposit_above_price")
    order = Order(
        # Gapless, so the whole store waits from here on: nothing slow may follow.
        number=next_number("order", quote.store),
        store=quote.store,
        customer=lead.customer,
        lead=lead,
        quote=quote,
        adviser=lead.owner,
        variant=quote.variant,
        colour=quote.colour,
        price=sums.total + sums.discount,
        discount=sums.discount,
        accessories=sums.accessories,
        collected=sums.collected,
        list_price=sums.list_price,
        conceded=sums.conceded,
        deposit=deposit,
        made_by=by,
        **facts,
    )
    refuse_wrong_deliverer(order)
    order.save(force_insert=True)
    events.record(ORDER_MADE, order, by=by, data={"total": str(order.total), "quote": str(quote)})
    return submit_order(order, by=by) if submit else order


def refuse_wrong_deliverer(order: Order) -> None:
    """:raises Refusal: when another store is entrusted without being named, or one that is not another."""
    if order.kind == Order.Kind.ENTRUSTED and order.delivering_store_id in {None, order.store_id}:
        raise Refusal(_("Name the other store that delivers."), code="order_entrusted_names_store")
    # The form may send a store that was chosen before the kind was changed back.
    if order.kind == Order.Kind.GENERAL:
        order.delivering_store = None


@transaction.atomic
def submit_order(order: Order, *, by: User) -> Order:
    """The order goes to a superior for approval."""
    # Pressed twice, or cancelled meanwhile: the table of steps is asked about the order as it is now.
    order = Order.objects.lock(order)
    refuse_not_seller(order, by=by)
    refuse_foreign(order, by=by)
    order.move(Order.Status.PENDING_APPROVAL)
    events.record(ORDER_SUBMITTED, order, by=by, data={"total": str(order.total)})
    return order


def refuse_writer(order: Order, *, by: User) -> None:
    """:raises Refusal: four eyes: nobody approves what they wrote."""
    # A discount makes the writer's own sale easier, and the house pays for it.
    if order.made_by_id == by.pk:
        raise Refusal(_("Somebody other than its writer approves an order."), code="own_order")


@transaction.atomic
def approve_order(order: Order, *, by: User) -> Order:
    """Signed: the card is ordered, and what the customer owes stands on an invoice.

    :raises Refusal: when the approver wrote the order, or it gives more than they may give.
    """
    # Two superiors approve at once: one invoice is opened, and the second finds the order signed.
    order = Order.objects.lock(order)
    refuse_not_seller(order, by=by)
    refuse_writer(order, by=by)
    refuse_beyond_authority(order, by=by)
    now = timezone.now()
    order.move(Order.Status.SIGNED, at=now, approved_by=by, signed_at=now)
    if order.lead is not None:  # after the order, as cancelling and delivering do
        Lead.objects.lock(order.lead).move(Lead.Status.ORDERED, at=now, next_contact_at=None)
    order.invoice = billing.open_invoice(
        customer=order.customer,
        store=order.store,
        subject=_("Purchase of %(car)s") % {"car": order.variant},
        subject_number=order.number,
        lines=lines_of(order),
        deposit=order.deposit,
        by=by,
    )
    order.save(update_fields=["invoice"])
    if order.delivering_store is not None:
        customers.link(order.customer, order.delivering_store)  # who hands the car over must reach the customer
    events.record(ORDER_APPROVED, order, by=by, data={"total": str(order.total), "invoice": order.invoice.number})
    return order


def refuse_unsettled(order: Order, *, by: User) -> None:
    """:raises Refusal: while money is still to come or to go back."""
    if order.invoice is not None and order.invoice.due:
        raise Refusal(
            _("%(amount)s is still open on the account. Settle it with the cashier first.")
            % {"amount": display.yuan(abs(order.invoice.due))},
            code="not_settled",
        )


@transaction.atomic
def close_order(order: Order, *, by: User) -> Order:
    """The purchase is over: the car is with the customer and nothing is owed on either side.

    :raises Refusal: while money is still to come or to go back.
    """
    # Closed by two at once it is told once: the second finds it closed.
    order = Order.objects.lock(order)
    refuse_not_seller(order, by=by)
    refuse_unsettled(order, by=by)  # nobody looks for money on a closed purchase
    order.move(Order.Status.CLOSED)
    events.record(ORDER_CLOSED, order, by=by)
    return order


def lines_of(order: Order) -> list[billing.Line]:
    """What the customer owes: the lines of the quote; without one, the car and its discount."""
    if order.quote is None:
        car = billing.Line(InvoiceLine.Kind.CAR, str(order.variant), order.price)
        return [car, billing.Line(InvoiceLine.Kind.DISCOUNT, _("Discount"), -order.discount)]
    return [
        billing.Line(
            LINE_OF.get(QuoteLine.Kind(line.kind), InvoiceLine.Kind.FEE),
            str(order.variant) if line.kind == QuoteLine.Kind.VEHICLE else line.text or line.get_kind_display(),
            line.amount,
            # What is collected for others is no turnover of ours, and bears no tax of ours.
            vat_rate=Decimal(0) if line.kind in FOR_OTHERS else Decimal(13),
        )
        # Dearest first: a discount before the car would put the account below nothing.
        for line in sorted(order.quote.lines.all(), key=lambda line: -line.amount)
    ]


@transaction.atomic
def return_order(order: Order, *, by: User, note: str) -> Order:
    """Not approved: back to its writer with what is to change.

    :raises Refusal: without a word of why.
    """
    # Another superior may approve it at this moment: the second of the two finds it decided.
    order = Order.objects.lock(order)
    refuse_not_seller(order, by=by)
    if not note.strip():
        raise Refusal(_("Write what is to change."), code="no_instruction")
    order.move(Order.Status.DRAFT)
    events.record(ORDER_RETURNED, order, by=by, data={"note": note.strip()[:200]})
    return order


def refuse_cancelling(order: Order, *, by: User) -> None:
    """:raises Refusal: when the order is a colleague's, or signed, and one may not approve."""
    refuse_not_seller(order, by=by)
    refuse_foreign(order, by=by)
    signed = order.status not in {Order.Status.DRAFT, Order.Status.PENDING_APPROVAL}
    if signed and not by.has_perm("sales.approve"):
        raise Refusal(_("A signed order is cancelled by the manager."), code="manager_cancels")


@transaction.atomic
def cancel_order(order: Order, *, reason: Reason, by: User, forfeit: Decimal = Decimal(0), note: str = "") -> Order:
    """The purchase ends: the car is free, the debt is reversed, the card is open again with a next contact.

    What was paid, less what is kept, is owed to the customer from now on; the cashier gives it back.

    :raises Refusal: when a signed order is cancelled by somebody who may not approve, or more is kept than was paid.
    """
    # First of all: keeping a car, signing and handing over hold the order too, so none of them runs between.
    order = Order.objects.lock(order)
    refuse_cancelling(order, by=by)
    order.move(Order.Status.CANCELLED, cancelled_at=timezone.now(), cancel_reason=reason)
    end_allocation(order)
    settle_cancelled(order, forfeit=forfeit, reason=str(reason), by=by)
    if order.lead is not None and order.lead.status == Lead.Status.ORDERED:  # that of a draft was never closed
        reopen(order.lead, by=by)
    data = {"reason": reason.code, "forfeit": str(forfeit), "note": note.strip()[:200]}
    events.record(ORDER_CANCELLED, order, by=by, data=data)
    return order


def settle_cancelled(order: Order, *, forfeit: Decimal, reason: str, by: User) -> None:
    """Counter-rows for every line of the invoice, and the part that is kept as a fee."""
    paid = order.invoice.paid if order.invoice else Decimal(0)
    # What is kept is kept of what was paid: cancelling makes no new debt of the customer.
    if forfeit > paid:
        raise Refusal(
            _("Only %(paid)s was paid; no more can be kept.") % {"paid": display.yuan(paid)}, code="forfeit_above_paid"
        )
    if order.invoice is None:
        return
    # Lowest first: with the discount taken back before the car the account is never below nothing.
    for line in order.invoice.lines.filter(reverses__isnull=True, reversed_by__isnull=True).order_by("amount"):
        billing.reverse_line(line, by=by, reason=reason)
    if forfeit:
        # Civil Code, article 587: who gives a deposit and does not take the car cannot ask for it back.
        fee = billing.Line(InvoiceLine.Kind.FEE, _("Kept of the deposit"), forfeit)
        order.invoice = billing.add_lines(order.invoice, lines=[fee], by=by)


def reopen(lead: Lead, *, by: User) -> None:
    """The card of a cancelled order is worked on again."""
    # The card after its order, as approving and delivering take them.
    lead = Lead.objects.lock(lead)
    next_contact = contact_schedule.next_contact(lead.level, store=lead.store, after=timezone.now())
    lead.move(Lead.Status.OPEN, next_contact_at=next_contact)
    events.record(LEAD_REOPENED, lead, by=by)


@closed_accounts.closes
def bill_of_closed_sale(invoice: Invoice) -> Refusal | None:
    """The sale was closed by this bill being paid."""
    if Order.objects.filter(invoice=invoice, status=Order.Status.CLOSED).exists():
        rule = "refund_leaves_sale_paid"
        return Refusal(Order.TRIGGERS[rule], code=rule)
    return None


def refuse_refund(order: Order, *, by: User) -> None:
    """:raises Refusal: when nothing is to be given back, or another store holds the money."""
    refuse_not_seller(order, by=by)
    if order.status != Order.Status.CANCELLED or order.invoice is None or order.invoice.due >= 0:
        raise Refusal(_("Nothing is to be given back on this order."), code="nothing_to_refund")


@transaction.atomic
def refund_cancelled(order: Order, *, method: str, by: User) -> Refund:
    """The cashier gives back what a cancelled order still holds. Pressed twice, it is given once.

    :raises Refusal: when nothing is to be given back.
    """
    # Two tills give back at once: the second reads, under both locks, that nothing is owed any more.
    order = Order.objects.lock(order)
    if order.invoice is not None:
        order.invoice = Invoice.objects.lock(order.invoice)  # what came with the order may be older
    refuse_refund(order, by=by)
    assert order.invoice is not None
    refund = billing.refund(
        order.invoice,
        amount=-order.invoice.due,
        method=method,
        reason=str(order.cancel_reason),
        by=by,
        key=f"order-{order.pk}-cancelled",  # money leaves the till once, whatever is pressed
    )
    events.record(ORDER_REFUNDED, order, by=by, data={"amount": str(refund.amount), "method": method})
    return refund
