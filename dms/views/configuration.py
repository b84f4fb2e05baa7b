"""The way into everything that can be configured."""

from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Count, Model, Value
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from dms.core.untyped import Facts, ValueRows
from dms.navigation import registry
from dms.navigation.asks import united
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


@dataclass(frozen=True)
class Entry:
    """A table of base data: its words, the way to it, how many rows it has (None where counting is dear)."""

    label: str
    url: str
    add_url: str
    count: int | None


@dataclass(frozen=True)
class Group:
    label: str
    entries: list[Entry]


def base_data(request: AuthenticatedHttpRequest) -> list[Group]:
    """The tables of the configuration site in its own groups; what can only be looked at is not counted."""
    apps = admin.site.get_app_list(request)
    counts = counted([model for app in apps for model in app["models"] if _is_writable(model)])
    return [Group(str(app["name"]), [_entry(model, counts) for model in app["models"]]) for app in apps]


def counted(tables: list[Facts]) -> dict[str, int]:
    """How many rows each of these tables has, by its name: all in one statement, however many tables there are."""
    if not tables:
        return {}
    return dict(united([_count(table["model"]) for table in tables]))


def _count(model: type[Model]) -> ValueRows:
    rows = model._default_manager.order_by().annotate(table=Value(model.__name__))  # noqa: SLF001
    counts: ValueRows = rows.values("table").annotate(count=Count("*")).values_list("table", "count")
    return counts


def _is_writable(table: Facts) -> bool:
    return bool(table["perms"].get("change") or table["perms"].get("add"))


def _entry(model: Facts, counts: dict[str, int]) -> Entry:
    name = capfirst(str(model["name"]))
    return Entry(name, model["admin_url"] or "", model.get("add_url") or "", counts.get(model["object_name"]))


@require_safe
@requires_right("dms.configure")
def configuration(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Base data by group, then the other pages for those who configure."""
    user = request.user
    pages = [
        {"label": page.label, "hint": page.hint, "url": reverse(page.url_name), "icon": page.icon}
        for page in registry.configuration_pages
        if user.has_perm(page.right)
    ]
    return render(request, "dms/configuration.html", {"groups": base_data(request), "pages": pages})
