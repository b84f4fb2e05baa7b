"""What each app puts into the system: areas and tabs, search, due work, figures, timelines, configuration pages.

A function that finds something is registered where it stands (``@registry.due_work("sales.sell")``), tabs and lanes in the
``registrations.py`` of their app. ``dms/apps.py`` imports them at the start. The layout only reads: so the lowest app shows what
the upper ones have without knowing them. Everything is filtered by the right it names.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from dms.core.lifecycle import Lifecycle
from dms.navigation import timelines

if TYPE_CHECKING:
    from dms.models import Store, User

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Provider(Generic[F]):
    """A function of an app, and the right of those for whom it is asked."""

    right: str
    give: F


class Providers(Generic[F]):
    """The functions of all apps that answer one question. The list is a decorator: ``@registry.due_work("sales.sell")``."""

    def __init__(self) -> None:
        self._all: list[Provider[F]] = []

    def __call__(self, right: str) -> Callable[[F], F]:
        """Register the function below for people with the right."""

        def register(give: F) -> F:
            self._all.append(Provider(right, give))
            return give

        return register

    def __iter__(self) -> Iterator[Provider[F]]:
        """The business first, then what the core itself has to say."""
        return iter(sorted(self._all, key=lambda provider: provider.give.__module__.startswith("dms.")))

    def of(self, user: "User") -> list[F]:
        """What this person may ask."""
        return [provider.give for provider in self if user.has_perm(provider.right)]


@dataclass(frozen=True)
class Tab:
    """A page of an area in the top bar, in its ``order``. ``match`` lists further URL names under which the tab stays lit."""

    label: StrOrPromise
    url_name: str
    right: str
    icon: str = "list"
    match: tuple[str, ...] = ()
    order: int = 100


@dataclass
class Area:
    """A word in the rail: one business area with its tabs."""

    key: str
    label: StrOrPromise
    icon: str
    entries: list[Tab] = field(default_factory=list)

    @property
    def tabs(self) -> list[Tab]:
        """In their order, whichever app brought them."""
        return sorted(self.entries, key=lambda tab: tab.order)


@dataclass(frozen=True)
class NewEntry:
    """What the “new” button of the phone offers to those who may, in its ``order``: the first is the filled button of the day."""

    label: StrOrPromise
    url_name: str
    right: str
    icon: str = "plus"
    order: int = 100
    of_car: bool = False
    """It begins with a car: offered on the file of a car too, and beside it in the search; its page takes ``?car=``."""


@dataclass(frozen=True)
class Beginning:
    """Something that may be begun with a car, as a link."""

    label: StrOrPromise
    url: str
    icon: str


@dataclass(frozen=True)
class Hit:
    """One result of the search box. ``rank`` 0 is an exact match; smaller comes first."""

    label: str
    detail: str
    url: str
    kind: StrOrPromise
    rank: int = 1
    plate: str = ""
    begins: Sequence[Beginning] = ()


@dataclass(frozen=True)
class DueItem:
    """One piece of work that waits for a person. ``act_url`` is a POST that does the next act at once."""

    title: str
    detail: str
    url: str
    due_at: datetime
    kind: StrOrPromise
    act_url: str = ""
    act_label: StrOrPromise = ""
    family: str = "idle"


@dataclass(frozen=True)
class Tile:
    """A figure on the home page; clickable, with its unit and a hint."""

    label: StrOrPromise
    value: str
    url: str
    unit: StrOrPromise = ""
    hint: StrOrPromise = ""
    family: str = "idle"


@dataclass(frozen=True)
class Lane:
    """A row of the process map: a lifecycle, the statuses worth showing, and the list each count opens.

    ``since`` names the column that says how long a document has been in its status; ``limit_minutes`` is when it is late.
    In a status of ``over`` the work of the lane is done, though the document goes on: it has no age, as a terminal one.
    """

    area: str
    label: StrOrPromise
    model: type[Lifecycle]
    statuses: tuple[str, ...]
    url_name: str
    right: str
    since: str
    limit_minutes: int = 24 * 60
    over: tuple[str, ...] = ()
    due_by: str = ""
    """The filter of the list by which what lies ahead is left out, where ``since`` may lie ahead: it waits for nobody yet."""


Moment = timelines.Moment


@dataclass(frozen=True)
class ConfigurationPage:
    """An entry of the configuration page."""

    label: StrOrPromise
    hint: StrOrPromise
    url_name: str
    right: str
    icon: str = "settings"


AREAS: dict[str, Area] = {
    area.key: area
    for area in (
        Area("home", pgettext_lazy("area", "Home"), "home"),
        Area("sales", pgettext_lazy("area", "Sales"), "steering-wheel"),
        Area("aftersales", pgettext_lazy("area", "Service"), "tool"),
        Area("parts", pgettext_lazy("area", "Parts"), "package"),
        Area("crm", pgettext_lazy("area", "Customers"), "headset"),
        Area("reports", pgettext_lazy("area", "Reports"), "chart-bar"),
        Area("settings", pgettext_lazy("area", "Settings"), "settings"),
    )
}
"""The rail, in its order. An area shows when it has a tab that the person may open."""

due_work: "Providers[Callable[[User, Store | None, datetime], Sequence[DueItem]]]" = Providers()
"""The due work of one kind, oldest first, in a constant number of queries."""
tiles: "Providers[Callable[[User, Store | None], Sequence[Tile]]]" = Providers()
"""Figures of one app, in a constant number of queries."""
search: "Providers[Callable[[str, User, int], Sequence[Hit]]]" = Providers()
"""What the person may see and the text names, so many at most, in a constant number of queries."""

new_entries: list[NewEntry] = []
lanes: list[Lane] = []


def begins_with(car: str, user: "User") -> list[Beginning]:
    """What this person may begin with a car, named by its plate or VIN."""
    return [
        Beginning(entry.label, f"{reverse(entry.url_name)}?{urlencode({'car': car})}", entry.icon)
        for entry in new_entries
        if entry.of_car and user.has_perm(entry.right)
    ]


configuration_pages: list[ConfigurationPage] = []
subject_pages: dict[type[models.Model], tuple[str, str]] = {}
"""Model → (URL name of its page, taking ``pk``; right needed to open it): what the log of events links to."""


def tabs(area: str, *entries: Tab) -> None:
    """Add pages to an area."""
    AREAS[area].entries.extend(entries)


timeline = timelines.timeline
"""What is known of a customer or car: its strands are declared by ``@registry.timeline(…)`` (dms/navigation/timelines.py)."""

NOTHING_DUE = _("Nothing is due.")
