"""The configuration site: Django's admin for those who may configure, inside the layout, in our own words."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.roles import CONFIGURE
from dms.models import Event
from dms.views.sign_in import SignOut
from dms.web.rights import requires_right, signed_in_user

SUBJECTS = (
    ("people", _("Stores and people"), ("Store", "User", "Role", "ApiToken")),
    ("catalogue", pgettext_lazy("configuration", "Catalogue"), ("Brand", "Series", "Variant", "Colour")),
    (
        "rules",
        pgettext_lazy("configuration", "Rules"),
        ("Reason", "Rate", "NumberSeries", "CallingHour", "HolidayOverride"),
    ),
    ("records", _("Records (read only)"), ("Event", "Message", "Job", "Attachment", "NumberCounter")),
)
"""How the index is arranged: subject, its words, its models. Models of other apps follow under the name of their app."""
RECENT = 12


class ConfigurationSite(admin.AdminSite):
    """Open to people with the right ``dms.configure``; signing in and out is that of the core."""

    site_title = _("Configuration")
    site_header = _("Configuration")
    index_title = _("Base data")
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CONFIGURE)

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Who is signed in without the right is refused (403), not asked to sign in again."""
        return requires_right(CONFIGURE)(super().admin_view(view, cacheable))

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> Any:
        return SignOut.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> Any:
        return redirect("password_change")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models by subject instead of by app."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {model["object_name"]: model for app in apps for model in app["models"]}
        subjects = [
            {"app_label": key, "name": words, "models": [models.pop(name) for name in names if name in models]}
            for key, words, names in SUBJECTS
        ]
        rest = [{**app, "models": [model for model in app["models"] if model["object_name"] in models]} for app in apps]
        return [subject for subject in [*subjects, *rest] if subject["models"]]

    def index(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """The subjects, and what was changed last."""
        changes = Event.objects.visible_to(signed_in_user(request)).filter(kind__startswith="configuration.")
        context = {**(extra_context or {}), "recent": changes.select_related("by")[:RECENT]}
        return super().index(request, context)
