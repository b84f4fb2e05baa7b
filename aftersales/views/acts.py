"""The declared acts of the workshop: where their pages are, and where one is after them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from aftersales.acts import APPOINTMENT, FINDING, WORK_LINE, WORK_ORDER
from aftersales.models import Appointment, WorkLine
from dms.core.untyped import Facts
from dms.navigation.layout import trail
from dms.views.redirects import whence
from dms.web.act_views import ActView
from dms.web.forms import form_of

WHERE_PRESSED = {"hold", "resume", "check", "start", "finish", "reopen", "report", "diagnose"}
"""A technician does them on the page of the own jobs, from one car to the next, and stays there."""

PLACES_OF_A_TIME = {
    "shophour_booked_within_capacity": "starts_at",
    "appointment_in_shop_hours": "starts_at",
    "in_the_past": "starts_at",
    "too_far_ahead": "starts_at",
    "appointment_vehicle_in_one_place": "starts_at",
    "closed_day": "starts_at",
    "outside_hours": "starts_at",
    "appointment_adviser_free": "adviser",
    "adviser_elsewhere": "adviser",
    "no_adviser": "adviser",
    "is_away": "adviser",
}
"""Refusal of a time that cannot be booked → the field beside which its sentence stands."""


class WorkshopActView(ActView):
    """One act of a work order or of one of its lines."""

    def after(self, result: object) -> str:
        page = super().after(result)
        pressed_at = whence(self.request, page) if self.name in WHERE_PRESSED else page
        return page if self.request.path in pressed_at else pressed_at  # pressed on the page of the form


class WorkOrderActView(WorkshopActView):
    """One act of one work order."""

    acts = WORK_ORDER
    places = {"mileage_fell": "km", "mileage_leaps": "km_confirmed", "replacement_without_reason": "reason"}

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        """A browser without script asks what the ticked lines cost together, before anybody agrees to them."""
        if self.name == "authorise" and "recount" in request.POST:
            said = {name: request.POST.get(name, "") for name in ("method", "given_by", "evidence")}
            said_form = form_of(
                self.declared, self.document, self.request.user, initial=said | {"lines": request.POST.getlist("lines")}
            )
            return self.render_to_response(self.get_context_data(form=said_form))
        return super().post(request, *args, **kwargs)

    def after(self, result: object) -> str:
        page = super().after(result)
        return reverse("aftersales:work_orders") if self.name == "cancel" else page

    def get_context_data(self, **context: object) -> Facts:
        return super().get_context_data(crumbs=trail("aftersales:work_orders", str(self.document)), **context)


class WorkLineActView(WorkshopActView):
    """One act of one line: its page is that of its order."""

    acts = WORK_LINE

    @property
    def line(self) -> WorkLine:
        assert isinstance(self.document, WorkLine)
        return self.document

    @property
    def page(self) -> str:
        return reverse("aftersales:work_order", args=[self.line.work_order_id])

    def get_context_data(self, **context: object) -> Facts:
        heading = f"{self.declared.label} {self.line.text}"
        crumbs = trail("aftersales:work_orders", str(self.line.work_order))
        return super().get_context_data(heading=heading, crumbs=crumbs, **context)


class FindingActView(ActView):
    """What the technician found is answered on the page of its order."""

    acts = FINDING


class AppointmentActView(ActView):
    """One act of one appointment; afterwards one is back at its day."""

    acts = APPOINTMENT
    places = PLACES_OF_A_TIME

    def after(self, result: Appointment) -> str:
        super().after(result)
        return day_url(result)

    def get_context_data(self, **context: object) -> Facts:
        return super().get_context_data(crumbs=trail("aftersales:appointments", str(self.document)), **context)


def day_url(appointment: Appointment) -> str:
    """The page of the day of a visit."""
    return f"{reverse('aftersales:appointments')}?day={timezone.localdate(appointment.starts_at):%Y-%m-%d}"
