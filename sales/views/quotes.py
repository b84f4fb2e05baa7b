"""Quotes: the list, one offer with its versions, the next version, and the way to an order."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dms.formats import query_params
from dms.views.lists import BaseListView
from dms.web.act_views import ActFormView
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import RequiresRight, requires_right
from sales.actions.quotes import Item, make_quote
from sales.acts import QUOTE
from sales.filters import QuoteFilter
from sales.forms import QuoteForm
from sales.models import Lead, Order, Quote, QuoteLine, StockCar
from sales.stock_position import positions
from sales.views import leads

KINDS = {
    "vehicle": QuoteLine.Kind.VEHICLE,
    "option": QuoteLine.Kind.OPTION,
    "accessory": QuoteLine.Kind.ACCESSORY,
    "insurance": QuoteLine.Kind.INSURANCE,
    "tax": QuoteLine.Kind.TAX,
    "plate": QuoteLine.Kind.PLATE,
    "finance": QuoteLine.Kind.FINANCE,
    "discount": QuoteLine.Kind.DISCOUNT,
}
"""Field of the form → line of the offer."""

VALID_DAYS = 7


def visible(request: AuthenticatedHttpRequest, pk: int) -> Quote:
    quotes = Quote.objects.visible_to(request.user).select_related(
        "store", "lead__customer", "lead__owner", "variant__series", "colour", "made_by"
    )
    return get_object_or_404(quotes.prefetch_related("lines"), pk=pk)


class Quotes(BaseListView):
    """Offers in their newest version."""

    model = Quote
    right = "sales.view"
    template_name = "sales/quote_list.html"
    row_template = "sales/_quote_row.html"
    filterset_class = QuoteFilter
    related = ("lead__customer", "variant__series", "colour", "made_by")
    words = {
        "heading": gettext_lazy("Quotes"),
        "search_hint": gettext_lazy("Number, name, phone"),
        "empty_title": gettext_lazy("No quotes yet"),
        "empty_text": gettext_lazy("A quote is made on an A card: open the card, then press Quote."),
    }

    def rows(self) -> Any:
        return super().rows().prefetch_related("lines")

    def get_queryset(self) -> Any:
        quotes = super().get_queryset()
        return quotes if self.request.GET.get("superseded") else quotes.filter(superseded=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(today=timezone.localdate(), **kwargs)


def start(lead: Lead, revises: Quote | None) -> dict[str, Any]:
    """What the form begins with: the former version, or what the card says."""
    valid = timezone.localdate() + timedelta(days=VALID_DAYS)
    if revises is None:
        return {
            "variant": lead.variant,
            "vehicle": lead.variant.list_price if lead.variant else None,
            "valid_until": valid,
        }
    amounts = {line.kind: abs(line.amount) for line in revises.lines.all()}
    return {
        "variant": revises.variant,
        "colour": revises.colour,
        "valid_until": valid,
        "note": revises.note,
        **{name: amounts.get(kind) for name, kind in KINDS.items()},
    }


def items(facts: dict[str, Any]) -> list[Item]:
    """The lines of the form; a discount is typed positive and kept negative."""
    return [
        Item(kind, -facts[name] if kind == QuoteLine.Kind.DISCOUNT else facts[name])
        for name, kind in KINDS.items()
        if facts[name]
    ]


class QuoteNew(RequiresRight, ActFormView[QuoteForm]):
    """An offer for a card, beside the stock of what is offered; ``?after=`` makes the next version of one."""

    right = "sales.sell"
    form_class = QuoteForm
    template_name = "sales/quote_form.html"

    @cached_property
    def lead(self) -> Lead:
        return leads.visible(self.request, self.kwargs["pk"])

    @cached_property
    def revises(self) -> Quote | None:
        after = query_params.number(self.request.GET.get("after"))
        return visible(self.request, after) if after else None

    def get_initial(self) -> dict[str, Any]:
        return start(self.lead, self.revises)

    def act(self, **facts: Any) -> Quote:
        lines = items({name: facts.pop(name) for name in KINDS})
        return make_quote(self.lead, items=lines, by=self.request.user, revises=self.revises, **facts)

    def after(self, quote: Quote) -> str:
        return reverse("sales:quote", args=[quote.pk])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        cars = StockCar.objects.visible_to(self.request.user).of_store(self.lead.store)
        return super().get_context_data(
            object=self.lead,
            heading=_("Quote for %(name)s") % {"name": self.lead.customer},
            cancel_url=reverse("sales:lead", args=[self.lead.pk]),
            positions=positions(cars.select_related("variant__series", "colour"), on=timezone.localdate()),
            **context,
        )


@require_safe
@requires_right("sales.view")
def quote(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One offer: its lines, the other versions, whether the car stands in the yard."""
    quote = visible(request, pk)
    cars = StockCar.objects.of_store(quote.store).filter(variant=quote.variant)
    order = quote.orders.exclude(status=Order.Status.CANCELLED).first()
    live = not quote.superseded and order is None
    context = {
        "object": quote,
        "acts": QUOTE.offered(quote, request.user) if live else {},
        "lines": quote.lines.all(),
        "versions": Quote.objects.filter(number=quote.number).prefetch_related("lines"),
        "positions": positions(cars.select_related("variant__series", "colour"), on=timezone.localdate()),
        "order": order,
        "ran_out": quote.valid_until < timezone.localdate(),
    }
    return render(request, "sales/quote_detail.html", context)
