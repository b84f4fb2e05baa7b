"""What the house itself puts into the shell."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms import registry, search
from dms.registry import ConfigurationPage, SearchProvider, Tab

registry.tabs(
    "home",
    Tab(pgettext_lazy("tab", "Today"), "dms:home", "dms.home", "home"),
    Tab(pgettext_lazy("tab", "My work"), "dms:work", "dms.home", "checklist"),
    Tab(
        pgettext_lazy("tab", "Colleagues"),
        "dms:people",
        "dms.people",
        "users",
        ("dms:absences", "dms:absence_new", "dms:absence_edit"),
    ),
    Tab(pgettext_lazy("tab", "Jobs"), "dms:jobs", "dms.jobs", "progress", ("dms:job", "dms:job_new")),
)
registry.tabs("sales", Tab(pgettext_lazy("tab", "Models"), "dms:variants", "dms.catalogue", "car", ("dms:variant",)))
registry.tabs("crm", Tab(pgettext_lazy("tab", "Messages"), "dms:messages", "dms.messages", "mail", ("dms:message",)))
registry.tabs("reports", Tab(pgettext_lazy("tab", "Events"), "dms:events", "dms.events", "history"))
registry.tabs(
    "settings",
    Tab(pgettext_lazy("tab", "Configuration"), "dms:configuration", "dms.configure", "settings"),
    Tab(pgettext_lazy("tab", "Patterns"), "dms:patterns", "dms.configure", "layout"),
)

registry.search_providers.append(SearchProvider("dms.people", search.colleagues))

registry.configuration_pages.extend(
    [
        ConfigurationPage(_("Base data"), _("Stores, people, roles, reasons, catalogue, numbers, rates, holidays"),
                          "admin:index", "dms.configure", "database"),
        ConfigurationPage(_("Patterns"), _("Every piece the pages are made of"), "dms:patterns", "dms.configure", "layout"),
    ]
)  # fmt: skip

registry.words(
    {
        "user.password_changed": _("Password changed"),
        "user.unlocked": _("Sign-in unlocked"),
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
