"""Deliveries: what is to be handed over, the sheet that four departments sign, the customer's confirmation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dms.core.refusals import Refusal
from dms.models import User
from dms.views.lists import BaseListView
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from sales.actions import deliveries as acts
from sales.actions.allocation import live_allocation
from sales.acts import ORDER
from sales.filters import DeliveryFilter
from sales.forms import ConfirmationForm
from sales.models import DeliverySheet, Order, SignOff


def visible(request: AuthenticatedHttpRequest, pk: int) -> DeliverySheet:
    rows = DeliverySheet.objects
    found = rows.visible_to(request.user).select_related(
        "store",
        "order__customer",
        "order__adviser",
        "order__variant__series",
        "order__colour",
        "order__invoice",
        "order__store",
        "signature",
        "photo",
    )
    return get_object_or_404(found, pk=pk)


class Deliveries(BaseListView):
    """Sheets that go round, by appointment."""

    model = DeliverySheet
    right = "sales.view"
    template_name = "sales/delivery_list.html"
    row_template = "sales/_delivery_row.html"
    filterset_class = DeliveryFilter
    related = ("store", "order__customer", "order__adviser", "order__variant__series", "order__colour")
    words = {
        "heading": gettext_lazy("Delivery"),
        "search_hint": gettext_lazy("Sheet, order, name"),
        "empty_title": gettext_lazy("No deliveries ahead"),
        "empty_text": gettext_lazy(
            "A sheet goes round once a car is allocated and the delivery is planned on its order."
        ),
    }

    def rows(self) -> Any:
        return super().rows().prefetch_related("sign_offs")

    def get_queryset(self) -> Any:
        found = super().get_queryset()
        over = [Order.Status.DELIVERED, Order.Status.CLOSED, Order.Status.CANCELLED]
        return found if self.request.GET.get("open") else found.exclude(order__status__in=over)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(now=timezone.now(), **kwargs)


@dataclass(frozen=True)
class Row:
    """A department on the sheet: who signed, or whether the one looking may."""

    value: str
    label: str
    signed: SignOff | None
    may: bool


@dataclass(frozen=True)
class Check:
    """A step with its deadline."""

    value: str
    label: Any
    done_at: datetime | None
    by: datetime | None

    @property
    def late(self) -> bool:
        return self.by is not None and (self.done_at or timezone.now()) > self.by


def departments(sheet: DeliverySheet, user: User) -> list[Row]:
    signed = {row.department: row for row in sheet.sign_offs.select_related("by")}
    return [
        Row(
            value,
            str(label),
            signed.get(value),
            any(user.has_perm(right) for right in acts.RIGHTS[SignOff.Department(value)]),
        )
        for value, label in SignOff.Department.choices
    ]


def checks(sheet: DeliverySheet) -> list[Check]:
    """The steps in their order, each with the moment by which it is done."""
    return [
        Check(
            step,
            acts.STEP_LABELS[step],
            getattr(sheet, acts.STEPS[step]),
            sheet.appointment_at - timedelta(minutes=acts.BEFORE[step])
            if sheet.appointment_at and step in acts.BEFORE
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
    context = {
        "object": sheet,
        "order": order,
        "acts": ORDER.offered(order, request.user, "ready", "deliver", "plan"),
        "car": allocation.car if allocation else None,
        "departments": departments(sheet, request.user),
        "checks": checks(sheet),
        "missing": acts.missing(order) if order.status in acts.IN_HAND else [],
        "waited": waited,
        "open": order.status in acts.IN_HAND,
        "now": timezone.now(),
    }
    return render(request, "sales/delivery_detail.html", context)


@require_POST
@requires_right("sales.view")
def sign(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A department signs; who may is the action's to say."""
    acts.sign_off(
        visible(request, pk),
        department=request.POST.get("department", ""),
        by=request.user,
        note=request.POST.get("note", ""),
    )
    return redirect("sales:delivery", pk)


@require_POST
@requires_right("sales.view")
def step(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    acts.note_step(visible(request, pk), step=request.POST.get("step", ""), by=request.user)
    return redirect("sales:delivery", pk)


@require_POST
@requires_right("sales.sell")
def confirm(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The customer confirms by hand or by name."""
    sheet = visible(request, pk)
    form = ConfirmationForm(request.POST)
    if not form.is_valid():
        raise Refusal(str(form.errors["signature"][0]), code="no_picture")
    drawn, name = form.cleaned_data["signature"], form.cleaned_data["signature_typed"]
    confirmed = acts.confirm_delivery(sheet, name=name, signature=drawn, by=request.user)
    messages.success(request, _("Confirmed by %(name)s.") % {"name": confirmed.confirmed_name})
    return redirect("sales:delivery", pk)
