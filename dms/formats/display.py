"""How a value is set on a page, in print and in a spreadsheet: money, dates, ages, plates, phones. Text in, text out.

Formatting happens here and not with the template's own date and number filters: on a list of fifty rows they cost more
than the query.
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from dms.formats import plates

EMPTY = "–"
# A true minus: a hyphen is narrower, and is parted from its figure at the end of a line.
MINUS = "−"


def money(value: Decimal | float | None, places: int = 2) -> str:
    """1650 as 1,650.00; nothing as a dash; a true minus sign."""
    if value is None:
        return EMPTY
    # By its text: the binary digits of a float would round 1.005 down.
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(number):,.{places}f}"
    return f"{MINUS}{text}" if number < 0 else text


def yuan(value: Decimal | float | None, places: int = 2) -> str:
    """The amount with its sign, for totals, cards and sentences."""
    if value is None:
        return EMPTY
    text = money(value, places)
    return f"{MINUS}¥{text[1:]}" if text.startswith(MINUS) else f"¥{text}"


def number(value: Decimal | float | None, places: int = 0) -> str:
    """A count or quantity with thousands separators."""
    return money(value, places)


def quantity(value: Decimal | float | None) -> str:
    """Pieces without decimals, litres with those they have: 3, 0.5, 1,200."""
    if value is None:
        return EMPTY
    text = money(value, 2)
    return text.rstrip("0").rstrip(".")


def kilometres(value: int | None) -> str:
    return EMPTY if value is None else f"{value:,} km"


def hours(value: Decimal | float | None) -> str:
    return EMPTY if value is None else f"{Decimal(str(value)):.1f} h"


# --- dates ----------------------------------------------------------------------------------------------------------
def local(value: dt.datetime) -> dt.datetime:
    # everybody works in the zone of the settings: to ask Django which one is chosen takes longer than the rest of a cell
    return value.astimezone(timezone.get_default_timezone()) if value.tzinfo else value


_on_paper: ContextVar[bool] = ContextVar("on_paper", default=False)


@contextmanager
def on_paper() -> Iterator[None]:
    """What is printed lies in a file for years: here every date has its year."""
    token = _on_paper.set(True)
    try:
        yield
    finally:
        _on_paper.reset(token)


# By hand: strftime would ask the locale of the server.
MONTH_NAMES = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def weekday(value: dt.date) -> str:
    """Sat, or its two-character Chinese word (Django's own catalogue has the long one)."""
    names = (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )
    return names[value.weekday()]


def _parts(value: dt.date) -> dict[str, object]:
    """What a date is made of; each language picks its own."""
    mmm = MONTH_NAMES[value.month]
    return {
        "day": value.day,
        "dd": f"{value.day:02}",
        "month": value.month,
        "mm": f"{value.month:02}",
        "mmm": mmm,
        "year": value.year,
    }


def date(value: dt.date | None, *, today: dt.date | None = None) -> str:
    """The day and month; the year when it is not this one, and always on paper."""
    if value is None:
        return EMPTY
    if isinstance(value, dt.datetime):
        value = local(value).date()
    this_year = not _on_paper.get() and value.year == (today or dt.datetime.now(timezone.get_default_timezone())).year
    return _date(value, get_language(), this_year=this_year)


@lru_cache(maxsize=4096)
def _date(value: dt.date, language: str | None, *, this_year: bool) -> str:
    """Kept, because a list says the same few days again and again."""
    words = pgettext("date", "%(day)s %(mmm)s") if this_year else pgettext("date", "%(day)s %(mmm)s %(year)s")
    return words % _parts(value)


def day(value: dt.date | None) -> str:
    """The date with its weekday: the head of a page about one day."""
    if value is None:
        return EMPTY
    if isinstance(value, dt.datetime):
        value = local(value).date()
    return pgettext("date", "%(weekday)s %(date)s") % {"date": date(value), "weekday": weekday(value)}


def month(value: dt.date | None) -> str:
    if value is None:
        return EMPTY
    return pgettext("date", "%(mmm)s %(year)s") % _parts(value)


def clock(value: dt.datetime | dt.time | None) -> str:
    if value is None:
        return EMPTY
    if isinstance(value, dt.datetime):
        value = local(value)
    return f"{value.hour:02}:{value.minute:02}"


def moment(value: dt.datetime | None) -> str:
    """Day and time together."""
    return EMPTY if value is None else f"{date(value)} {clock(value)}"


def age(value: dt.datetime | dt.date | dt.timedelta | float | None, *, now: dt.datetime | None = None) -> str:
    """How long ago, or how long, in the largest unit that fits: minutes, hours, days."""
    minutes = _minutes(value, now or timezone.now())
    if minutes is None:
        return EMPTY
    minutes = abs(minutes)
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 60 * 24:
        return _("%(count)s h") % {"count": minutes // 60}
    return _("%(count)s d") % {"count": minutes // (60 * 24)}


@dataclass(frozen=True)
class Promised:
    """When something is due, in words for a row: the time or the day, how far off, and whether it is late."""

    when: str
    gap: str
    late: bool


def soon(value: dt.datetime | None, now: dt.datetime | None = None) -> str:
    """Today by the clock alone, another day with its date."""
    if value is None:
        return EMPTY
    today = local(value).date() == local(now or timezone.now()).date()
    return clock(value) if today else moment(value)


def promised(due_at: dt.datetime, now: dt.datetime) -> Promised:
    """Today by the clock, another day by its date; what is due at midnight is due for the whole of that day."""
    at, today = local(due_at), local(now).date()
    if (at.hour, at.minute) != (0, 0):
        late = due_at < now
        return Promised(clock(due_at) if at.date() == today else date(at.date()), _gap(due_at, now, late=late), late)
    if at.date() == today:
        return Promised(pgettext("due", "Today"), "", late=False)
    late = at.date() < today
    return Promised(date(at.date()), _gap(at.date(), now, late=late), late)


def _gap(value: dt.datetime | dt.date, now: dt.datetime, *, late: bool) -> str:
    if isinstance(value, dt.datetime) and abs(now - value) < dt.timedelta(minutes=1):
        return pgettext("due", "now")
    words = {"age": age(value, now=now)}
    return _("%(age)s late") % words if late else _("in %(age)s") % words


def _minutes(value: dt.datetime | dt.date | dt.timedelta | float | None, now: dt.datetime) -> int | None:
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        value = now - value
    elif isinstance(value, dt.date):
        value = timezone.localdate(now) - value
    if isinstance(value, dt.timedelta):
        value = value.total_seconds() / 60
    return int(value)


# --- plates and phones ----------------------------------------------------------------------------------------------
# Enough to know one's own car on the screen of the lounge, too little for a stranger.
KEEP_OF_PLATE = 3


@dataclass(frozen=True)
class Plate:
    """A plate as it is painted: the text with its dot, and whether the ground is green."""

    text: str
    new_energy: bool


def plate(raw: str | None, *, masked: bool = False) -> Plate | None:
    """The plate of a database value; a number of another country or army is shown as it stands."""
    as_it_stands = (raw or "").strip().upper()
    if not as_it_stands:
        return None
    known = plates.parse(as_it_stands)
    head, tail = (f"{known.head}·" if known.head else "", known.tail) if known else ("", as_it_stands)
    if masked:
        tail = "*" * max(len(tail) - KEEP_OF_PLATE, 0) + tail[-KEEP_OF_PLATE:]
    return Plate(f"{head}{tail}", known is not None and known.ground is plates.Ground.NEW_ENERGY)


MOBILE_DIGITS = 11
WITH_EXTENSION = re.compile(r"^(\d{5,18})-(\d{1,6})$")


def masked_phone(raw: str | None) -> str:
    """138****0000; of a landline the last four digits are hidden, and its extension."""
    text = (raw or "").strip()
    if not text:
        return EMPTY
    if extended := WITH_EXTENSION.match(text):
        return f"{masked_phone(extended[1])}-{'*' * len(extended[2])}"
    if len(text) == MOBILE_DIGITS and text.isdigit():
        return f"{text[:3]}****{text[-4:]}"
    hidden = min(4, max(len(text) - 2, 0))
    return text[: len(text) - hidden] + "*" * hidden


def masked_email(raw: str | None) -> str:
    """b***@example.com; what is not an address is masked like a number."""
    name, at, domain = (raw or "").strip().rpartition("@")
    return f"{name[:1]}***@{domain}" if at and name else masked_phone(raw)


def spaced_phone(raw: str | None) -> str:
    """138 0000 0000, as people read it aloud."""
    text = (raw or "").strip()
    if len(text) == MOBILE_DIGITS and text.isdigit():
        return f"{text[:3]} {text[3:7]} {text[7:]}"
    return text or EMPTY


def vin_tail(raw: str | None) -> str:
    return (raw or "")[-6:] or EMPTY
