"""The map of the API: /api/v1/<app>/<plural-noun>/. Every app's ``api.py`` brings its ``router``."""

from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import include, path, re_path
from django.utils.module_loading import module_has_submodule
from rest_framework.routers import SimpleRouter

from dms.api import attachments, base_data, docs, events, home, jobs, messages, people, tokens

router = SimpleRouter()
router.register("stores", base_data.StoreViewSet, "stores")
router.register("users", people.UserViewSet, "users")
router.register("absences", people.AbsenceViewSet, "absences")
router.register("reasons", base_data.ReasonViewSet, "reasons")
router.register("brands", base_data.BrandViewSet, "brands")
router.register("series", base_data.SeriesViewSet, "series")
router.register("variants", base_data.VariantViewSet, "variants")
router.register("colours", base_data.ColourViewSet, "colours")
router.register("rates", base_data.RateViewSet, "rates")
router.register("number-series", base_data.NumberSeriesViewSet, "number-series")
router.register("events", events.EventViewSet, "events")
router.register("messages", messages.MessageViewSet, "messages")
router.register("jobs", jobs.JobViewSet, "jobs")
router.register("attachments", attachments.AttachmentViewSet, "attachments")
router.register("search", home.Search, "search")
router.register("work", home.Work, "work")

house = [path("me/", home.Me.as_view(), name="me"), *router.urls]

sign_in = SimpleRouter()
sign_in.register("tokens", tokens.TokenViewSet, "tokens")
auth = [path("token/", tokens.Token.as_view(), name="token"), *sign_in.urls]


def of_apps() -> list[Any]:
    """The resources of the apps above, which this app may not import by name."""
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR and app.name != "dms"]
    return [
        path(f"v1/{app.label}/", include((import_module(f"{app.name}.api").router.urls, app.label)))
        for app in ours
        if module_has_submodule(app.module, "api")
    ]


urlpatterns = [
    path("", docs.Page.as_view(), name="docs"),
    path("schema/", docs.Schema.as_view(), name="schema"),
    path("v1/auth/", include((auth, "auth"))),
    path("v1/dms/", include((house, "dms"))),
    *of_apps(),
    re_path("", docs.Nowhere.as_view(), name="nowhere"),
]
