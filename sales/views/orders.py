"""Orders: the list, one purchase from its writing to its delivery, approval, car, money."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from dms.core import status_colours
from dms.formats import display
from dms.models import Event
from dms.navigation import registry
from dms.views.lists import BaseListView
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from dms.web.segments import Segment
from sales.actions import deliveries
from sales.actions.allocation import live_allocation
from sales.acts import ORDER
from sales.filters import OrderFilter
from sales.models import Order
from sales.open_work import ORDERS


def visible(request: AuthenticatedHttpRequest, pk: int) -> Order:
    orders = Order.objects.visible_to(request.user).select_related(
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
    return get_object_or_404(orders, pk=pk)


class Orders(BaseListView):
    """Purchases of the store, the newest first."""

    model = Order
    right = "sales.view"
    filterset_class = OrderFilter
    related = ("store", "customer", "adviser", "variant__series", "colour", "invoice")
    export_key = "orders"
    hands_over = ORDERS
    opens_on = (
        Segment(pgettext_lazy("orders", "Under way"), "open=true"),
        Segment(pgettext_lazy("orders", "To approve"), "status=PENDING_APPROVAL"),
        Segment(pgettext_lazy("orders", "Mine"), "adviser={me}"),
        Segment(gettext_lazy("All"), "q="),
    )
    columns = (
        Column(pgettext_lazy("noun", "Order"), "number", link="sales:order", look="fw-medium", phone=True),
        Column(gettext_lazy("Customer"), "customer", phone=True),
        Column(gettext_lazy("Model"), "variant.named", width=24),
        Column(gettext_lazy("Colour"), "colour"),
        Column(gettext_lazy("Amount (CNY)"), "total", "money", sort="price"),
        Column(gettext_lazy("Due (CNY)"), "invoice.due", "money"),
        Column(gettext_lazy("Delivery agreed"), "deliver_on", "date", sort="deliver_on"),
        Column(gettext_lazy("Adviser"), "adviser", look="text-nowrap"),
        Column(gettext_lazy("Made"), "made_at", "date", sort="made"),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores),
        Column(gettext_lazy("Status"), "status", "status", phone=True),
    )
    words = {
        "heading": gettext_lazy("Orders"),
        "search_hint": gettext_lazy("Number, name, phone"),
        "empty_title": gettext_lazy("No orders yet"),
        "empty_text": gettext_lazy("An order is written from a quote."),
    }

    def row_class(self, order: Order) -> str:
        return "ask" if order.waits_for_approval else ""


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
    order = visible(request, pk)
    allocation = live_allocation(order)
    offers = ORDER.offered(order, request.user)
    timeline = [
        registry.Moment(event.at, event.words, by=str(event.by or ""), detail=event.data.get("note", ""))
        for event in Event.objects.about(order).select_related("by")[:50]
    ]
    context = {
        "object": order,
        "acts": offers,
        "steps": status_colours.steps(order, hints(order)),
        "lines": order.quote.lines.all() if order.quote else [],
        "invoice": order.invoice,
        "payments": order.invoice.payments.all() if order.invoice else [],
        "car": allocation.car if allocation else None,
        "car_days": allocation.car.age(timezone.localdate()) if allocation else None,
        "sheet": getattr(order, "delivery_sheet", None),
        "card": getattr(order, "owner_card", None),
        "missing": deliveries.missing(order) if order.status in deliveries.IN_HAND and "deliver" not in offers else [],
        "owed": -order.invoice.due if order.invoice and order.cancelled_at else 0,
        "timeline": timeline,
    }
    return render(request, "sales/order_detail.html", context)
