"""Work order pages: the list, the ten-second write-up, the document with everything about it."""

import uuid
from functools import cached_property

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from aftersales import cells, pdfs
from aftersales.actions import intake, lines, work_orders
from aftersales.filters import WorkOrderFilter
from aftersales.forms import WriteUpForm
from aftersales.models import Appointment, Authorisation, WorkOrder
from aftersales.open_work import WORK_ORDERS
from aftersales.work_order_page import work_order_page
from crm import identity
from crm.models import Vehicle
from dms.core.untyped import Fact, Facts, Option
from dms.formats import query_params
from dms.formats.query_params import asks_whole
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.web.act_views import ActFormView, F
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import RequiresRight, requires_right
from dms.web.segments import Segment
from parts.models import Stock

MOST_PARTS = 12


def visible(request: AuthenticatedHttpRequest, pk: int) -> WorkOrder:
    rows = WorkOrder.objects
    seen = rows.visible_to(request.user).select_related(
        "store", "customer", "vehicle__variant__series", "adviser", "technician", "bay", "invoice", "signature"
    )
    order: WorkOrder = get_object_or_404(seen, pk=pk)
    return order


class WorkOrders(BaseListView):
    """Every work order of the chosen store."""

    model = WorkOrder
    right = "aftersales.view"
    filterset_class = WorkOrderFilter
    related = ("customer", "vehicle__variant", "adviser", "technician", "store")
    export_key = "work_orders"
    hands_over = WORK_ORDERS
    opens_on = (
        Segment(gettext_lazy("In the shop"), "open=true"),
        Segment(pgettext_lazy("filter", "Late"), "late=true"),
        Segment(pgettext_lazy("work orders", "Mine"), "adviser={me}"),
        Segment(gettext_lazy("All"), "q="),
    )
    columns = (
        Column(
            gettext_lazy("Number"),
            "number",
            link="aftersales:work_order",
            sort="number",
            look="code text-nowrap",
            phone=True,
        ),
        Column(gettext_lazy("Car"), "vehicle", cell=cells.car, phone=True),
        Column(gettext_lazy("Customer"), "customer", cell=cells.customer),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores),
        Column(gettext_lazy("Status"), "status", "status", cell=cells.status, phone=True),
        Column(gettext_lazy("What the customer says"), "complaint", look="cut-s", width=30),
        Column(gettext_lazy("Adviser"), "adviser"),
        Column(gettext_lazy("Technician"), "technician"),
        Column(gettext_lazy("Opened"), "opened_at", "moment", sort="opened"),
        Column(gettext_lazy("Promised"), "promised_at", "moment", sort="promised", phone=True),
    )
    words = {
        "heading": gettext_lazy("Work orders"),
        "search_hint": gettext_lazy("Number, plate, name, phone"),
        "empty_title": gettext_lazy("No work orders yet"),
        "empty_text": gettext_lazy("When a car comes in, write it up: plate, mileage, what the customer says."),
        "new_label": gettext_lazy("Write up"),
    }

    def get_context_data(self, **kwargs: Option) -> Facts:
        new_url = reverse("aftersales:work_order_new") if self.request.user.has_perm("aftersales.receive") else ""
        return super().get_context_data(new_url=new_url, **kwargs)


# --- write up -----------------------------------------------------------------------------------------------------------
def booked(request: AuthenticatedHttpRequest, named: str | int | None) -> Appointment | None:
    rows = Appointment.objects
    pk = query_params.number(named)
    if pk is None:
        return None
    appointment: Appointment | None = (
        rows.visible_to(request.user).live().select_related("vehicle", "customer").filter(pk=pk).first()
    )
    return appointment


PLACE = {
    "mileage_fell": "km",
    "mileage_leaps": "km_confirmed",
    "owner_needed": "phone",
    "join_first": "join",
    "not_a_phone": "phone",
    "no_name": "name",
    "which_person": "name",
    "vin_wrong": "car",
    "vin_without_reason": "vin_reason",
    "plate_wrong": "car",
    "workorder_one_open_per_vehicle": "car",
    "replacement_without_reason": "reason",
}
"""Refusal code → the field beside which its sentence stands."""


