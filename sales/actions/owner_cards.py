"""C cards: opened by delivery, with the loan's end noted, handed to customer service after the first maintenance."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Vehicle
from dms.core.refusals import Refusal
from dms.models import User
from dms.records import events
from dms.records.numbering import next_number
from sales.events import OWNER_CARD_HANDED_OVER, OWNER_CARD_LOAN_NOTED, OWNER_CARD_OPENED
from sales.models import Order, OwnerCard


def open_card(order: Order, *, vehicle: Vehicle, by: User) -> OwnerCard:
    """The buyer is an owner: order and car make the card, nothing is typed again. Called while the order is held."""
    # Who buys the same car once more (it came back to us) has their card already, and the database has room for one.
    known = OwnerCard.objects.filter(vehicle=vehicle, customer=order.customer).first()
    if known is not None:
        return known
    card = OwnerCard(
        number=next_number("owner_card", order.store),
        store=order.store,
        customer=order.customer,
        vehicle=vehicle,
        order=order,
        adviser=order.adviser,
        opened_at=order.delivered_at or timezone.now(),
    )
    card.save(force_insert=True)
    events.record(OWNER_CARD_OPENED, card, by=by, data={"order": order.number})
    return card


@transaction.atomic
def note_loan(card: OwnerCard, *, by: User, loan_until: date | None = None, loan_terms: int | None = None) -> OwnerCard:
    """When the last instalment is paid and how many there are, as the trade's card has it; without a day there is no loan.

    Raises:
        Refusal: ``loan_without_end`` (instalments, but no day), ``loan_over_before_purchase``.
    """
    # Two desks note the loan: what changed is told against the other's note, not against the page.
    card = OwnerCard.objects.lock(card)
    if loan_terms is not None and loan_until is None:
        raise Refusal(_("Say too when the last instalment is paid."), code="loan_without_end")
    if loan_until and loan_until < timezone.localdate(card.opened_at):
        raise Refusal(_("The loan cannot end before the car was bought."), code="loan_over_before_purchase")
    if (card.loan_until, card.loan_terms) != (loan_until, loan_terms):
        card.loan_until, card.loan_terms = loan_until, loan_terms
        card.save(update_fields=["loan_until", "loan_terms"])
        data = {"loan_until": loan_until, "loan_terms": loan_terms}
        events.record(OWNER_CARD_LOAN_NOTED, card, by=by, data=data)
    return card


@transaction.atomic
def hand_to_customer_service(vehicle: Vehicle, *, by: User) -> OwnerCard | None:
    """After the first maintenance the card of the car's owner goes to customer service. None when sales keep none (any more)."""
    # Two maintenances settled at once hand it over once.
    cards = OwnerCard.objects.filter(vehicle=vehicle, handed_over_at__isnull=True).lock_all()
    if not cards:
        return None
    # An earlier owner's card may never have been handed over; the car comes with its owner of today.
    card = max(cards, key=lambda card: card.opened_at)
    card.handed_over_at = timezone.now()
    card.save(update_fields=["handed_over_at"])
    events.record(OWNER_CARD_HANDED_OVER, card, by=by)
    return card
