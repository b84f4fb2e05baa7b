"""C cards: the owners of the store and whose they are."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from dms.navigation import registry
from dms.views.lists import BaseListView
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from sales import cells
from sales.acts import OWNER_CARD
from sales.filters import OwnerCardFilter
from sales.models import OwnerCard
from sales.open_work import OWNER_CARDS
from sales.views.leads import crm_page


def visible(request: AuthenticatedHttpRequest, pk: int) -> OwnerCard:
    cards = OwnerCard.objects.visible_to(request.user).select_related(
        "store", "customer", "vehicle__variant__series", "order__invoice", "order__lead__source__parent", "adviser"
    )
    return get_object_or_404(cards, pk=pk)


class OwnerCards(BaseListView):
    """Owners, those of last month first."""

    model = OwnerCard
    right = "sales.view"
    filterset_class = OwnerCardFilter
    related = ("store", "customer", "vehicle__variant__series", "adviser")
    export_key = "owner_cards"
    hands_over = OWNER_CARDS
    columns = (
        Column(gettext_lazy("C card"), "number", link="sales:owner_card", look="fw-medium", phone=True),
        Column(gettext_lazy("Customer"), "customer", phone=True),
        Column(gettext_lazy("Plate"), "vehicle.plate", cell=cells.owner_plate, phone=True),
        Column(gettext_lazy("Model"), "vehicle.model", width=24),
        Column(gettext_lazy("Adviser"), "adviser", look="text-nowrap"),
        Column(pgettext_lazy("card", "Opened"), "opened_at", "date"),
        Column(gettext_lazy("Kept by"), cells.kept_by, look="text-nowrap"),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores),
    )
    words = {
        "heading": gettext_lazy("C cards"),
        "search_hint": gettext_lazy("Number, name, plate, VIN"),
        "empty_title": gettext_lazy("No owners yet"),
        "empty_text": gettext_lazy("Delivery makes the C card from order and car."),
    }


@require_safe
@requires_right("sales.view")
def owner_card(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The C card: customer, car, purchase, and one history."""
    card = visible(request, pk)
    context = {
        "object": card,
        "acts": OWNER_CARD.offered(card, request.user),
        "order": card.order,
        "vehicle": card.vehicle,
        "call_page": reverse("crm:contact_new", args=[card.customer_id]) if request.user.has_perm("crm.call") else "",
        "customer_page": crm_page("crm:customer", card.customer_id, request.user),
        "vehicle_page": crm_page("crm:vehicle", card.vehicle_id, request.user),
        "phones": card.customer.phones.all(),
        "timeline": registry.timeline.of(card.vehicle, request.user)[:60],
    }
    return render(request, "sales/owner_card_detail.html", context)
