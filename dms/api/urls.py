"""The map of the API: /api/v1/<app>/<plural-noun>/. Every app's ``api.py`` brings its ``router``."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.urls import URLResolver, include, path, re_path
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
router.register("process-map", home.ProcessMap, "process-map")

core = [path("me/", home.Me.as_view(), name="me"), *router.urls]

sign_in = SimpleRouter()
sign_in.register("tokens", tokens.TokenViewSet, "tokens")
auth = [path("token/", tokens.Token.as_view(), name="token"), *sign_in.urls]


def router_of(app: AppConfig) -> SimpleRouter | None:
    """The ``router`` of the app's ``api.py``, or of the ``urls.py`` in its package ``api/``."""
    for name in (f"{app.name}.api", f"{app.name}.api.urls"):
        if find_spec(name) is not None and isinstance(
            router := getattr(import_module(name), "router", None), SimpleRouter
        ):
            return router
    return None


def of_apps() -> list[URLResolver]:
    """The resources of the apps above, which this app may not import by name."""
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR and app.name != "dms"]
    routers = {app.label: router_of(app) for app in ours if find_spec(f"{app.name}.api") is not None}
    return [path(f"v1/{label}/", include((router.urls, label))) for label, router in routers.items() if router]


urlpatterns = [
    path("", docs.Page.as_view(), name="docs"),
    path("schema/", docs.Schema.as_view(), name="schema"),
    path("v1/auth/", include((auth, "auth"))),
    path("v1/dms/", include((core, "dms"))),
    *of_apps(),
    re_path("", docs.Nowhere.as_view(), name="nowhere"),
]
