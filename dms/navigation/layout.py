"""The frame around every page: rail, tabs, store switch, search, person. Reads the registry; knows no page."""

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django_stubs_ext import StrOrPromise

from dms.core.untyped import Facts
from dms.models import Store, User
from dms.navigation import due_work, registry

CONFIGURATION = "dms:configuration"


@dataclass(frozen=True)
class Link:
    """Something to press: a word, an icon, an address, and whether we are there."""

    label: StrOrPromise
    url: str
    icon: str = ""
    current: bool = False
    key: str = ""
    badge: int = 0


@dataclass
class Layout:
    """What ``base.html`` needs; every part is computed when the template asks for it."""

    request: HttpRequest
    user: User | None
    crumbs: list[Link] = field(default_factory=list)

    @cached_property
    def view_name(self) -> str:
        """Which page this is; those of the configuration site stand under its first tab."""
        match = self.request.resolver_match
        if match is None:
            return ""
        return CONFIGURATION if "admin" in match.app_names else match.view_name

    @cached_property
    def rights(self) -> frozenset[str]:
        """Asked a hundred times a page: the set itself answers ten times quicker than ``has_perm``."""
        return self.user.rights if self.user and self.user.is_active else frozenset()

    def is_current(self, tab: registry.Tab) -> bool:
        return self.view_name == tab.url_name or self.view_name in tab.match

    def open_tabs(self, area: registry.Area) -> list[registry.Tab]:
        return [tab for tab in area.tabs if tab.right in self.rights]

    @cached_property
    def area(self) -> registry.Area:
        """The area we are in: that of the first tab that claims this page."""
        for area in registry.AREAS.values():
            if any(self.is_current(tab) for tab in area.tabs):
                return area
        return registry.AREAS["home"]

    @cached_property
    def areas(self) -> list[Link]:
        return [self._rail(area) for area in registry.AREAS.values() if area.key != "settings" and self.open_tabs(area)]

    @cached_property
    def settings_link(self) -> Link | None:
        area = registry.AREAS["settings"]
        return self._rail(area) if self.open_tabs(area) else None

    def _rail(self, area: registry.Area) -> Link:
        first = self.open_tabs(area)[0]
        return Link(area.label, reverse(first.url_name), area.icon, current=area is self.area, key=area.key)

    @cached_property
    def tabs(self) -> list[Link]:
        return [
            Link(tab.label, reverse(tab.url_name), tab.icon, current=self.is_current(tab))
            for tab in self.open_tabs(self.area)
        ]

    @cached_property
    def store(self) -> Store | None:
        return getattr(self.request, "store", None)

    @cached_property
    def stores(self) -> list[Store]:
        return self.user.open_stores if self.user else []

    @property
    def role_label(self) -> StrOrPromise:
        return self.user.role_label if self.user else ""

    @cached_property
    def due_count(self) -> int | None:
        """What the bell says; None when it is not known yet, so that no page waits for it."""
        return due_work.known(self.user, self.store) if self.user else 0

    @cached_property
    def new_entries(self) -> list[Link]:
        return [
            Link(entry.label, reverse(entry.url_name), entry.icon)
            for entry in sorted(
                registry.new_entries, key=lambda entry: (entry.url_name.startswith("dms:"), entry.order)
            )
            if entry.right in self.rights
        ]

    @cached_property
    def phone_bar(self) -> list[Link]:
        """Home and own work first, then the areas: four places round the new button."""
        home = Link(registry.AREAS["home"].label, reverse("dms:home"), "home", current=self.view_name == "dms:home")
        return [home, *(link for link in self.areas if link.key != "home")][:4]

    @property
    def theme(self) -> str:
        return self.user.theme if self.user else User.Theme.AUTO


def trail(url_name: str, title: StrOrPromise) -> list[Link]:
    """The breadcrumbs of a page below a tab: the tab, then the page itself."""
    tabs = (tab for area in registry.AREAS.values() for tab in area.tabs)
    above = [Link(tab.label, reverse(url_name)) for tab in tabs if tab.url_name == url_name]
    return [*above[:1], Link(title, "")]


def context(request: HttpRequest) -> Facts:
    """The context processor."""
    user = getattr(request, "user", None)
    return {"layout": Layout(request, user if isinstance(user, User) else None)}
