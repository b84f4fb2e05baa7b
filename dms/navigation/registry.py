"""What each app puts into the system: areas and tabs, search, due work, figures, timelines, configuration pages.

An app registers in ``apps.py: ready()`` by importing its ``house.py``; the layout only reads. So the lowest app shows what the
upper ones have without knowing them. Everything is filtered by the right it names.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from dms.core.lifecycle import Lifecycle

if TYPE_CHECKING:
    from dms.models import Store, User


@dataclass(frozen=True)
class Tab:
    """A page of an area in the top bar. ``match`` lists further URL names under which the tab stays lit."""

    label: StrOrPromise
    url_name: str
    right: str
    icon: str = "list"
    match: tuple[str, ...] = ()


@dataclass
class Area:
    """A word in the rail: one business area with its tabs."""

    key: str
    label: StrOrPromise
    icon: str
    tabs: list[Tab] = field(default_factory=list)


@dataclass(frozen=True)
class NewEntry:
    """What the “new” button of the phone offers to those who may."""

    label: StrOrPromise
    url_name: str
    right: str
    icon: str = "plus"


@dataclass(frozen=True)
class Hit:
    """One result of the search box. ``rank`` 0 is an exact match; smaller comes first."""

    label: str
    detail: str
    url: str
    kind: StrOrPromise
    rank: int = 1
    plate: str = ""


@dataclass(frozen=True)
class SearchProvider:
    """``find(text, user, limit)`` returns what the person may see and the text names, in a constant number of queries."""

    right: str
    find: "Callable[[str, User, int], Sequence[Hit]]"


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
class DueProvider:
    """``find(user, store, now)`` returns the due work of one kind, oldest first, in a constant number of queries."""

    right: str
    find: "Callable[[User, Store | None, datetime], Sequence[DueItem]]"


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
class TileProvider:
    """``tiles(user, store)`` gives figures of one app in a constant number of queries."""

    right: str
    tiles: "Callable[[User, Store | None], Sequence[Tile]]"


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


@dataclass(frozen=True)
class Moment:
    """One line of a timeline."""

    at: datetime
    title: str
    detail: str = ""
    url: str = ""
    family: str = "idle"
    by: str = ""


@dataclass(frozen=True)
class TimelineProvider:
    """``moments(subject, user)`` gives what one app knows of a subject (a customer, a vehicle …)."""

    subject: type[models.Model]
    right: str
    moments: "Callable[[Any, User], Iterable[Moment]]"


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

new_entries: list[NewEntry] = []
search_providers: list[SearchProvider] = []
due_providers: list[DueProvider] = []
tile_providers: list[TileProvider] = []
lanes: list[Lane] = []
timeline_providers: list[TimelineProvider] = []
configuration_pages: list[ConfigurationPage] = []
event_words: "dict[str, StrOrPromise]" = {}
"""Event kind → the words of the business for it."""
subject_pages: dict[type[models.Model], tuple[str, str]] = {}
"""Model → (URL name of its page, taking ``pk``; right needed to open it): what the log of events links to."""


def tabs(area: str, *entries: Tab) -> None:
    """Add pages to an area, in order."""
    AREAS[area].tabs.extend(entries)


def words(entries: "dict[str, StrOrPromise]") -> None:
    """Say how the events of an app are called; recording an event without words is refused."""
    event_words.update(entries)


def timeline(subject: models.Model, user: "User") -> list[Moment]:
    """Everything every app knows about one subject, newest first."""
    found = [
        moment
        for provider in timeline_providers
        if isinstance(subject, provider.subject) and user.has_right(provider.right)
        for moment in provider.moments(subject, user)
    ]
    return sorted(found, key=lambda moment: moment.at, reverse=True)


NOTHING_DUE = _("Nothing is due.")
