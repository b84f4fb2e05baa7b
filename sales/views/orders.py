"""Orders: the list, one purchase from its writing to its delivery, approval, car, money."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm.models import Payment
from dms.core import status_colours
from dms.core.money import ZERO
from dms.core.refusals import Refusal
from dms.formats import display, query_params
from dms.models import Event, Reason
from dms.navigation import registry
from dms.views.lists import BaseListView
from dms.web.http import AuthenticatedHttpRequest, sent
from dms.web.rights import requires_right
from sales.actions import allocation, deliveries
from sales.actions import orders as acts
from sales.filters import OrderFilter
from sales.forms import CancelForm, NoteForm
from sales.models import Order, StockCar
from sales.stock_position import family_of_age


def visible(request: AuthenticatedHttpRequest, pk: int) -> Order:
    rows = Order.objects
    found = rows.visible_to(request.user).select_related(
        "store",
        "customer",
        "adviser",
        "lead",
        "quote",
        "variant__series",
        "colour",
        "invoice",
        "approved_by",
        "made_by",
        "cancel_reason",
        "delivering_store",
    )
    return get_object_or_404(found, pk=pk)


class Orders(BaseListView):
    """Purchases of the store, the newest first."""

    model = Order
    right = "sales.view"
    template_name = "sales/order_list.html"
    row_template = "sales/_order_row.html"
    filterset_class = OrderFilter
    related = ("store", "customer", "adviser", "variant__series", "colour", "invoice")
    words = {
        "heading": gettext_lazy("Orders"),
        "search_hint": gettext_lazy("Number, name, phone"),
        "empty_title": gettext_lazy("No orders yet"),
        "empty_text": gettext_lazy("An order is written from a quote."),
    }


def hints(order: Order) -> dict[str, str]:
    """Under the steps: when it was signed and delivered."""
    return {
        Order.Status.DRAFT: display.date(order.made_at),
        Order.Status.SIGNED: display.date(order.signed_at) if order.signed_at else "",
        Order.Status.DELIVERED: display.date(order.delivered_at) if order.delivered_at else "",
    }


@require_safe
@requires_right("sales.view")
def order(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The purchase on one page: where it stands, its lines, its money, its car, the next act."""
    found = visible(request, pk)
    user = request.user
    kept = allocation.live_allocation(found)
    happened = [
        registry.Moment(event.at, event.words, by=str(event.by or ""), detail=event.data.get("note", ""))
        for event in Event.objects.about(found).select_related("by")[:50]
    ]
    context = {
        "object": found,
        "steps": status_colours.steps(found, hints(found)),
        "lines": found.quote.lines.all() if found.quote else [],
        "invoice": found.invoice,
        "payments": found.invoice.payments.all() if found.invoice else [],
        "car": kept.car if kept else None,
        "car_days": kept.car.age(timezone.localdate()) if kept else None,
        "sheet": getattr(found, "delivery_sheet", None),
        "card": getattr(found, "owner_card", None),
        "missing": deliveries.missing(found) if found.status in deliveries.IN_HAND else [],
        "own": found.made_by_id == user.pk,
        "owed": -found.invoice.due if found.invoice and found.status == Order.Status.CANCELLED else 0,
        "methods": Payment.Method.choices,
        "timeline": happened,
    }
    return render(request, "sales/order_detail.html", context)


def done(request: AuthenticatedHttpRequest, found: Order, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("sales:order", found.pk)


@require_POST
@requires_right("sales.sell")
def submit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = acts.submit_order(visible(request, pk), by=request.user)
    return done(request, found, _("The manager approves it."))


@require_POST
@requires_right("sales.approve")
def approve(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = acts.approve_order(visible(request, pk), by=request.user)
    return done(request, found, _("%(number)s is signed; the cashier sees what is due.") % {"number": found})


@require_POST
@requires_right("sales.approve")
def close(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = acts.close_order(visible(request, pk), by=request.user)
    return done(request, found, _("%(number)s is closed.") % {"number": found})


@requires_right("sales.approve")
def order_return(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Back to its writer with what is to change."""
    found = visible(request, pk)
    form = NoteForm(sent(request))
    if request.method == "POST" and form.is_valid():
        acts.return_order(found, by=request.user, note=form.cleaned_data["note"])
        return redirect("sales:order", pk)
    return ask(request, found, form, _("Return the order"), _("Return"))


def ask(request: AuthenticatedHttpRequest, found: Order, form: Any, heading: str, label: str) -> HttpResponse:
    context = {
        "form": form,
        "object": found,
        "heading": heading,
        "submit_label": label,
        "cancel_url": reverse("sales:order", args=[found.pk]),
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)


@requires_right("sales.sell")
def order_cancel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The purchase ends, with the reason; what was paid is owed to the customer, less what is kept."""
    found = visible(request, pk)
    form = CancelForm(sent(request), kind=Reason.Kind.CANCEL, initial={"forfeit": 0})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            acts.cancel_order(
                found, reason=facts["reason"], by=request.user, forfeit=facts["forfeit"] or ZERO, note=facts["note"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("sales:order", pk)
    return ask(request, found, form, _("Cancel the order"), _("Cancel the order"))


@require_POST
@requires_right("billing.take")
def refund(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The cashier gives back what a cancelled order still holds."""
    found, method = visible(request, pk), request.POST.get("method", "")
    if method not in Payment.Method.values:
        raise Refusal(_("Choose how the money goes back."), code="no_method")
    given = acts.refund_cancelled(found, method=method, by=request.user)
    messages.success(request, _("%(amount)s given back.") % {"amount": display.yuan(given.amount)})
    return redirect("sales:order", pk)


@requires_right("sales.sell")
def allocate(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Choose the car for an order: those that fit, the longest in stock first."""
    found, today = visible(request, pk), timezone.localdate()
    rows = StockCar.objects
    fitting = rows.visible_to(request.user).available().filter(variant=found.variant, use=StockCar.Use.NORMAL)
    fitting = fitting.filter(store__in=[found.store_id, found.delivering_store_id or found.store_id])
    if request.method == "POST":
        wanted = query_params.number(request.POST.get("car"))
        if wanted is None:
            raise Refusal(_("Choose a car."), code="no_car")
        car = get_object_or_404(rows.visible_to(request.user), pk=wanted)
        allocation.allocate_car(found, car=car, by=request.user)
        return done(request, found, _("%(car)s is kept for %(name)s.") % {"car": car, "name": found.customer})
    cars = [
        (car, age, family_of_age(age), car.colour_id == found.colour_id)
        for car in fitting.select_related("variant__series", "colour").order_by("arrived_on", "pk")
        for age in (car.age(today),)
    ]
    cars.sort(key=lambda row: not row[3])
    return render(request, "sales/order_allocate.html", {"object": found, "cars": cars})


@require_POST
@requires_right("sales.sell")
def release(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = allocation.release_car(visible(request, pk), by=request.user, reason=request.POST.get("reason", "")[:120])
    return done(request, found, _("The car is for sale again."))


@require_POST
@requires_right("sales.stock")
def ready(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = allocation.mark_ready(visible(request, pk), by=request.user)
    return done(request, found, _("The car is ready."))


@require_POST
@requires_right("sales.stock")
def not_ready(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = allocation.mark_not_ready(visible(request, pk), by=request.user)
    return done(request, found, _("Noted."))


@require_POST
@requires_right("sales.sell")
def deliver(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The car changes hands; what is missing is named."""
    card = deliveries.deliver_order(visible(request, pk), by=request.user)
    messages.success(request, _("Delivered. The C card is open and the follow-up calls have begun."))
    return redirect("sales:owner_card", card.pk)
