"""C cards: the owners of the store and whose they are."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dms import registry
from dms.access import current, needs
from dms.views.lists import HouseList
from sales.filters import OwnerCardFilter
from sales.models import OwnerCard


def visible(request: HttpRequest, pk: int) -> OwnerCard:
    rows: Any = OwnerCard.objects
    found = rows.visible_to(current(request)).select_related(
        "store", "customer", "vehicle__variant__series", "order__invoice", "order__lead__source__parent", "adviser"
    )
    return get_object_or_404(found, pk=pk)  # type: ignore[no-any-return]


class OwnerCards(HouseList):
    """Owners, those of last month first."""

    model = OwnerCard
    right = "sales.view"
    template_name = "sales/owner_card_list.html"
    row_template = "sales/_owner_card_row.html"
    filterset_class = OwnerCardFilter
    related = ("store", "customer", "vehicle__variant__series", "adviser")
    words = {
        "heading": gettext_lazy("C cards"),
        "search_hint": gettext_lazy("Number, name, plate, VIN"),
        "empty_title": gettext_lazy("No owners yet"),
        "empty_text": gettext_lazy("Delivery makes the C card from order and car."),
    }


@require_safe
@needs("sales.view")
def owner_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The C card: customer, car, purchase, and one history."""
    found = visible(request, pk)
    context = {
        "object": found,
        "order": found.order,
        "vehicle": found.vehicle,
        "phones": found.customer.phones.all(),
        "timeline": registry.timeline(found.vehicle, current(request))[:60],
    }
    return render(request, "sales/owner_card_detail.html", context)
