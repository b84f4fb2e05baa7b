"""Orders: the list, one purchase from its writing to its delivery, approval, car, money."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from dms.core import status_colours
from dms.core.event_words import EventKind
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
from sales.approval import approval_of
from sales.events import (
    ORDER_APPROVED,
    ORDER_CANCELLED,
    ORDER_CAR_ALLOCATED,
    ORDER_CLOSED,
    ORDER_DELIVERED,
    ORDER_MADE,
    ORDER_READY,
    ORDER_SUBMITTED,
)
from sales.filters import OrderFilter
from sales.models import Order
from sales.open_work import ORDERS
from sales.stores_of_order import works_in


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
    related = ("store", "delivering_store", "customer", "adviser", "variant", "colour", "invoice")
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
        Column(gettext_lazy("Model"), "variant", width=24),
        Column(gettext_lazy("Colour"), "colour"),
        Column(gettext_lazy("Car price (CNY)"), "car_price", "money"),
        Column(gettext_lazy("Accessories (CNY)"), "accessories", "money", only="file"),
        Column(gettext_lazy("Collected for others (CNY)"), "collected", "money", only="file"),
        Column(gettext_lazy("Amount (CNY)"), "total", "money", sort="price"),
        Column(gettext_lazy("Due (CNY)"), "invoice.due", "money"),
        Column(gettext_lazy("Delivery agreed"), "deliver_on", "date", sort="deliver_on"),
        Column(gettext_lazy("Delivering store"), "delivering_store", look="text-nowrap"),
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


BEFORE_SIGNATURE = frozenset({Order.Status.DRAFT, Order.Status.PENDING_APPROVAL})

REACHED = {
    ORDER_MADE: Order.Status.DRAFT,
    ORDER_SUBMITTED: Order.Status.PENDING_APPROVAL,
    ORDER_APPROVED: Order.Status.SIGNED,
    ORDER_CAR_ALLOCATED: Order.Status.ALLOCATED,
    ORDER_READY: Order.Status.READY,
    ORDER_DELIVERED: Order.Status.DELIVERED,
    ORDER_CLOSED: Order.Status.CLOSED,
    ORDER_CANCELLED: Order.Status.CANCELLED,
}
"""What the log says → which status was reached by it."""


def hints(order: Order, happened: Iterable[Event]) -> dict[str, str]:
    """Under the steps: when each was reached, the last time. Imported history knows only when it was signed and delivered."""
    known = {Order.Status.SIGNED: order.signed_at, Order.Status.DELIVERED: order.delivered_at}
    days = {str(status): display.date(at) for status, at in known.items() if at}
    for event in sorted(happened, key=lambda event: event.at):
        if event.kind in REACHED:
            days[str(REACHED[EventKind(event.kind)])] = display.date(event.at)
    return days


@require_safe
@requires_right("sales.view")
def order(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The purchase on one page: where it stands, its lines, its money, its car, the next act."""
    order = visible(request, pk)
    allocation = live_allocation(order)
    offers = ORDER.offered(order, request.user)
    happened = list(Event.objects.about(order).select_related("by")[:50])
    timeline = [
        registry.Moment(event.at, event.words, by=str(event.by or ""), detail=event.data.get("note", ""))
        for event in happened
    ]
    decides = request.user.has_perm("sales.approve") and order.status in BEFORE_SIGNATURE
    context = {
        "object": order,
        "acts": offers,
        "steps": status_colours.steps(order, hints(order, happened)),
        "lines": order.quote.lines.all() if order.quote else [],
        "invoice": order.invoice,
        "payments": order.invoice.payments.all() if order.invoice else [],
        "allocation": allocation,
        "car": allocation.car if allocation else None,
        "car_days": allocation.car.age(timezone.localdate()) if allocation else None,
        "approval": approval_of(order, request.user) if decides else None,
        "is_seller": works_in(request.user, order.store),
        "sheet": getattr(order, "delivery_sheet", None),
        "card": getattr(order, "owner_card", None),
        # A button that does not work says it itself; here it stands for who has no button.
        "missing": deliveries.missing(order) if order.status in deliveries.IN_HAND and "deliver" not in offers else [],
        "owed": -order.invoice.due if order.invoice and order.cancelled_at else 0,
        "timeline": timeline,
    }
    return render(request, "sales/order_detail.html", context)
