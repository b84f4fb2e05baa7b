"""The core, and the configuration site in place of Django's admin."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from dms.web import plausible_dates

REGISTERING = (
    "checks",  # checks at every start
    "events",  # what happens, and how the log calls it
    "open_work",  # what is somebody's, and is handed over
    "registrations",  # tabs and lanes of the layout
    "due_work",  # due work
    "tiles",  # tiles of the home page
    "search",  # what the search box finds
    "timeline",  # what is known of a customer or car
    "call_story",  # what whoever is on the phone sees
    "served",  # whose work a customer judges
    "takings",  # what a car has brought
    "exports",  # long jobs
    "imports",
    "letter_job",
    "retention_job",
    "label_job",
    "markup",  # what its templates call
    "receivers",  # of signals
)
"""Modules of an app that register what stands in them."""

OWN = ("dms.background.exports", "dms.records.own_events", "dms.navigation.own_due_work", "dms.navigation.search")
"""The same of the core, each in its room."""


class DmsConfig(AppConfig):
    name = "dms"
    verbose_name = _("Core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Modules that register what stands in them are imported here, where an app has them."""
        plausible_dates.keep_plausible()
        for module in OWN:
            import_module(module)
        autodiscover_modules(*REGISTERING)


class ConfigurationSite(AdminConfig):
    default_site = "dms.admin_site.ConfigurationSite"
