"""What sales knows of a customer or car for their timelines, and what the search box finds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import Customer, Vehicle
from dms.core import status_colours
from dms.core.untyped import AnyRows
from dms.formats import display
from dms.models import User
from dms.navigation import registry
from dms.navigation.registry import Hit
from dms.navigation.timelines import Ask, Found, Moment, person
from sales.models import Lead, LeadContact, Order, OwnerCard, Quote, QuoteLine, ShowroomVisit


def visible(model: Any, user: Any) -> AnyRows:
    return model.objects.visible_to(user)


@registry.timeline(
    Customer,
    right="sales.view",
    rows=lambda ask: ask.about(visible(ShowroomVisit, ask.viewer).counted()),
    at="came_at",
    facts={"kind": "kind", "note": "note", "lead": "lead_id", "adviser": person("adviser")},
)
def visits(visit: Found) -> Moment:
    """Every time they came to the showroom, or called."""
    url = reverse("sales:lead", args=[visit["lead"]]) if visit["lead"] else ""
    kind = ShowroomVisit.Kind(visit["kind"]).label
    return Moment(visit.at, str(kind), visit["note"], url, "run", visit["adviser"])


def cards(ask: Ask) -> AnyRows:
    """The cards of the customer that one may see."""
    return ask.about(visible(Lead, ask.viewer)).values("pk")


@registry.timeline(
    Customer,
    right="sales.view",
    rows=lambda ask: LeadContact.objects.filter(lead__in=cards(ask)),
    at="at",
    facts={
        "channel": "channel",
        "result": "result",
        "level": "level_after",
        "what": "what",
        "lead": "lead_id",
        "by": person("by"),
    },
)
def lead_contacts(contact: Found) -> Moment:
    """What was said, card by card."""
    channel, result = LeadContact.Channel(contact["channel"]).label, LeadContact.Result(contact["result"]).label
    title = f"{channel} · {result} · {contact['level']}"
    return Moment(
        contact.at, title, contact["what"], reverse("sales:lead", args=[contact["lead"]]), "done", contact["by"]
    )


@registry.timeline(
    Customer,
    right="sales.view",
    rows=lambda ask: Quote.objects.filter(lead__in=cards(ask)),
    at="made_at",
    facts={
        "number": "number",
        "version": "version",
        # No join: a quote would stand in the timeline once for each of its lines.
        "total": Subquery(
            QuoteLine.objects.filter(quote=OuterRef("pk"))
            .order_by()
            .values("quote")
            .annotate(total=Sum("amount"))
            .values("total")
        ),
        "by": person("made_by"),
    },
)
def quotes(quote: Found) -> Moment:
    """What was offered."""
    words = _("Quote %(number)s") % {"number": f"{quote['number']} V{quote['version']}"}
    total = display.yuan(Decimal(str(quote["total"] or 0)))
    return Moment(quote.at, words, total, reverse("sales:quote", args=[quote.key]), by=quote["by"])


def bought(ask: Ask) -> AnyRows:
    """The customer's purchases; of a car, the one it belongs to."""
    orders = visible(Order, ask.viewer)
    if ask.of == "customer":
        return ask.about(orders)
    # An allocation that ended was of a buyer who got another car.
    return orders.filter(allocations__car__vehicle_id=ask.subject, allocations__ended_at__isnull=True)


@registry.timeline(
    Customer,
    Vehicle,
    right="sales.view",
    rows=bought,
    at="status_at",
    facts={
        "number": "number",
        "status": "status",
        "variant": "variant__full_name",
        "variant_en": "variant__full_name_en",
        "adviser": person("adviser"),
    },
)
def purchases(order: Found) -> Moment:
    """Where purchases stand, by the moment they came there."""
    status = order["status"]
    title = _("Order") + f" {order['number']} · {Order.Status(status).label}"
    page = reverse("sales:order", args=[order.key])
    return Moment(order.at, title, order.name("variant"), page, status_colours.family_of(status), order["adviser"])


@registry.timeline(
    Vehicle,
    right="sales.view",
    rows=lambda ask: ask.about(visible(OwnerCard, ask.viewer)),
    at="opened_at",
    facts={"number": "number", "customer": "customer__name", "adviser": person("adviser")},
)
def owner_cards(card: Found) -> Moment:
    """The C cards of this car."""
    words = _("C card %(number)s") % {"number": card["number"]}
    return Moment(
        card.at, words, card["customer"], reverse("sales:owner_card", args=[card.key]), "done", card["adviser"]
    )


@registry.search("sales.view")
def find_leads(text: str, user: User, limit: int) -> Sequence[Hit]:
    """Open cards by number or customer."""
    rows = visible(Lead, user).open().matching(text).select_related("customer", "owner", "series", "variant")[:limit]
    return [
        Hit(
            f"{row.customer} · {row.level}",
            f"{row.number} {row.car}".strip(),
            reverse("sales:lead", args=[row.pk]),
            gettext_lazy("A card"),
            rank=0 if text.upper() == row.number else 1,
        )
        for row in rows
    ]


@registry.search("sales.view")
def find_orders(text: str, user: User, limit: int) -> Sequence[Hit]:
    """Orders by number or customer."""
    rows = visible(Order, user).matching(text).select_related("customer", "variant")[:limit]
    return [
        Hit(
            f"{row.customer} · {row.get_status_display()}",
            f"{row.number} {row.variant}",
            reverse("sales:order", args=[row.pk]),
            gettext_lazy("Order"),
            rank=0 if text.upper() == row.number else 1,
        )
        for row in rows
    ]
