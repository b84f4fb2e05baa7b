"""Every document that declares acts, with a row of it in every status. A document that is not here fails the test.

    Document(ORDER, api="sales:orders", rows=(…))

``rows`` are factories (store, people by role → a row); ``samples`` say what a form is filled with where the first choice of
every required field would not do (act → document → field → value).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models

from crm.actions import billing
from dms.core.acts import Acts
from dms.models import Reason, Store, User
from sales.actions import deliveries, orders
from sales.acts import ORDER, QUOTE
from sales.models import Order, Quote, StockCar
from tests.architecture import things

People = Mapping[str, User]
Make = Callable[[Store, People], models.Model]


@dataclass(frozen=True)
class Document:
    """The acts of a document, where its verbs are in the API, rows to try them on, and what their forms need."""

    acts: Acts[Any]
    api: str
    rows: tuple[Make, ...]
    samples: Mapping[str, Callable[[Any], Mapping[str, Any]]] = field(default_factory=dict)


# --- sales --------------------------------------------------------------------------------------------------------------
def quote(store: Store, people: People) -> Quote:
    return things.quote(store, people["adviser"])


def ordered_quote(store: Store, people: People) -> Quote:
    return draft_order(store, people).quote


def draft_order(store: Store, people: People) -> Order:
    return things.draft_order(store, people["adviser"])


def pending_order(store: Store, people: People) -> Order:
    return things.pending_order(store, people["adviser"])


def order_the_manager_wrote(store: Store, people: People) -> Order:
    return orders.order_from_quote(quote(store, people), by=people["sales_manager"], submit=True)


def signed_order(store: Store, people: People) -> Order:
    return things.order(store, people["adviser"])


def allocated_order(store: Store, people: People) -> Order:
    return things.allocated_order(store, people["gm"])


def order_not_paid(store: Store, people: People) -> Order:
    return things.ready_order(store, people["gm"])


def ready_order(store: Store, people: People) -> Order:
    """Paid, signed by the four departments, confirmed by the customer."""
    order, gm = things.ready_order(store, people["gm"]), people["gm"]
    billing.take_payment(order.invoice, amount=order.total, method="CARD", by=gm)
    sheet = deliveries.plan_delivery(order, by=gm)
    for department in deliveries.RIGHTS:
        deliveries.sign_off(sheet, department=department, by=gm)
    deliveries.confirm_delivery(sheet, name="谷雨", by=gm)
    return order


def delivered_order(store: Store, people: People) -> Order:
    return Order.objects.get(pk=deliveries.deliver_order(ready_order(store, people), by=people["gm"]).order_id)


def closed_order(store: Store, people: People) -> Order:
    return orders.close_order(delivered_order(store, people), by=people["gm"])


def cancelled_order(store: Store, people: People) -> Order:
    """Something was paid on it."""
    order, gm = things.order(store, people["gm"]), people["gm"]
    billing.take_payment(order.invoice, amount=Decimal(500), method="CARD", by=gm)
    reason = Reason.objects.of(Reason.Kind.CANCEL).first()
    return Order.objects.get(pk=orders.cancel_order(order, reason=reason, by=gm).pk)


def free_car(order: Order) -> Mapping[str, Any]:
    """A car that would fit: what is refused is refused for the order's sake."""
    free = StockCar.objects.available().filter(variant=order.variant).first()
    return {"car": (free or things.coming_car(order.store, order.made_by, variant=order.variant, arrived=True)).pk}


DOCUMENTS = (
    Document(QUOTE, "sales:quotes", (quote, ordered_quote)),
    Document(
        ORDER,
        "sales:orders",
        (
            draft_order,
            pending_order,
            order_the_manager_wrote,
            signed_order,
            allocated_order,
            order_not_paid,
            ready_order,
            delivered_order,
            closed_order,
            cancelled_order,
        ),
        {"allocate": free_car},
    ),
)
