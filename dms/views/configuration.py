"""The way into everything that can be configured."""

from dataclasses import dataclass

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from dms.core.untyped import Facts
from dms.navigation import registry
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
    return [
        Group(str(app["name"]), [_entry(model) for model in app["models"]]) for app in admin.site.get_app_list(request)
    ]


def _entry(model: Facts) -> Entry:
    writable = model["perms"].get("change") or model["perms"].get("add")
    count = model["model"]._default_manager.count() if writable else None  # noqa: SLF001
    return Entry(capfirst(str(model["name"])), model["admin_url"] or "", model.get("add_url") or "", count)


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
