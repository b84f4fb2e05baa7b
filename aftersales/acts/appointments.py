"""What may be done to appointments."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.actions import appointments
from aftersales.forms import (
    CancelReasonForm,
    MoveAppointmentForm,
    NoShowReasonForm,
    WhyForm,
)
from aftersales.models import Appointment
from aftersales.models.appointments import LIVE
from dms.core.acts import Act, Acts

APPOINTMENT = Acts(
    Appointment,
    page="aftersales:appointment",
    confirm=Act(
        appointments.confirm, "aftersales.book", pgettext_lazy("verb", "Confirm"), to=Appointment.Status.CONFIRMED
    ),
    prepare=Act(
        appointments.prepare,
        "aftersales.receive",
        pgettext_lazy("appointment", "Prepared"),
        to=Appointment.Status.PREPARED,
    ),
    move=Act(
        appointments.move,
        "aftersales.book",
        pgettext_lazy("verb", "Move"),
        statuses=LIVE,
        form=MoveAppointmentForm,
        edits=True,
        place="time",
    ),
    cancel=Act(
        appointments.cancel,
        "aftersales.book",
        _("Cancel the appointment"),
        to=Appointment.Status.CANCELLED,
        form=CancelReasonForm,
        emphasis="danger",
    ),
    undo_arrival=Act(
        appointments.undo_arrival,
        "aftersales.receive",
        _("Not here yet"),
        to=Appointment.Status.BOOKED,
        guards=(appointments.refuse_written_up,),
        form=WhyForm,
        emphasis="quiet",
        done=_("The visit is booked as before."),
    ),
    no_show=Act(
        appointments.no_show,
        "aftersales.receive",
        _("Did not come"),
        to=Appointment.Status.NO_SHOW,
        form=NoShowReasonForm,
        emphasis="danger",
    ),
)
"""That the guest has come is said by writing up the car, with the appointment."""
