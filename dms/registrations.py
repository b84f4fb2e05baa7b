"""What the core itself puts into the layout."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.models import Absence, Job, Message, Variant
from dms.navigation import registry
from dms.navigation.registry import ConfigurationPage, Lane, NewEntry, Tab

registry.tabs(
    "home",
    Tab(pgettext_lazy("tab", "Today"), "dms:home", "dms.home", "home", order=10),
    Tab(pgettext_lazy("tab", "My work"), "dms:work", "dms.home", "checklist", order=20),
    Tab(pgettext_lazy("tab", "Colleagues"), "dms:people", "dms.people", "users", order=30),
    Tab(
        pgettext_lazy("tab", "Absences"),
        "dms:absences",
        "dms.people",
        "calendar-off",
        ("dms:absence_month", "dms:absence_new", "dms:absence_edit", "dms:absence_remove"),
        order=40,
    ),
    Tab(
        pgettext_lazy("tab", "Jobs"),
        "dms:jobs",
        "dms.jobs",
        "progress",
        ("dms:job", "dms:job_new", "dms:export"),
        order=50,
    ),
)
registry.tabs(
    "sales", Tab(pgettext_lazy("tab", "Models"), "dms:variants", "dms.catalogue", "car", ("dms:variant",), order=80)
)
registry.tabs(
    "crm", Tab(pgettext_lazy("tab", "Messages"), "dms:messages", "dms.messages", "mail", ("dms:message",), order=70)
)
registry.tabs("reports", Tab(pgettext_lazy("tab", "Events"), "dms:events", "dms.events", "history", order=80))
registry.tabs(
    "settings",
    Tab(pgettext_lazy("tab", "Configuration"), "dms:configuration", "dms.configure", "settings", order=10),
    Tab(pgettext_lazy("tab", "Patterns"), "dms:patterns", "dms.configure", "layout", order=20),
)

registry.lanes.extend(
    [
        Lane(
            "home",
            pgettext_lazy("lane", "Messages"),
            Message,
            ("PENDING", "SENDING", "SENT", "FAILED"),
            "dms:messages",
            "dms.messages",
            "due_at",
            limit_minutes=60,
        ),
        Lane(
            "home",
            pgettext_lazy("lane", "Jobs"),
            Job,
            ("QUEUED", "RUNNING", "DONE", "FAILED"),
            "dms:jobs",
            "dms.jobs",
            "requested_at",
            limit_minutes=60,
        ),
    ]
)
registry.new_entries.extend(
    [
        NewEntry(_("Plan absence"), "dms:absence_new", "dms.absences", "calendar-off"),
        NewEntry(_("Run a job"), "dms:job_new", "dms.jobs", "progress"),
    ]
)
registry.subject_pages.update(
    {
        Absence: ("dms:absence_edit", "dms.absences"),
        Job: ("dms:job", "dms.jobs"),
        Message: ("dms:message", "dms.messages"),
        Variant: ("dms:variant", "dms.catalogue"),
    }
)

registry.configuration_pages.extend(
    [
        ConfigurationPage(
            _("Base data"),
            _("Stores, people, roles, reasons, catalogue, numbers, rates, holidays"),
            "admin:index",
            "dms.configure",
            "database",
        ),
        ConfigurationPage(
            _("Long jobs"), _("Imports, exports and batches of everybody"), "dms:jobs", "dms.jobs", "progress"
        ),
        ConfigurationPage(_("Log of events"), _("Who did what, and when"), "dms:events", "dms.events", "history"),
        ConfigurationPage(
            _("Patterns"), _("Every piece the pages are made of"), "dms:patterns", "dms.configure", "layout"
        ),
    ]
)
