"""What sales does when money comes in (the order says when its deposit is there, and when nothing is due any more), and when
two files of one person become one."""

from django.dispatch import receiver

from crm import signals
from crm.models import Customer, Invoice, Payment
from dms.models import User
from dms.records import events
from sales.actions import erasing, merging
from sales.events import ORDER_DEPOSIT_PAID, ORDER_PAID
from sales.models import Order


@receiver(signals.payment_taken, dispatch_uid="sales.note_payment")
def note_payment(sender: object, *, invoice: Invoice, payment: Payment, by: User, **_more: object) -> None:
    """The same transaction: a payment that reaches the agreed deposit, or the whole price, is an event of the order."""
    order = Order.objects.filter(invoice=invoice).select_related("store").first()
    if order is None:
        return
    before = invoice.paid - payment.amount
    data = {"amount": str(payment.amount), "paid": str(invoice.paid), "number": payment.number}
    # Crossed by this very payment: the next one must not announce the deposit again.
    if before < order.deposit <= invoice.paid:
        events.record(ORDER_DEPOSIT_PAID, order, by=by, data=data)
    if before < invoice.total <= invoice.paid:
        events.record(ORDER_PAID, order, by=by, data=data)


@receiver(signals.customer_erased, dispatch_uid="sales.forget_person")
def forget_person(sender: object, *, customer: Customer, **_more: object) -> None:
    """The same transaction: cards and visits lose their words; while a card or an order is open nobody is erased."""
    erasing.forget_person(customer)


@receiver(signals.customers_merged, dispatch_uid="sales.follow_merge")
def follow_merge(sender: object, *, duplicate: Customer, into: Customer, **_more: object) -> None:
    """The same transaction: what sales keeps of the customer goes along, or the merging is refused."""
    merging.follow_merge(duplicate, into=into)
