"""What after-sales does when two files of one person become one, a mileage was misread, and something was signed."""

from django.dispatch import receiver
from django.utils.translation import gettext as _

from aftersales import pdfs
from aftersales import signals as own
from aftersales.models import Appointment, Authorisation, CheckIn, Settlement, SignedPaper, WorkOrder
from crm import signals
from crm.models import Customer, MileageReading
from dms.core.refusals import Refusal
from dms.models import User
from dms.records import attachments
from dms.web.pdf import Paper


@receiver(signals.customers_merged, dispatch_uid="aftersales.follow_merge")
def follow_merge(sender: object, *, duplicate: Customer, into: Customer, **_more: object) -> None:
    """The same transaction: bookings and work orders, also the settled ones, go with the customer."""
    for model in (Appointment, WorkOrder):
        # An update of rows and no act: a settled order is frozen but for its customer, and no step is taken.
        model.objects.filter(customer=duplicate).update(customer=into)


@receiver(signals.customer_erased, dispatch_uid="aftersales.forget_person")
def forget_person(sender: object, *, customer: Customer, **_more: object) -> None:
    """The same transaction: bookings lose their words, the car's history stays; while a visit is open nobody is erased."""
    visits, bookings = WorkOrder.objects.filter(customer=customer), Appointment.objects.filter(customer=customer)
    if visits.exclude(status__in=[WorkOrder.Status.RELEASED, WorkOrder.Status.CANCELLED]).exists():
        raise Refusal(_("A work order of this customer is open. End it first."), code="erase_open")
    if bookings.filter(status__in=["BOOKED", "CONFIRMED", "PREPARED"]).exists():
        raise Refusal(_("A booking of this customer is open. End it first."), code="erase_open")
    bookings.update(wish="—")


@receiver(signals.mileage_corrected, dispatch_uid="aftersales.follow_mileage")
def follow_mileage(sender: object, *, misread: MileageReading, meant: MileageReading, **_more: object) -> None:
    """The check-in at which it was misread says what was meant."""
    CheckIn.objects.filter(reading=misread).update(reading=meant)


@receiver(own.consent_given, dispatch_uid="aftersales.keep_consent")
def keep_consent(
    sender: object, *, order: WorkOrder, consent: Authorisation, first: bool, by: User, **_more: object
) -> None:
    """The paper as it was agreed to: the commission when it is signed, an addendum for what is agreed later."""
    kind = SignedPaper.Kind.COMMISSION if first else SignedPaper.Kind.ADDENDUM
    paper = pdfs.draft_commission(order, by, consent) if first else pdfs.draft_addendum(order, by, consent)
    keep(paper, order, kind=kind, by=by, consent=consent)


@receiver(own.order_settled, dispatch_uid="aftersales.keep_settlement")
def keep_settlement(sender: object, *, order: WorkOrder, settlement: Settlement, by: User, **_more: object) -> None:
    """The bill as it was signed on the screen; what is signed by pen is printed and signed then."""
    # Without a name the sheet is signed on paper: kept now, it would be a bill that nobody had signed.
    if settlement.signed_name:
        keep(pdfs.draft_settlement(order, by), order, kind=SignedPaper.Kind.SETTLEMENT, by=by)


def keep(paper: Paper, order: WorkOrder, *, kind: str, by: User, consent: Authorisation | None = None) -> None:
    # The bytes themselves: a new template or a new name of the store must not change what was signed.
    file = attachments.keep(paper.content(), name=paper.file_name, by=by, subject=order)
    SignedPaper.objects.create(work_order=order, kind=kind, authorisation=consent, file=file, by=by)
