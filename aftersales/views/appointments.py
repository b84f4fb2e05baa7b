"""Appointments by day against the workshop's hours, and their acts."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from aftersales import cells
from aftersales.actions import appointments as appointment_actions
from aftersales.actions import intake
from aftersales.acts import APPOINTMENT
from aftersales.filters import AppointmentsAhead
from aftersales.forms import BookForm
from aftersales.models import Appointment
from aftersales.open_work import APPOINTMENTS
from aftersales.views.acts import PLACES_OF_A_TIME, day_url
from aftersales.views.work_orders import PLACE, CarFormView
from aftersales.workload import hours_of
from crm.models import FollowUp
from dms.core.acts import Offer
from dms.core.untyped import Fact, Facts
from dms.formats import query_params
from dms.models import User
from dms.navigation.layout import trail
from dms.records import business_hours
from dms.views.lists import BaseListView
from dms.views.redirects import is_ours
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest, working_store
from dms.web.rights import requires_right

WEEK = 7


@dataclass(frozen=True)
class Visit:
    """A booking in the list of its day: what comes next for it, and where the guest is written up."""

    booked: Appointment
    next_act: Offer[Appointment] | None
    arrival_url: str


class AppointmentList(BaseListView):
    """Visits of all days that are still to come, with who receives them; others when they are asked for."""

    model = Appointment
    right = "aftersales.view"
    filterset_class = AppointmentsAhead
    related = ("customer", "vehicle__variant__series", "adviser", "store")
    export_key = "appointments"
    hands_over = APPOINTMENTS
    columns = (
        Column(gettext_lazy("Time"), "starts_at", "moment", link="aftersales:appointment", sort="time", phone=True),
        Column(gettext_lazy("Car"), "vehicle", cell=cells.car, phone=True),
        Column(gettext_lazy("Customer"), "customer", cell=cells.customer),
        Column(gettext_lazy("What for"), "wish", look="cut-s", width=30),
        Column(gettext_lazy("Hours"), "hours", "number"),
        Column(gettext_lazy("Adviser"), "adviser", phone=True),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores),
        Column(gettext_lazy("Status"), "status", "status", phone=True),
    )
    words = {
        "heading": gettext_lazy("Appointments of all days"),
        "search_hint": gettext_lazy("Number, plate, name, phone"),
        "empty_title": gettext_lazy("Nobody is booked"),
        "empty_text": gettext_lazy("Visits booked by phone, at the desk or from the recall stand here."),
    }


def visible(request: AuthenticatedHttpRequest, pk: int) -> Appointment:
    rows = Appointment.objects
    seen = rows.visible_to(request.user).select_related(
        "store", "customer", "vehicle__variant__series", "adviser", "cancel_reason"
    )
    appointment: Appointment = get_object_or_404(seen, pk=pk)
    return appointment


def day_of(request: AuthenticatedHttpRequest) -> date:
    return query_params.day(request.GET.get("day")) or timezone.localdate()


@require_safe
@requires_right("aftersales.view")
def appointments(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One day: how full each hour is, who comes when, for what, to whom."""
    day = day_of(request)
    rows = Appointment.objects
    visits = rows.visible_to(request.user).of_store(request.store).on(day)
    visits = visits.select_related("customer", "vehicle__variant__series", "adviser", "store")
    user = request.user
    context = {
        "day": day,
        "days": [
            (one, business_hours.is_workday(one)) for one in (day + timedelta(days=n) for n in range(-1, WEEK - 1))
        ],
        "visits": [
            Visit(row, next_act(row, user), arrival_url(row, user)) for row in visits.order_by("starts_at", "pk")
        ],
        "hours": hours_of(request.store, day),
        "today": timezone.localdate(),
        "now": timezone.now(),
        "new_url": f"{reverse('aftersales:appointment_new')}?day={day:%Y-%m-%d}"
        if user.has_perm("aftersales.book")
        else "",
    }
    return render(request, "aftersales/appointments.html", context)


def next_act(booked: Appointment, user: User) -> Offer[Appointment] | None:
    """To confirm the time, then to prepare the visit."""
    return next(iter(APPOINTMENT.offered(booked, user, "confirm", "prepare").values()), None)


class AppointmentNew(CarFormView[BookForm]):
    """Which car, when, what for; the rest has a usual value."""

    right = "aftersales.book"
    form_class = BookForm
    places = PLACE | PLACES_OF_A_TIME | {"too_long_to_book": "hours"}

    def get_form_kwargs(self) -> Facts:
        return {**super().get_form_kwargs(), "store": self.request.store}

    def get_initial(self) -> Facts:
        asked, user = self.request.GET, self.request.user
        initial = {
            "car": asked.get("car", ""),
            "wish": asked.get("wish", ""),
            "adviser": user.pk if user.has_perm("aftersales.receive") else None,
            "channel": asked.get("channel", "PHONE"),
        }
        if day := query_params.day(asked.get("day")):
            initial["starts_at"] = f"{day}T09:00"
        return initial

    def act(self, **facts: Fact) -> Appointment:
        """Guest and car first, then the booking: all of it, or nothing."""
        guest = intake.Guest(*(facts.pop(name) for name in ("car", "phone", "name", "vin_reason", "join")))
        visit = appointment_actions.Visit(**facts)
        store, agreed = working_store(self.request), self.agreed()
        return intake.book_visit(guest, visit=visit, store=store, by=self.request.user, agreed=agreed)

    def agreed(self) -> appointment_actions.AgreedInCall | None:
        """The call that led here, which is recorded with the booking."""
        asked = self.request.GET
        if not asked.get("call", "").isdigit() or not self.request.user.has_perm("crm.call"):
            return None
        call = FollowUp.objects.visible_to(self.request.user).pending().filter(pk=int(asked["call"])).first()
        return appointment_actions.AgreedInCall(call, asked.get("said", "")[:2000]) if call else None

    def after(self, visit: Appointment) -> str:
        messages.success(self.request, _("%(name)s is booked.") % {"name": visit.customer})
        back = self.request.GET.get("back", "")
        return back if is_ours(self.request, back) else day_url(visit)

    def get_context_data(self, **context: object) -> Facts:
        return super().get_context_data(
            heading=_("Book a visit"), cancel_url=reverse("aftersales:appointments"), submit_label=_("Book"), **context
        )


@require_safe
@requires_right("aftersales.view")
def appointment(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One booking with its acts."""
    booked = visible(request, pk)
    context = {
        "object": booked,
        "acts": APPOINTMENT.offered(booked, request.user),
        "arrival_url": arrival_url(booked, request.user),
        "crumbs": trail("aftersales:appointments", booked.number),
    }
    return render(request, "aftersales/appointment.html", context)


def arrival_url(booked: Appointment, user: User) -> str:
    """Where the guest is written up, while they may still come; empty for who does not receive them."""
    if not (booked.may_become(Appointment.Status.ARRIVED) and user.has_perm("aftersales.receive")):
        return ""
    return f"{reverse('aftersales:work_order_new')}?appointment={booked.pk}"
