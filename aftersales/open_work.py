"""Appointments, work orders and jobs that are somebody’s."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aftersales.events import APPOINTMENT_REASSIGNED, WORKORDER_REASSIGNED, WORKORDER_REDISPATCHED
from aftersales.models import Appointment, WorkOrder
from dms.actions.handing_over import refuse_absent
from dms.models import User
from dms.records.open_work import OpenWork, open_work

JOB = (WorkOrder.Status.DISPATCHED, WorkOrder.Status.IN_PROGRESS, WorkOrder.Status.ON_HOLD)
"""Where a technician has the car."""


def refuse_away_then(appointment: Appointment, to: User) -> None:
    """:raises Refusal: when they are away on the day of the visit."""
    refuse_absent(to, on=timezone.localdate(appointment.starts_at))


APPOINTMENTS = open_work(
    OpenWork(
        "appointments",
        _("Appointments"),
        Appointment.objects.live,
        owner="adviser",
        right="aftersales.receive",
        hands="aftersales.manage",
        event=APPOINTMENT_REASSIGNED,
        page="aftersales:appointment_list",
        at="starts_at",
        refuse=refuse_away_then,
    )
)
WORK_ORDERS = open_work(
    OpenWork(
        "work_orders",
        _("Work orders"),
        WorkOrder.objects.in_shop,
        owner="adviser",
        right="aftersales.receive",
        hands="aftersales.manage",
        event=WORKORDER_REASSIGNED,
        page="aftersales:work_orders",
    )
)
JOBS = open_work(
    OpenWork(
        "jobs",
        _("Jobs in the workshop"),
        lambda: WorkOrder.objects.filter(status__in=JOB),
        owner="technician",
        right="aftersales.repair",
        hands="aftersales.dispatch",
        event=WORKORDER_REDISPATCHED,
        page="aftersales:work_orders",
        query="job_of=%s",
    )
)
