"""A board as data: columns of cards, as ``components/boards.html`` draws them. No clock, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class MenuEntry:
    """What stands in the menu of a card or row: a link, or a form that is sent (``post``)."""

    label: StrOrPromise
    url: str = ""
    post: str = ""
    icon: str = ""
    danger: bool = False


@dataclass(frozen=True)
class Card:
    """Three lines: who (the plate drawn instead of the name) and for how long; what and until when; state or progress.

    ``state`` is late, wait or nothing. A card with ``move`` may be dragged; ``moves`` say the same by menu.
    """

    url: str
    name: str
    what: str
    waited: timedelta
    plate: str | None = ""
    state: str = ""
    promise: str = ""
    badge: str = ""
    badge_family: str = "idle"
    person: str = ""
    percent: float | None = None
    move: str = ""
    menu_id: str = ""
    moves: Sequence[MenuEntry] = ()


@dataclass(frozen=True)
class Column:
    """The cards of one state, with a hint beside its head."""

    key: str
    label: StrOrPromise
    cards: Sequence[Card]
    hint: str = ""
