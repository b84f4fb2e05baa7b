"""Quotes: the list, one offer with its versions, the next version, and the way to an order."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dms.core.refusals import Refusal
from dms.formats import query_params
from dms.views.lists import BaseListView
from dms.web.http import AuthenticatedHttpRequest, sent
from dms.web.rights import requires_right
from sales.actions import orders as order_acts
from sales.actions import quotes as acts
from sales.actions.quotes import Item
from sales.filters import QuoteFilter
from sales.forms import OrderForm, QuoteForm
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
    rows = Quote.objects
    found = rows.visible_to(request.user).select_related(
        "store", "lead__customer", "lead__owner", "variant__series", "colour", "made_by"
    )
    return get_object_or_404(found.prefetch_related("lines"), pk=pk)


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
        found = super().get_queryset()
        return found if self.request.GET.get("superseded") else found.filter(superseded=False)

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


@requires_right("sales.sell")
def quote_new(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """An offer for a card, beside the stock of what is offered; ``?after=`` makes the next version of one."""
    lead = leads.visible(request, pk)
    after = query_params.number(request.GET.get("after"))
    revises = visible(request, after) if after else None
    form = QuoteForm(sent(request), initial=start(lead, revises))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            quote = acts.make_quote(
                lead,
                variant=facts["variant"],
                items=items(facts),
                valid_until=facts["valid_until"],
                by=request.user,
                revises=revises,
                colour=facts["colour"],
                note=facts["note"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("sales:quote", quote.pk)
    stock = StockCar.objects
    cars = stock.visible_to(request.user).of_store(lead.store).select_related("variant__series", "colour")
    context = {
        "form": form,
        "object": lead,
        "heading": _("Quote for %(name)s") % {"name": lead.customer},
        "cancel_url": reverse("sales:lead", args=[lead.pk]),
        "positions": positions(cars, on=timezone.localdate()),
    }
    return render(request, "sales/quote_form.html", context, status=422 if form.errors else 200)


@require_safe
@requires_right("sales.view")
def quote(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One offer: its lines, the other versions, whether the car stands in the yard."""
    found = visible(request, pk)
    stock = StockCar.objects
    cars = stock.of_store(found.store).filter(variant=found.variant).select_related("variant__series", "colour")
    context = {
        "object": found,
        "lines": found.lines.all(),
        "versions": Quote.objects.filter(number=found.number).prefetch_related("lines"),
        "positions": positions(cars, on=timezone.localdate()),
        "order": found.orders.exclude(status=Order.Status.CANCELLED).first(),
        "ran_out": found.valid_until < timezone.localdate(),
    }
    return render(request, "sales/quote_detail.html", context)


@requires_right("sales.sell")
def order_new(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The offer is taken: deposit, payment, day of delivery; the rest stands in the quote."""
    found = visible(request, pk)
    form = OrderForm(sent(request), initial={"deposit": 0})
    if request.method == "POST" and form.is_valid():
        try:
            order = written(request, found, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            if order.status == Order.Status.PENDING_APPROVAL:
                messages.success(request, _("The manager approves it."))
            return redirect("sales:order", order.pk)
    context = {
        "form": form,
        "object": found,
        "heading": _("Order from %(quote)s") % {"quote": found},
        "form_note": f"{found.lead.customer} · {found.variant}",
        "cancel_url": reverse("sales:quote", args=[pk]),
        "submit_label": _("Submit for approval"),
    }
    return render(request, "sales/order_new.html", context, status=422 if form.errors else 200)


def written(request: AuthenticatedHttpRequest, found: Quote, facts: dict[str, Any]) -> Order:
    """The order, with its superior at once unless it is kept as a draft."""
    with transaction.atomic():
        order = order_acts.order_from_quote(found, by=request.user, **facts)
        return order if "draft" in request.POST else order_acts.submit_order(order, by=request.user)
