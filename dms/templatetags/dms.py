"""The core's template tags: one for each piece that appears in many rows. ``{% load dms %}``.

Values: money yuan number km hours date day month time soon moment age phone vin_tail dash. Pieces: icon badge level plate
phone_reveal sparkline bar ageing promised. Addresses: row_url. Lists: sort_th filters_in_use page_numbers.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import tablericons
from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dms.core import status_colours
from dms.core.lifecycle import Lifecycle
from dms.formats import display
from dms.formats.wording import listed
from dms.navigation import event_details

register = template.Library()


def shows(name: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """A filter that reads what is not there as none: for a row without an order Django hands ``order.total|money`` a ""."""

    def enter(show: Callable[..., str]) -> Callable[..., str]:
        @wraps(show)
        def shown(value: Any, *args: Any) -> str:
            return show(None if value == "" else value, *args)

        register.filter(name, shown)
        return show

    return enter


SHOWN_AS_THEY_ARE: dict[str, Callable[..., str]] = {
    "yuan": display.yuan,
    "km": display.kilometres,
    "quantity": display.quantity,
    "hours": display.hours,
    "day": display.day,
    "month": display.month,
    "moment": display.moment,
    "age": display.age,
    "time": display.clock,
    "soon": display.soon,
}
for _name, _show in SHOWN_AS_THEY_ARE.items():
    shows(_name)(_show)
register.filter("phone", display.masked_phone)
register.filter("phone_full", display.spaced_phone)
register.filter("vin_tail", display.vin_tail)
register.simple_tag(display.promised)


@register.filter
def column(name: str, row: Any) -> str:
    """What a column of the row is called on the screen."""
    return event_details.label_of(type(row), name)


@shows("date")
def date(value: dt.date | None, style: str | None = None) -> str:
    """The core's date; with a format string (Django's and the admin's own pages) Django's filter."""
    return str(template.defaultfilters.date(value, style)) if style else display.date(value)


@shows("money")
def money(value: Decimal | float | None) -> SafeString | str:
    """1,650.00 for a column of figures; zero is muted."""
    text = display.money(value)
    return format_html('<span class="zero">{}</span>', text) if not value else text


@shows("number")
def number(value: Decimal | float | None, places: int = 0) -> SafeString | str:
    """A count with thousands separators; zero is muted."""
    text = display.number(value, places)
    return format_html('<span class="zero">{}</span>', text) if not value else text


@register.filter
def dash(value: Any) -> Any:
    """The value, or a muted dash when there is none."""
    return mark_safe(f'<span class="zero">{display.EMPTY}</span>') if value is None or value == "" else value  # noqa: S308


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
def _icon(name: str, size: str, label: str) -> SafeString:
    classes = f"icon icon-{size}" if size else "icon"
    hidden = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(f'<svg class="{classes}" viewBox="0 0 24 24" {hidden}>{_drawing(name)}</svg>')  # noqa: S308


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A Tabler outline icon: size "", "s" or "l"; a label only where no text stands beside it."""
    return _icon(str(name), size, str(label))


# --- small pieces ---------------------------------------------------------------------------------------------------
@register.simple_tag
def badge(what: Lifecycle | str, label: str = "", overdue: Any = None) -> SafeString:
    """The status of a document, or a badge of a family: ``{% badge order %}``, ``{% badge "late" text %}``."""
    if isinstance(what, str):
        family, text = (what if what in status_colours.FAMILIES else status_colours.family_of(what)), label
    else:
        late = getattr(what, "is_overdue", False) if overdue is None else overdue
        family, text = (
            status_colours.family_of(what.status, overdue=bool(late)),
            label or status_colours.labels(type(what))[what.status],
        )
    return format_html('<span class="st st-{}">{}</span>', family, text)


@register.simple_tag
def level(letter: str, size: str = "") -> SafeString:
    """The heat of a lead: H A B C, or N for new."""
    classes = f"lvl lvl-{letter.lower()} lvl-{size}" if size else f"lvl lvl-{letter.lower()}"
    return format_html(
        '<span class="{}" title="{}">{}</span>', classes, _("Level %(letter)s") % {"letter": letter}, letter
    )


@register.simple_tag
def plate(raw: str | None, *, size: str = "", masked: bool = False, new_energy: bool | None = None) -> SafeString | str:
    """The number plate: quiet in lists, in true colours with size "l"; masked on public screens."""
    found = display.plate(raw, masked=masked)
    if found is None:
        return format_html('<span class="zero">{}</span>', _("no plate"))
    green = found.new_energy if new_energy is None else new_energy
    classes = " ".join(["plate", *(["plate-nev"] if green else []), *([f"plate-{size}"] if size else [])])
    return format_html('<span class="{}">{}</span>', classes, found.text)


@register.simple_tag
def phone_reveal(raw: str | None, url: str = "") -> SafeString:
    """A masked phone with the button that reveals it (logged by the view behind ``url``, which answers with components/phone.html)."""
    button = format_html(REVEAL, url, pgettext("reveal", "Show")) if url else ""
    return format_html('<span class="phone-no">{}{}</span>', display.masked_phone(raw), button)


