"""What the core itself puts into the layout."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms import exports
from dms.models import Absence, Job, Message, Variant
from dms.navigation import own_due_work, registry, search
from dms.navigation.registry import (
    ConfigurationPage,
    DueProvider,
    Lane,
    NewEntry,
    SearchProvider,
    Tab,
    TileProvider,
)

registry.tabs(
    "home",
    Tab(pgettext_lazy("tab", "Today"), "dms:home", "dms.home", "home"),
    Tab(pgettext_lazy("tab", "My work"), "dms:work", "dms.home", "checklist"),
    Tab(pgettext_lazy("tab", "Colleagues"), "dms:people", "dms.people", "users"),
    Tab(
        pgettext_lazy("tab", "Absences"),
        "dms:absences",
        "dms.people",
        "calendar-off",
        ("dms:absence_month", "dms:absence_new", "dms:absence_edit", "dms:absence_remove"),
    ),
    Tab(pgettext_lazy("tab", "Jobs"), "dms:jobs", "dms.jobs", "progress", ("dms:job", "dms:job_new", "dms:export")),
)
registry.tabs("sales", Tab(pgettext_lazy("tab", "Models"), "dms:variants", "dms.catalogue", "car", ("dms:variant",)))
registry.tabs("crm", Tab(pgettext_lazy("tab", "Messages"), "dms:messages", "dms.messages", "mail", ("dms:message",)))
registry.tabs("reports", Tab(pgettext_lazy("tab", "Events"), "dms:events", "dms.events", "history"))
registry.tabs(
    "settings",
    Tab(pgettext_lazy("tab", "Configuration"), "dms:configuration", "dms.configure", "settings"),
    Tab(pgettext_lazy("tab", "Patterns"), "dms:patterns", "dms.configure", "layout"),
)

exports.register()
registry.search_providers.append(SearchProvider("dms.people", search.colleagues))

registry.due_providers.extend(
    [
        DueProvider("dms.messages", own_due_work.failed_messages),
        DueProvider("dms.unlock", own_due_work.locked_colleagues),
        DueProvider("dms.absences", own_due_work.absences_without_deputy),
        DueProvider("dms.jobs", own_due_work.troubled_jobs),
    ]
)
registry.tile_providers.extend(
    [
        TileProvider("dms.people", own_due_work.people_tiles),
        TileProvider("dms.messages", own_due_work.message_tiles),
        TileProvider("dms.jobs", own_due_work.job_tiles),
    ]
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

registry.words(
    {
        "user.password_changed": _("Password changed"),
        "user.unlocked": _("Sign-in unlocked"),
        "user.phone_revealed": _("Phone number revealed"),
        "absence.planned": _("Absence planned"),
        "absence.changed": _("Absence changed"),
        "absence.removed": _("Absence removed"),
        "token.created": _("API token created"),
        "token.revoked": _("API token revoked"),
        "message.cancelled": _("Message cancelled"),
        "message.resent": _("Message sent again"),
        "message.failed": _("Message failed"),
        "job.requested": _("Long job requested"),
        "job.done": _("Long job done"),
        "job.failed": _("Long job failed"),
        "job.cancelled": _("Long job cancelled"),
        "job.retried": _("Long job started again"),
        "attachment.stored": _("File stored"),
        "configuration.created": _("Configuration created"),
        "configuration.changed": _("Configuration changed"),
        "configuration.deleted": _("Configuration deleted"),
    }
)
