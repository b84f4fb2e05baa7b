"""C cards: opened by delivery, handed to customer service after the first maintenance."""

from django.db import transaction
from django.utils import timezone

from crm.models import Vehicle
from dms import events
from dms.models import User
from dms.numbers import next_number
from sales.models import Order, OwnerCard


def open_card(order: Order, *, vehicle: Vehicle, by: User) -> OwnerCard:
    """The buyer is an owner: order and car make the card, nothing is typed again. Called while the order is held."""
    known = OwnerCard.objects.filter(vehicle=vehicle, customer=order.customer).first()
    if known is not None:
        return known
    card = OwnerCard(
        number=next_number("owner_card", order.store), store=order.store, customer=order.customer, vehicle=vehicle,
        order=order, adviser=order.adviser, opened_at=order.delivered_at or timezone.now(),
    )  # fmt: skip
    card.save(force_insert=True)
    events.record("owner_card.opened", card, by=by, data={"order": order.number})
    return card


@transaction.atomic
def hand_to_customer_service(vehicle: Vehicle, *, by: User) -> OwnerCard | None:
    """After the first maintenance the card of the car's owner goes to customer service. None when sales keep none (any more)."""
    rows = OwnerCard.objects.select_for_update(of=("self",)).select_related("store")
    card = rows.filter(vehicle=vehicle, handed_over_at__isnull=True).order_by("-opened_at").first()
    if card is None:
        return None
    card.handed_over_at = timezone.now()
    card.save(update_fields=["handed_over_at"])
    events.record("owner_card.handed_over", card, by=by)
    return card
