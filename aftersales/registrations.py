"""What after-sales puts into the layout."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.acts import APPOINTMENT, FINDING, WORK_LINE, WORK_ORDER
from aftersales.models import Appointment, WorkOrder
from dms.navigation import registry
from dms.navigation.registry import Lane, NewEntry, Tab

registry.tabs(
    "aftersales",
    Tab(
        pgettext_lazy("tab", "Appointments"),
        "aftersales:appointments",
        "aftersales.view",
        "calendar",
        (
            "aftersales:appointment_list",
            "aftersales:appointment_new",
            "aftersales:appointment",
            *APPOINTMENT.url_names(),
        ),
        order=10,
    ),
    Tab(
        pgettext_lazy("tab", "Work orders"),
        "aftersales:work_orders",
        "aftersales.view",
        "clipboard-list",
        (
            "aftersales:work_order",
            "aftersales:work_order_new",
            *WORK_ORDER.url_names(),
            *WORK_LINE.url_names(),
            *FINDING.url_names(),
        ),
        order=20,
    ),
    Tab(pgettext_lazy("tab", "Workshop board"), "aftersales:board", "aftersales.view", "layout-kanban", order=30),
    Tab(pgettext_lazy("tab", "My jobs"), "aftersales:jobs", "aftersales.repair", "tools", order=40),
    Tab(pgettext_lazy("tab", "Checks"), "aftersales:checks", "aftersales.view", "checks", order=50),
    Tab(pgettext_lazy("tab", "Settlement"), "aftersales:settlements", "aftersales.turnover", "receipt", order=60),
)
registry.new_entries.extend(
    [
        NewEntry(
            _("Open work order"), "aftersales:work_order_new", "aftersales.receive", "clipboard-plus", of_car=True
        ),
        NewEntry(_("Book appointment"), "aftersales:appointment_new", "aftersales.book", "calendar-plus", of_car=True),
    ]
)
registry.lanes.extend(
    [
        Lane(
            "aftersales",
            pgettext_lazy("lane", "Service desk"),
            WorkOrder,
            ("DRAFT", "ESTIMATED", "AUTHORISED", "READY", "SETTLED"),
            "aftersales:work_orders",
            "aftersales.view",
            "status_at",
            limit_minutes=120,
        ),
        Lane(
            "aftersales",
            pgettext_lazy("lane", "Workshop"),
            WorkOrder,
            ("DISPATCHED", "IN_PROGRESS", "ON_HOLD", "SELF_CHECKED", "TEAM_CHECKED", "PASSED"),
            "aftersales:work_orders",
            "aftersales.view",
            "status_at",
            limit_minutes=120,
        ),
    ]
)
registry.subject_pages.update(
    {
        WorkOrder: ("aftersales:work_order", "aftersales.view"),
        Appointment: ("aftersales:appointment", "aftersales.view"),
    }
)
