"""Quotes: the list, one offer with its versions, the next version, and the way to an order."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from dms.views.lists import BaseListView
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from sales import cells
from sales.acts import QUOTE
from sales.authority import authorities, may_concede
from sales.filters import NewestQuotes
from sales.models import Order, Quote, StockCar
from sales.stock_position import positions


def visible(request: AuthenticatedHttpRequest, pk: int) -> Quote:
    quotes = Quote.objects.visible_to(request.user).select_related(
        "store", "lead__customer", "lead__owner", "variant__series", "colour", "made_by"
    )
    return get_object_or_404(quotes.prefetch_related("lines"), pk=pk)


class Quotes(BaseListView):
    """Offers in their newest version."""

    model = Quote
    right = "sales.view"
    filterset_class = NewestQuotes
    related = ("store", "lead__customer", "variant", "colour", "made_by")
    prefetched = ("lines",)
    export_key = "quotes"
    columns = (
        Column(pgettext_lazy("noun", "Quote"), str, cell=cells.quote_number, look="fw-medium", phone=True),
        Column(gettext_lazy("Customer"), "lead.customer", cell=cells.quote_customer, phone=True),
        Column(gettext_lazy("Model"), "variant", width=24),
        Column(gettext_lazy("Colour"), "colour"),
        Column(gettext_lazy("Car price (CNY)"), "sums.car", "money"),
        Column(gettext_lazy("Collected for others (CNY)"), "sums.collected", "money", only="file"),
        Column(gettext_lazy("Amount (CNY)"), "total", "money", phone=True),
        Column(gettext_lazy("Valid until"), "valid_until", "date", cell=cells.valid_until, phone=True),
        Column(gettext_lazy("Adviser"), "made_by", look="text-nowrap"),
        Column(gettext_lazy("Made"), "made_at", "moment"),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores),
    )
    words = {
        "heading": gettext_lazy("Quotes"),
        "search_hint": gettext_lazy("Number, name, phone"),
        "empty_title": gettext_lazy("No quotes yet"),
        "empty_text": gettext_lazy("A quote is made on an A card: open the card, then press Quote."),
    }


@require_safe
@requires_right("sales.view")
def quote(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One offer: its lines, the other versions, whether the car stands in the yard."""
    quote = visible(request, pk)
    cars = StockCar.objects.of_store(quote.store).filter(variant=quote.variant)
    order = quote.orders.exclude(status=Order.Status.CANCELLED).first()
    live = not quote.superseded and order is None
    sums = quote.sums
    context = {
        "object": quote,
        "acts": QUOTE.offered(quote, request.user) if live else {},
        "lines": quote.lines.all(),
        "sums": sums,
        "above_limit": sums.conceded > 0 and live and not may_concede(quote, request.user),
        "authorities": authorities(quote) if sums.conceded > 0 and live else "",
        "versions": Quote.objects.filter(number=quote.number).prefetch_related("lines"),
        "positions": positions(cars.select_related("variant__series", "colour"), on=timezone.localdate()),
        "order": order,
        "ran_out": quote.valid_until < timezone.localdate(),
    }
    return render(request, "sales/quote_detail.html", context)
