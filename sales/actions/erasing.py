"""What sales keeps of a person who is erased: the figures of its cards and visits, and none of their words."""

from django.utils.translation import gettext as _

from crm.models import Customer
from dms.core.refusals import Refusal
from sales.models import Lead, LeadContact, Order, ShowroomVisit

GONE = "—"
OVER = (Order.Status.DELIVERED, Order.Status.CLOSED, Order.Status.CANCELLED)


def forget_person(customer: Customer) -> None:
    """:raises Refusal: while a card or an order of theirs is open."""
    if Lead.objects.filter(customer=customer).open().exists():
        raise Refusal(_("A card of this customer is open. Close it first."), code="erase_open")
    if Order.objects.filter(customer=customer).exclude(status__in=OVER).exists():
        raise Refusal(_("An order of this customer is open. End it first."), code="erase_open")
    leads = Lead.objects.filter(customer=customer)
    for name in ("wish", "budget", "loss_note"):
        leads.exclude(**{name: ""}).update(**{name: GONE})
    LeadContact.objects.filter(lead__in=leads).exclude(what="").update(what=GONE)
    visits = ShowroomVisit.objects.filter(customer=customer)
    for name in ("name", "note"):
        visits.exclude(**{name: ""}).update(**{name: GONE})
