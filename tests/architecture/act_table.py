"""Every document that declares acts, with a row of it in every status. A document that is not here fails the test.

    Document(ORDER, api="sales:orders", rows={"signed": OrderFactory.create, …})

``rows`` are factories (store → a row); ``samples`` say what a form is filled with where the first choice of every required
field would not do (act → document → field → value).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Model

from aftersales.actions import checks, release, work_orders, workshop
from aftersales.acts import WORK_ORDER
from aftersales.forms import people_with
from aftersales.models import WorkOrder
from dms.core.acts import Acts
from dms.models import Reason, Store
from sales.actions import orders
from sales.acts import ORDER, QUOTE
from sales.models import Order, Quote, StockCar
from tests.factories import (
    Cast,
    DeliverySheetFactory,
    OrderFactory,
    PaymentFactory,
    QuoteFactory,
    StockCarFactory,
    WorkLineFactory,
    WorkOrderFactory,
    fresh,
    reason,
)

Make = Callable[..., Model]


@dataclass(frozen=True)
class Document:
    """The acts of a document, where its verbs are in the API, rows to try them on, and what their forms need."""

    acts: Acts[Any]
    api: str
    rows: Mapping[str, Make]
    samples: Mapping[str, Callable[[Any], Mapping[str, Any]]] = field(default_factory=dict)


# --- sales --------------------------------------------------------------------------------------------------------------
def ordered_quote(*, store: Store) -> Quote:
    return OrderFactory.create(store=store, status="DRAFT").quote


def order_the_manager_wrote(*, store: Store) -> Order:
    return orders.order_from_quote(QuoteFactory.create(store=store), by=Cast(store).sales_manager, submit=True)


def ready_order(*, store: Store) -> Order:
    """Paid, signed by the four departments, confirmed by the customer."""
    return fresh(DeliverySheetFactory.create(store=store, complete=True).order)


def closed_order(*, store: Store) -> Order:
    return orders.close_order(OrderFactory.create(store=store, status="DELIVERED"), by=Cast(store).gm)


def cancelled_order(*, store: Store) -> Order:
    """Something was paid on it."""
    order = OrderFactory.create(store=store)
    PaymentFactory.create(store=store, invoice=order.invoice, amount=500)
    return orders.cancel_order(fresh(order), reason=reason(Reason.Kind.CANCEL), by=Cast(store).gm)


def free_car(order: Order) -> Mapping[str, Any]:
    """A car that would fit: what is refused is refused for the order's sake."""
    free = StockCar.objects.available().filter(variant=order.variant).first()
    return {"car": (free or StockCarFactory.create(store=order.store, variant=order.variant)).pk}


# --- after-sales ----------------------------------------------------------------------------------------------------------
def described_order(*, store: Store) -> WorkOrder:
    """A draft with something on it."""
    return fresh(WorkLineFactory.create(store=store).work_order)


def held_order(*, store: Store) -> WorkOrder:
    order = WorkOrderFactory.create(store=store, stage="in_work")
    workshop.hold(order, reason=reason(Reason.Kind.HOLD), by=Cast(store).technician)
    return fresh(order)


def self_checked_order(*, store: Store) -> WorkOrder:
    order = WorkOrderFactory.create(store=store, stage="work_done")
    checks.check(order, stage="SELF", passed=True, by=Cast(store).technician)
    return fresh(order)


def team_checked_order(*, store: Store) -> WorkOrder:
    order = self_checked_order(store=store)
    checks.check(order, stage="TEAM", passed=True, by=Cast(store).team_leader)
    return fresh(order)


def order_with_gate_pass(*, store: Store) -> WorkOrder:
    order = WorkOrderFactory.create(store=store, stage="paid")
    release.issue_gate_pass(order, by=order.adviser)
    return fresh(order)


def cancelled_work_order(*, store: Store) -> WorkOrder:
    order = WorkOrderFactory.create(store=store)
    return work_orders.cancel(order, reason=reason(Reason.Kind.CANCEL), by=order.adviser)


def technician(order: WorkOrder) -> Mapping[str, Any]:
    person = people_with("aftersales.repair", order.store).first()
    return {"technician": person.pk}


def signed_by_name(order: WorkOrder) -> Mapping[str, Any]:
    return {"method": "SIGNATURE", "given_by": "夏至", "signature_typed": "夏至"}


def passed(order: WorkOrder) -> Mapping[str, Any]:
    """The check whose turn it is; where none is, the first."""
    return {"stage": checks.NEXT_STAGE.get(WorkOrder.Status(order.status), checks.Stage.SELF).value, "passed": "1"}


def all_six_points(order: WorkOrder) -> Mapping[str, Any]:
    return {"checked": list(checks.CHECKLIST)}


DOCUMENTS = (
    Document(QUOTE, "sales:quotes", {"quote": QuoteFactory.create, "ordered": ordered_quote}),
    Document(
        ORDER,
        "sales:orders",
        {
            "draft": partial(OrderFactory.create, status="DRAFT"),
            "pending": partial(OrderFactory.create, status="PENDING_APPROVAL"),
            "the_manager_wrote": order_the_manager_wrote,
            "signed": OrderFactory.create,
            "allocated": partial(OrderFactory.create, status="ALLOCATED"),
            "not_paid": partial(OrderFactory.create, status="READY"),
            "ready": ready_order,
            "delivered": partial(OrderFactory.create, status="DELIVERED"),
            "closed": closed_order,
            "cancelled": cancelled_order,
        },
        {"allocate": free_car},
    ),
    Document(
        WORK_ORDER,
        "aftersales:work-orders",
        {
            "empty": WorkOrderFactory.create,
            "described": described_order,
            "estimated": partial(WorkOrderFactory.create, stage="estimated"),
            "signed": partial(WorkOrderFactory.create, stage="signed"),
            "dispatched": partial(WorkOrderFactory.create, stage="dispatched"),
            "in_work": partial(WorkOrderFactory.create, stage="in_work"),
            "held": held_order,
            "work_done": partial(WorkOrderFactory.create, stage="work_done"),
            "self_checked": self_checked_order,
            "team_checked": team_checked_order,
            "inspected": partial(WorkOrderFactory.create, stage="inspected"),
            "ready": partial(WorkOrderFactory.create, stage="ready"),
            "not_paid": partial(WorkOrderFactory.create, stage="settled"),
            "paid": partial(WorkOrderFactory.create, stage="paid"),
            "with_gate_pass": order_with_gate_pass,
            "released": partial(WorkOrderFactory.create, stage="released"),
            "cancelled": cancelled_work_order,
        },
        {"dispatch_job": technician, "authorise": signed_by_name, "check": passed, "ready": all_six_points},
    ),
)
