"""Deliveries: what is to be handed over, the sheet that four departments sign, the customer's confirmation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from dms.models import User
from dms.views.lists import BaseListView
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from sales import cells
from sales.actions import deliveries
from sales.actions.allocation import live_allocation
from sales.acts import DELIVERY, ORDER
from sales.filters import DeliveriesAhead
from sales.models import DeliverySheet, Order, SignOff
from sales.stores_of_order import store_signing, works_in


def visible(request: AuthenticatedHttpRequest, pk: int) -> DeliverySheet:
    sheets = DeliverySheet.objects.visible_to(request.user).select_related(
        "store",
        "order__customer",
        "order__adviser",
        "order__variant__series",
        "order__colour",
        "order__invoice",
        "order__store",
        "order__delivering_store",
        "signature",
        "photo",
    )
    return get_object_or_404(sheets, pk=pk)


class Deliveries(BaseListView):
    """Sheets that go round, by appointment."""

    model = DeliverySheet
    right = "sales.view"
    filterset_class = DeliveriesAhead
    related = (
        "store",
        "order__delivering_store",
        "order__customer",
        "order__adviser",
        "order__variant",
        "order__colour",
    )
    prefetched = ("sign_offs",)
    export_key = "deliveries"
    columns = (
        Column(gettext_lazy("Appointment"), "appointment_at", "moment", phone=True),
        Column(gettext_lazy("Sheet"), "number", link="sales:delivery", look="fw-medium", phone=True),
        Column(gettext_lazy("Customer"), "order.customer", phone=True),
        Column(gettext_lazy("Model"), "order.variant", width=30),
        Column(gettext_lazy("Colour"), "order.colour"),
        Column(gettext_lazy("Adviser"), "order.adviser", look="text-nowrap"),
        Column(pgettext_lazy("sheet", "Signed"), cells.signed, look="text-nowrap", phone=True),
        Column(gettext_lazy("Delivering store"), "order.delivering_store", look="text-nowrap"),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores),
        Column(gettext_lazy("Status"), "order.status", "status"),
    )
    words = {
        "heading": gettext_lazy("Delivery"),
        "search_hint": gettext_lazy("Sheet, order, name"),
        "empty_title": gettext_lazy("No deliveries ahead"),
        "empty_text": gettext_lazy(
            "A sheet goes round once a car is allocated and the delivery is planned on its order."
        ),
    }

    def row_class(self, sheet: DeliverySheet) -> str:
        return "lateR" if sheet.is_late else ""


@dataclass(frozen=True)
class DepartmentRow:
    """A department on the sheet: who signed; else whether the one looking signs for it, though perhaps not yet."""

    value: str
    label: str
    signed: SignOff | None
    signs: bool


@dataclass(frozen=True)
class Check:
    """A step with its deadline."""

    value: str
    label: StrOrPromise
    done_at: datetime | None
    by: datetime | None

    @property
    def late(self) -> bool:
        return self.by is not None and (self.done_at or timezone.now()) > self.by


def departments(sheet: DeliverySheet, user: User) -> list[DepartmentRow]:
    signed = {row.department: row for row in sheet.sign_offs.select_related("by")}
    order = sheet.order
    own = [
        department
        for department in deliveries.departments_of(user)
        if order.status in deliveries.IN_HAND and works_in(user, store_signing(order, department))
    ]
    return [
        DepartmentRow(department.value, str(department.label), signed.get(department), department in own)
        for department in SignOff.Department
    ]


def checks(sheet: DeliverySheet) -> list[Check]:
    """The steps in their order, each with the moment by which it is done."""
    return [
        Check(
            step,
            deliveries.STEP_LABELS[step],
            getattr(sheet, deliveries.STEPS[step]),
            sheet.appointment_at - timedelta(minutes=deliveries.BEFORE[step])
            if sheet.appointment_at and step in deliveries.BEFORE
            else None,
        )
        for step in ("cleaned", "papers", "arrived")
    ]


@require_safe
@requires_right("sales.view")
def delivery(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The sheet: departments, checklist, appointment, confirmation, and what is still missing."""
    sheet = visible(request, pk)
    order = sheet.order
    waited = order.delivered_at - sheet.arrived_at if order.delivered_at and sheet.arrived_at else None
    allocation = live_allocation(order)
    in_hand = order.status in deliveries.IN_HAND
    context = {
        "object": sheet,
        "order": order,
        "acts": ORDER.offered(order, request.user, "ready", "deliver", "plan"),
        "sheet_acts": DELIVERY.offered(sheet, request.user),
        "allocation": allocation,
        "car": allocation.car if allocation else None,
        "departments": departments(sheet, request.user),
        "checks": checks(sheet),
        "missing": deliveries.missing(order) if in_hand else [],
        "to_prepare": order.status == Order.Status.ALLOCATED,
        "waited": waited,
        "thanks_by": deliveries.thanks_by(sheet) if in_hand else None,
    }
    return render(request, "sales/delivery_detail.html", context)
