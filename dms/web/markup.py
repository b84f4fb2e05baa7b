"""The small pieces that stand in many rows, as ready HTML: values, icons, badges, plates, phones.

They are functions and no macros: fifty rows of a list show hundreds of them. What repeats is kept.
"""

import html
from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import tablericons
from django.db import models
from django.utils.translation import get_language
from markupsafe import Markup, escape

from dms.core import status_colours
from dms.core.lifecycle import Lifecycle
from dms.formats import display, phones
from dms.formats.capital_amounts import in_capitals
from dms.navigation import event_details
from dms.web.texts import gettext, pgettext


def filled(pattern: str, *values: object) -> Markup:
    """A pattern of ours with values in it: what ``Markup(pattern) % values`` gives, in a third of the time."""
    texts = [str.__str__(value) if value.__class__ is Markup else html.escape(str(value)) for value in values]
    return Markup(pattern % tuple(texts))  # noqa: S704 # every value is escaped above


ZERO = Markup('<span class="zero">%s</span>')
NOTHING = ZERO % display.EMPTY
REVEAL = (
    '<span class="phone-no">%s <button class="lnk" type="button" hx-post="%s" hx-target="closest .phone-no" hx-swap="outerHTML">'
    "%s</button></span>"
)
HIDDEN = '<span class="phone-no">%s</span>'


# --- values ---------------------------------------------------------------------------------------------------------
def money(value: Decimal | float | None) -> Markup | str:
    """1,650.00 for a column of figures; zero is muted."""
    text = display.money(value)
    return text if value else ZERO % text


def number(value: Decimal | float | None, places: int = 0) -> Markup | str:
    """A count with thousands separators; zero is muted."""
    text = display.number(value, places)
    return text if value else ZERO % text


def dash(value: object) -> object:
    """The value, or a muted dash when there is none."""
    return NOTHING if value is None or value == "" else value


def column(name: str, row: models.Model) -> str:
    """What a column of the row is called on the screen."""
    return event_details.label_of(type(row), name)


def choice(row: models.Model, name: str) -> str:
    """The words of a choice, without asking the field again for every row of a list."""
    return _choice(type(row), name, getattr(row, name), get_language())


@lru_cache(maxsize=2048)
def _choice(model: type[models.Model], name: str, value: object, language: str | None) -> str:
    choices = dict(model._meta.get_field(name).flatchoices)  # type: ignore[union-attr] # noqa: SLF001 # a column with choices
    return str(choices.get(value, "" if value is None else value))


VALUES: dict[str, Callable[..., object]] = {
    "money": money,
    "number": number,
    "dash": dash,
    "column": column,
    "yuan": display.yuan,
    "capitals": in_capitals,
    "km": display.kilometres,
    "quantity": display.quantity,
    "hours": display.hours,
    "date": display.date,
    "day": display.day,
    "month": display.month,
    "moment": display.moment,
    "age": display.age,
    "time": display.clock,
    "soon": display.soon,
    "phone": display.masked_phone,
    "phone_full": display.spaced_phone,
    "dialled": phones.dialled,
    "vin_tail": display.vin_tail,
}
"""The filters: ``{{ order.total|money }}``."""


# --- icons ----------------------------------------------------------------------------------------------------------
@cache
def _archive() -> ZipFile:
    """The package's icons. It stays open: reading its table of contents costs a tenth of a second, as much as a page."""
    return ZipFile(Path(tablericons.__file__).with_name("tablericons.zip"))


@lru_cache(maxsize=512)
def _drawing(name: str) -> str:
    """The inside of a Tabler outline icon."""
    svg = ET.fromstring(_archive().read(f"outline/{name}.svg"))  # noqa: S314 # the installed package, not what a user sends
    for node in svg.iter():
        node.tag = node.tag.rpartition("}")[2]
    return "".join(ET.tostring(node, encoding="unicode") for node in svg if node.get("stroke") != "none")


@lru_cache(maxsize=1024)
def icon(name: str, size: str = "", label: str = "") -> Markup:
    """A Tabler outline icon: size "", "s" or "l"; a label only where no text stands beside it."""
    classes = f"icon icon-{size}" if size else "icon"
    hidden = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="{classes}" viewBox="0 0 24 24" {hidden}>{_drawing(name)}</svg>')  # noqa: S704


# --- badges, plates, phones -----------------------------------------------------------------------------------------
def badge(what: Lifecycle | str, label: str = "", *, overdue: bool | None = None) -> Markup:
    """The status of a document, or a badge of a family: ``badge(order)``, ``badge("late", text)``."""
    if isinstance(what, str):
        return _badge(what if what in status_colours.FAMILIES else status_colours.family_of(what), str(label))
    late = getattr(what, "is_overdue", False) if overdue is None else overdue
    family = status_colours.family_of(what.status, overdue=bool(late))
    return _badge(family, str(label or _status(type(what), what.status, get_language())))


@lru_cache(maxsize=1024)
def _status(model: type[Lifecycle], status: str, language: str | None) -> str:
    return str(status_colours.labels(model)[status])


@lru_cache(maxsize=1024)
def _badge(family: str, text: str) -> Markup:
    return Markup('<span class="st st-%s">%s</span>') % (family, text)


def level(letter: str, size: str = "") -> Markup:
    """The heat of a lead: H A B C, or N for new."""
    return _level(letter, size, gettext("Level %(letter)s", letter=letter))


@lru_cache(maxsize=64)
def _level(letter: str, size: str, title: str) -> Markup:
    classes = f"lvl lvl-{letter.lower()} lvl-{size}" if size else f"lvl lvl-{letter.lower()}"
    return Markup('<span class="%s" title="%s">%s</span>') % (classes, title, letter)


def plate(raw: str | None, *, size: str = "", masked: bool = False, new_energy: bool | None = None) -> Markup:
    """The number plate: quiet in lists, in true colours with size "l"; masked on public screens."""
    return _plate(raw, size, masked, new_energy) or ZERO % gettext("no plate")


@lru_cache(maxsize=8192)
def _plate(raw: str | None, size: str, masked: bool, new_energy: bool | None) -> Markup | None:  # noqa: FBT001 # a key of the cache
    painted = display.plate(raw, masked=masked)
    if painted is None:
        return None
    green = painted.new_energy if new_energy is None else new_energy
    classes = " ".join(["plate", *(["plate-nev"] if green else []), *([f"plate-{size}"] if size else [])])
    return Markup('<span class="%s">%s</span>') % (classes, painted.text)


def phone_reveal(raw: str | None, url: str = "") -> Markup:
    """A masked phone with the button that reveals it (logged by the view behind ``url``, which answers with the whole)."""
    number = display.masked_phone(raw)
    return filled(REVEAL, number, url, pgettext("reveal", "Show")) if url else filled(HIDDEN, number)
