"""Cells of the list of work orders, where a row shows more than one value."""

from django.utils.translation import gettext as _
from markupsafe import Markup

from aftersales.models import Appointment, WorkOrder
from crm.cells import LINK, car_name
from crm.models import Customer
from dms.web.addresses import url
from dms.web.http import AuthenticatedHttpRequest
from dms.web.markup import badge, filled

REWORK = '%s <span class="st st-late">%s</span>'


def car(order: WorkOrder | Appointment, _request: AuthenticatedHttpRequest) -> Markup | str:
    """The number plate, or by what else the car is known before it has one."""
    return car_name(order.vehicle)


def customer(order: WorkOrder | Appointment, request: AuthenticatedHttpRequest) -> Markup | Customer:
    """The name, and the way to the file for who may open it."""
    if not request.user.has_perm("crm.view"):
        return order.customer
    return filled(LINK, url("crm:customer", order.customer_id), order.customer)


def status(order: WorkOrder, _request: AuthenticatedHttpRequest) -> Markup:
    shown = badge(order)
    return filled(REWORK, shown, _("Rework %(n)s") % {"n": order.rework}) if order.rework else shown