class CarFormView(RequiresRight, ActFormView[F]):
    """A guest with a car: what we know of the car stands beside the form while its plate is typed."""

    template_name = "aftersales/work_order_new.html"

    def get_context_data(self, **context: object) -> Facts:
        facts = super().get_context_data(**context)
        facts["known"] = known_car(self.request, str(facts["form"]["car"].value() or ""))
        return facts


class WorkOrderNew(CarFormView[WriteUpForm]):
    """Plate, mileage, the customer's words. A known car brings its owner, last mileage and appointment along."""

    right = "aftersales.receive"
    form_class = WriteUpForm
    places = PLACE

    @cached_property
    def appointment(self) -> Appointment | None:
        return booked(self.request, self.request.GET.get("appointment") or self.request.POST.get("appointment"))

    def get_initial(self) -> Facts:
        initial: Facts = {"key": uuid.uuid4().hex, "car": self.request.GET.get("car", "")}
        if visit := self.appointment:
            initial |= {"car": visit.vehicle.plate or visit.vehicle.vin, "complaint": visit.wish}
            initial["appointment"] = visit.pk
        return initial

    def act(self, **facts: Fact) -> WorkOrder:
        guest = intake.Guest(*(facts.pop(name) for name in ("car", "phone", "name", "vin_reason", "join")))
        facts["appointment"] = self.appointment
        return intake.write_up(guest, store=working_store(self.request), by=self.request.user, **facts)

    def after(self, order: WorkOrder) -> str:
        messages.success(self.request, _("%(car)s is checked in.") % {"car": order.vehicle})
        return reverse("aftersales:work_order", args=[order.pk])

    def get_context_data(self, **context: object) -> Facts:
        return super().get_context_data(
            heading=_("Write up a car"),
            cancel_url=reverse("aftersales:work_orders"),
            submit_label=_("Check in"),
            **context,
        )


def known_car(request: AuthenticatedHttpRequest, text: str) -> Facts | None:
    """What we know of the car while its plate is typed; only of cars this person may see."""
    car = identity.car(text, store=request.store)
    if car is None:
        return {"is_new": True} if len(text.strip()) >= 7 else None
    cars = Vehicle.objects
    if not cars.visible_to(request.user).filter(pk=car.pk).exists():
        return {"elsewhere": True}
    rows = Appointment.objects
    visits = rows.visible_to(request.user).live().filter(vehicle=car).order_by("starts_at")
    return {
        "car": car,
        "owner": car.ownerships.filter(until__isnull=True).select_related("customer").first(),
        "reading": car.readings.true().first(),
        "appointment": visits.first(),
        "open_order": work_orders.car_has_order(car),
        "left": lines.left_undone(car),
    }


@require_safe
@requires_right("aftersales.book")
def car_known(request: AuthenticatedHttpRequest) -> HttpResponse:
    """While the plate is being typed: whose car, how far, booked for when."""
    return render(request, "aftersales/_known_car.html", {"known": known_car(request, request.GET.get("car", ""))})


# --- the document -------------------------------------------------------------------------------------------------------
@require_safe
@requires_right("aftersales.view")
def work_order(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One work order: where it stands, its lines by consent, what it costs whom, what is next."""
    order = visible(request, pk)
    page = work_order_page(order, request.user, timezone.now())
    crumbs = trail("aftersales:work_orders", order.number)
    context = {"object": order, "page": page, "acts": page.acts, "crumbs": crumbs}
    return render(request, "aftersales/work_order.html", context)


@require_safe
@requires_right("aftersales.view")
def work_order_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The commission on paper, both copies."""
    return pdfs.commission(visible(request, pk), request.user, whole=asks_whole(request.GET))


@require_safe
@requires_right("aftersales.view")
def addendum_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What was agreed to later, on paper, as it was then."""
    orders = WorkOrder.objects
    rows = Authorisation.objects.filter(work_order__in=orders.visible_to(request.user))
    return pdfs.addendum(get_object_or_404(rows, pk=pk))


@require_safe
@requires_right("aftersales.receive")
def part_numbers(request: AuthenticatedHttpRequest) -> HttpResponse:
    """While a number or name is typed: the parts of the store, with what is there."""
    text = request.GET.get("part", "").strip()
    rows = Stock.objects
    stock = rows.visible_to(request.user).of_store(request.store).matching(text) if len(text) >= 2 else rows.none()
    return render(request, "aftersales/_part_numbers.html", {"rows": stock.select_related("part")[:MOST_PARTS]})
