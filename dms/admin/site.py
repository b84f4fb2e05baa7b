"""The configuration site: Django's admin for those who may configure, in the words of the house."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dms.models import User


class ConfigurationSite(admin.AdminSite):
    """Open to people with the right ``dms.configure``."""

    site_title = _("Configuration")
    site_header = _("Configuration")
    index_title = _("Base data")

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_right("dms.configure")
