"""What after-sales puts into the layout."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales import due_work
from aftersales.models import Appointment, WorkOrder, lines
from crm import after_call
from crm.models import Customer, Vehicle
from crm.models.contacts import Result
from dms.core import event_words
from dms.navigation import registry
from dms.navigation.registry import (
    DueProvider,
    Lane,
    NewEntry,
    SearchProvider,
    Tab,
    TileProvider,
    TimelineProvider,
)
from parts import sources

registry.AREAS["aftersales"].tabs[:0] = [
    Tab(
        pgettext_lazy("tab", "Appointments"),
        "aftersales:appointments",
        "aftersales.view",
        "calendar",
        ("aftersales:appointment_new", "aftersales:appointment"),
    ),
    Tab(
        pgettext_lazy("tab", "Work orders"),
        "aftersales:work_orders",
        "aftersales.view",
        "clipboard-list",
        (
            "aftersales:work_order",
            "aftersales:work_order_new",
            "aftersales:work_order_sign",
            "aftersales:work_order_describe",
        ),
    ),
    Tab(pgettext_lazy("tab", "Workshop board"), "aftersales:board", "aftersales.view", "layout-kanban"),
    Tab(pgettext_lazy("tab", "My jobs"), "aftersales:jobs", "aftersales.repair", "tools"),
    Tab(pgettext_lazy("tab", "Checks"), "aftersales:checks", "aftersales.view", "checks"),
    Tab(pgettext_lazy("tab", "Settlement"), "aftersales:settlements", "aftersales.view", "receipt"),
]
registry.new_entries.extend(
    [
        NewEntry(_("Open work order"), "aftersales:work_order_new", "aftersales.receive", "clipboard-plus"),
        NewEntry(_("Book appointment"), "aftersales:appointment_new", "aftersales.book", "calendar-plus"),
    ]
)
sources.owners.append(lines.is_of_a_work_order)
after_call.pages[Result.BOOKED] = after_call.Page("aftersales:appointment_new", "aftersales.book", due_work.heard_from)
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
registry.tile_providers.append(TileProvider("aftersales.view", due_work.workshop_tiles))
registry.due_providers.extend(
    [
        DueProvider("aftersales.receive", due_work.consents_due),
        DueProvider("aftersales.receive", due_work.promises_due),
        DueProvider("aftersales.receive", due_work.hand_overs_due),
        DueProvider("aftersales.receive", due_work.appointments_due),
        DueProvider("aftersales.dispatch", due_work.dispatches_due),
        DueProvider("aftersales.repair", due_work.jobs_due),
        DueProvider("aftersales.inspect", due_work.checks_due),
        DueProvider("parts.move", due_work.parts_due),
    ]
)
registry.search_providers.append(SearchProvider("aftersales.view", due_work.find_work_orders))
for subject in (Customer, Vehicle):
    registry.timeline_providers.append(TimelineProvider(subject, "aftersales.view", due_work.visits))
registry.subject_pages.update(
    {
        WorkOrder: ("aftersales:work_order", "aftersales.view"),
        Appointment: ("aftersales:appointment", "aftersales.view"),
    }
)
event_words.words(
    {
        "appointment.booked": _("Appointment booked"),
        "appointment.confirmed": _("Appointment confirmed"),
        "appointment.prepared": _("Appointment prepared"),
        "appointment.arrived": _("Booked guest arrived"),
        "appointment.moved": _("Appointment moved"),
        "appointment.cancelled": _("Appointment cancelled"),
        "appointment.no_show": _("Booked guest did not come"),
        "workorder.opened": _("Work order opened"),
        "workorder.checked_in": _("Car checked in"),
        "workorder.described": _("Work order described"),
        "workorder.estimated": _("Work estimated"),
        "workorder.reopened": _("Estimate taken back"),
        "workorder.promise_changed": _("Promise changed"),
        "workorder.authorised": _("Work order signed"),
        "workorder.extra_authorised": _("Extra work agreed"),
        "workorder.dispatched": _("Job dispatched"),
        "workorder.redispatched": _("Job given to another"),
        "workorder.started": _("Work started"),
        "workorder.held": _("Work put on hold"),
        "workorder.resumed": _("Work resumed"),
        "workorder.check_passed": _("Check passed"),
        "workorder.check_failed": _("Check failed, rework"),
        "workorder.sent_back": _("Sent back to work"),
        "workorder.ready": _("Car ready"),
        "workorder.settled": _("Work order settled"),
        "workorder.gate_pass": _("Gate pass printed"),
        "workorder.released": _("Car let out"),
        "workorder.cancelled": _("Work order cancelled"),
        "workline.added": _("Work line added"),
        "workline.changed": _("Work line changed"),
        "workline.declined": _("Work declined"),
        "workline.deferred": _("Work put off"),
        "workline.proposed": _("Work proposed again"),
        "workline.started": _("Line started"),
        "workline.done": _("Line done"),
        "workline.part_issued": _("Part issued on a line"),
        "workline.part_returned": _("Part returned from a line"),
    }
)
