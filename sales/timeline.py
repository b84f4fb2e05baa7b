"""What sales knows of a customer or car for their timelines, and what the search box finds."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import Customer, Vehicle
from dms.core import status_colours
from dms.formats import display
from dms.formats.only_fields import named, person
from dms.models import User
from dms.navigation import registry
from dms.navigation.registry import Hit, Moment
from sales.models import Lead, LeadContact, Order, OwnerCard, Quote, ShowroomVisit

MOST = 100


@registry.timeline(Customer, right="sales.view")
def of_customer(customer: Customer, user: User) -> Iterable[Moment]:
    """Visits, contacts, quotes, orders."""
    cards = Lead.objects.visible_to(user).filter(customer=customer)
    visits = ShowroomVisit.objects.visible_to(user).filter(customer=customer).select_related("adviser")
    for visit in visits.only("came_at", "kind", "note", "lead", *person("adviser"))[:MOST]:
        url = reverse("sales:lead", args=[visit.lead_id]) if visit.lead_id else ""
        yield Moment(visit.came_at, str(visit.get_kind_display()), visit.note, url, "run", str(visit.adviser or ""))
    rows = LeadContact.objects.filter(lead__in=cards).select_related("by")
    for row in rows.only("at", "channel", "result", "level_after", "what", "lead", *person("by"))[:MOST]:
        title = f"{row.get_channel_display()} · {row.get_result_display()} · {row.level_after}"
        yield Moment(row.at, title, row.what, reverse("sales:lead", args=[row.lead_id]), "done", str(row.by))
    quotes = Quote.objects.filter(lead__in=cards).select_related("made_by").prefetch_related("lines")
    for quote in quotes.only("number", "version", "made_at", *person("made_by"))[:MOST]:
        words = _("Quote %(number)s") % {"number": quote}
        yield Moment(
            quote.made_at,
            words,
            display.yuan(quote.total),
            reverse("sales:quote", args=[quote.pk]),
            by=str(quote.made_by),
        )
    yield from of_orders(Order.objects.visible_to(user).filter(customer=customer))


def of_orders(rows: QuerySet[Order]) -> Iterable[Moment]:
    """Where purchases stand, by the moment they came there."""
    rows = rows.select_related("variant", "adviser")
    for order in rows.only("number", "status", "status_at", *named("variant"), *person("adviser"))[:MOST]:
        title = _("Order") + f" {order.number} · {order.get_status_display()}"
        url = reverse("sales:order", args=[order.pk])
        yield Moment(
            order.status_at,
            title,
            str(order.variant),
            url,
            status_colours.family_of(order.status),
            str(order.adviser or ""),
        )


@registry.timeline(Vehicle, right="sales.view")
def of_vehicle(vehicle: Vehicle, user: User) -> Iterable[Moment]:
    """The purchase of this car, and its C cards."""
    yield from of_orders(
        Order.objects.visible_to(user).filter(allocations__car__vehicle=vehicle, allocations__ended_at__isnull=True)
    )
    for card in OwnerCard.objects.visible_to(user).filter(vehicle=vehicle).select_related("adviser", "customer"):
        words = _("C card %(number)s") % {"number": card}
        url = reverse("sales:owner_card", args=[card.pk])
        yield Moment(card.opened_at, words, str(card.customer), url, "done", str(card.adviser or ""))


@registry.search("sales.view")
def find_leads(text: str, user: User, limit: int) -> Sequence[Hit]:
    """Open cards by number or customer."""
    rows = (
        Lead.objects.visible_to(user)
        .open()
        .matching(text)
        .select_related("customer", "owner", "series", "variant")[:limit]
    )
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
    rows = Order.objects.visible_to(user).matching(text).select_related("customer", "variant")[:limit]
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