REVEAL = ' <button class="lnk" type="button" hx-post="{}" hx-target="closest .phone-no" hx-swap="outerHTML">{}</button>'


@register.simple_tag
def row_url(name: str, pk: int) -> str:
    """``{% url %}`` of a page that has one number in its address, for rows: a fiftieth of its cost."""
    head, tail = _around_number(name)
    return f"{head}{pk}{tail}"


@lru_cache(maxsize=256)
def _around_number(name: str) -> tuple[str, str]:
    head, _number, tail = reverse(name, args=[SOME_NUMBER]).partition(str(SOME_NUMBER))
    return head, tail


SOME_NUMBER = 123_456_789


# --- lists ----------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def sort_th(context: RequestContext, name: str, label: str, align: str = "", param: str = "ordering") -> SafeString:
    """A column head that sorts: first press ascending, second descending."""
    query = context["request"].GET.copy()
    current = query.get(param, "")
    state = {name: "ascending", f"-{name}": "descending"}.get(current, "none")
    query[param] = f"-{name}" if current == name else name
    query.pop("page", None)
    arrow = {"ascending": _icon("arrow-up", "s", ""), "descending": _icon("arrow-down", "s", "")}.get(state, "")
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{}{}</a></th>',
        format_html(' class="{}"', align) if align else "",
        format_html(' aria-sort="{}"', state) if state != "none" else "",
        query.urlencode(),
        label,
        arrow,
    )


@register.simple_tag(takes_context=True)
def filters_in_use(context: RequestContext, filterset: Any = None) -> list[dict[str, str]]:
    """What narrows the list now: label, value in words, and the address without it."""
    query = context["request"].GET
    fields = filterset.form.fields if filterset is not None else {}
    return [
        {
            "label": capfirst(str(getattr(fields.get(name), "label", None) or "")),
            "value": _in_words(fields.get(name), values),
            "url": _without(query, name),
        }
        for name, values in query.lists()
        if any(values) and (name in fields or name == "q")
    ]


def _in_words(field: Any, values: Iterable[str]) -> str:
    choices = getattr(field, "choices", None)
    if choices is None:
        choices = getattr(getattr(field, "widget", None), "choices", None)
    words = {
        str(key): str(word) for key, word in (() if choices is None else choices) if not isinstance(word, list | tuple)
    }
    return listed(words.get(value, value) for value in values)


def _without(query: Any, *names: str) -> str:
    rest = query.copy()
    for name in (*names, "page"):
        rest.pop(name, None)
    return f"?{rest.urlencode()}"


@register.simple_tag
def page_numbers(page: Any) -> list[int | str]:
    """1 … 4 5 6 … 20 for the pager."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


# --- marks in SVG: widths are attributes, because style attributes are refused --------------------------------------
@register.simple_tag
def bar(done: float, family: str = "v", pace: float | None = None) -> SafeString:
    """Done of plan in percent; the tick is where usual days stand at this hour."""
    width = f"{max(0.0, min(100.0, float(done))):.1f}%"
    tick = (
        format_html('<rect class="pace" x="{}%" y="-2" width="2" height="10" rx="1"/>', f"{float(pace):.0f}")
        if pace is not None
        else ""
    )
    return format_html(
        '<svg class="bar" aria-hidden="true"><rect width="100%" height="100%" rx="3"/>'
        '<rect class="{}" width="{}" height="100%" rx="3"/>{}</svg>',
        family,
        width,
        tick,
    )


@register.simple_tag
def ageing(total: int, near: int = 0, late: int = 0) -> SafeString:
    """Of all that wait: how many are near their limit and how many past it."""
    whole = max(total, near + late, 1)
    near_part, late_part = 100 * near / whole, 100 * late / whole
    marks = (("wait", 100 - near_part - late_part, near_part), ("late", 100 - late_part, late_part))
    parts = ['<svg class="bar" aria-hidden="true"><rect width="100%" height="100%"/>']
    parts += [
        f'<rect class="{family}" x="{x:.0f}%" width="{width:.0f}%" height="100%"/>'
        for family, x, width in marks
        if width
    ]
    return mark_safe("".join([*parts, "</svg>"]))  # noqa: S308 # numbers only


SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 67.0, 28.0, 2.0


@register.simple_tag
def sparkline(values: Iterable[float]) -> SafeString:
    """Fourteen days without axes, the last one marked."""
    series = [float(value) for value in values]
    if len(series) < 2:
        return mark_safe("")
    low, high = min(series), max(series)
    scale = (SPARK_HEIGHT - 8 - SPARK_PAD) / ((high - low) or 1)
    step = SPARK_WIDTH / (len(series) - 1)
    points = [(index * step, SPARK_PAD + (high - value) * scale) for index, value in enumerate(series)]
    line = " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return mark_safe(  # noqa: S308 # numbers only
        '<svg class="spark" width="72" height="28" aria-hidden="true">'
        f'<path class="area" d="M{line} L{x:.1f},28 L0,28Z"/>'
        f'<path d="M{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2.6"/></svg>'
    )
