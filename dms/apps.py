"""The core, and the configuration site in place of Django's admin."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from dms.web import plausible_dates


class DmsConfig(AppConfig):
    name = "dms"
    verbose_name = _("The house")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every app may have ``checks.py``, ``exports.py`` and ``imports.py`` (long jobs), ``registrations.py`` (what it puts into the
        layout) and ``receivers.py``."""
        plausible_dates.keep_plausible()
        autodiscover_modules("checks", "exports", "imports", "registrations", "receivers")


class ConfigurationSite(AdminConfig):
    default_site = "dms.admin_site.ConfigurationSite"
