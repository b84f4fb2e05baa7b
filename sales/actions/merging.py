"""What sales does when two files of one person become one."""

from django.utils.translation import gettext as _

from crm.models import Customer
from dms.core.refusals import Refusal
from sales.models import Lead, Order, OwnerCard, ShowroomVisit


def follow_merge(duplicate: Customer, *, into: Customer) -> None:
    """Cards, orders, C cards and register lines go with the customer. Called inside the merging.

    :raises Refusal: when both files have an open card for one wish, or a C card of one car: the database has room for one.
    """
    refuse_two_cards(duplicate, into)
    refuse_two_owner_cards(duplicate, into)
    # One UPDATE each, past the models: the database stamps updated_at, and the event of the merging tells it all.
    for model in (Lead, Order, OwnerCard, ShowroomVisit):
        model.objects.filter(customer=duplicate).update(customer=into)


def refuse_two_cards(duplicate: Customer, into: Customer) -> None:
    # No series is a wish as well, and None is equal to None here as in the unique index.
    alive = Lead.objects.filter(status__in=[Lead.Status.OPEN, Lead.Status.LOSS_REQUESTED])
    cards = {(lead.store_id, lead.series_id): lead for lead in alive.filter(customer=into)}
    for lead in alive.filter(customer=duplicate).order_by("pk"):
        twin = cards.get((lead.store_id, lead.series_id))
        if twin is not None:
            sentence = _("%(one)s and %(other)s are open A cards for one wish. Close one of them first.")
            raise Refusal(sentence % {"one": twin, "other": lead}, code="cards_for_one_wish")


def refuse_two_owner_cards(duplicate: Customer, into: Customer) -> None:
    # Closed cards count too: the C card is unique by car and owner for good, not while it is in use.
    cars = OwnerCard.objects.filter(customer=into).values("vehicle")
    card = OwnerCard.objects.filter(customer=duplicate, vehicle__in=cars).select_related("vehicle").first()
    if card is not None:
        sentence = _("Both files have a C card of %(car)s. They stay two files.")
        raise Refusal(sentence % {"car": card.vehicle}, code="owner_cards_of_one_car")
