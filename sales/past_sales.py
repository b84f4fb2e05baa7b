"""Sales made before the system was there: what a line of a file says, and what is wrong with it. Knows no row."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from dms.formats import phones, spreadsheets

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("Car_id",),
    "day": ("Date",),
    "customer": ("Customer Name",),
    "gender": ("Gender",),
    "dealer": ("Dealer_Name",),
    "brand": ("Company",),
    "model": ("Model",),
    "engine": ("Engine",),
    "gearbox": ("Transmission",),
    "colour": ("Color", "Colour"),
    "price": ("Price ($)", "Price"),
    "place": ("Dealer_No",),
    "body": ("Body Style",),
    "phone": ("Phone",),
    "region": ("Dealer_Region",),
}
"""Our name → how the column may be headed."""

T = TypeVar("T")
REQUIRED = ("id", "day", "customer", "dealer", "brand", "model", "price", "phone")
READ_APART = frozenset({"day", "price", "phone"})
# As wide as the columns: one line that is too long must not end the set it is written with.
LONGEST = {"customer": 80, "gearbox": 20, "colour": 40, "body": 30}
LONGEST_ELSE = 60
OLDEST = date(1980, 1, 1)
DEAREST = Decimal(10) ** 11
# E.164: no number of the world has more than fifteen digits.
FEWEST_DIGITS, MOST_DIGITS = 7, 15


@dataclass(frozen=True)
class Sale:
    """One car sold, as its line says it."""

    line: int
    id: str
    day: date
    customer: str
    salutation: str
    phone: str
    dealer: str
    address: str
    brand: str
    model: str
    configuration: str
    colour: str
    price: Decimal


@dataclass(frozen=True)
class Fault:
    """Why a line cannot be taken: its column as the file heads it, the value, the reason."""

    line: int
    column: str
    value: str
    reason: str


class Wrong(ValueError):  # noqa: N818 - a value, not a fault of the program
    """A line that cannot be taken."""

    def __init__(self, column: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, spreadsheets.text(value), reason


def read(rows: Iterable[spreadsheets.Row], *, today: date) -> Iterator[Sale | Fault]:
    """Every line: a sale or what is wrong with it. An id that an earlier good line has is wrong."""
    lines: dict[str, int] = {}
    for row in rows:
        try:
            sale = sale_of(row, today)
            once(sale, lines)
        except Wrong as wrong:
            yield Fault(row.line, COLUMNS[wrong.column][0], wrong.value, wrong.reason)
        else:
            lines[sale.id] = sale.line
            yield sale


def once(sale: Sale, lines: Mapping[str, int]) -> None:
    """:raises Wrong: when an earlier good line has the id."""
    if sale.id in lines:
        raise Wrong("id", sale.id, _("stands in line %(line)s already") % {"line": lines[sale.id]})


def sale_of(row: spreadsheets.Row, today: date) -> Sale:
    """What the line says.

    :raises Wrong: at the first cell that cannot be understood.
    """
    cells = {name: checked(name, row.cells.get(name)) for name in COLUMNS if name not in READ_APART}
    return Sale(
        line=row.line,
        id=cells["id"],
        day=understood("day", row, lambda raw: _day(raw, today)),
        customer=cells["customer"],
        salutation={"male": "MR", "female": "MS"}.get(cells["gender"].lower(), ""),
        phone=understood("phone", row, _phone),
        dealer=cells["dealer"],
        address=" ".join(part for part in (cells["region"], cells["place"]) if part),
        brand=cells["brand"],
        model=cells["model"],
        configuration=" ".join(part for part in (cells["body"], cells["engine"], cells["gearbox"]) if part)[:60],
        colour=cells["colour"],
        price=understood("price", row, _price),
    )


def checked(name: str, raw: object) -> str:
    """The text of a cell, mended; there when it must be, and not too long.

    :raises Wrong: when it is not.
    """
    text = re.sub(r"\s+", " ", spreadsheets.mended(raw))
    longest = LONGEST.get(name, LONGEST_ELSE)
    if "\0" in text:
        raise Wrong(name, raw, _("has characters that cannot be stored"))
    if not text and name in REQUIRED:
        raise Wrong(name, raw, _("is missing"))
    if len(text) > longest:
        raise Wrong(name, raw, _("is longer than %(count)s characters") % {"count": longest})
    return text


def understood(name: str, row: spreadsheets.Row, reading: Callable[[object], T | None]) -> T:
    """The value of a required cell.

    :raises Wrong: when it is missing or cannot be read.
    """
    raw = row.cells.get(name)
    try:
        value = reading(raw)
    except spreadsheets.Bad as bad:
        raise Wrong(name, raw, str(bad)) from bad
    if value is None:
        raise Wrong(name, raw, _("is missing"))
    return value


def _day(raw: object, today: date) -> date | None:
    day = spreadsheets.american_day(raw)
    if day is not None and not OLDEST <= day <= today:
        raise spreadsheets.Bad(_("is not a day on which a car can have been sold"))
    return day


def _price(raw: object) -> Decimal | None:
    price = spreadsheets.decimal(raw)
    if price is not None and not 0 <= price < DEAREST:
        raise spreadsheets.Bad(_("is no price"))
    # Spreadsheets keep floats: what stands there as 25999.999999 is meant as 26000.
    return None if price is None else price.quantize(Decimal("0.01"))


def _phone(raw: object) -> str | None:
    """One of our numbers, or the digits of a number of another country as they stand."""
    text = spreadsheets.text(raw)
    if not text:
        return None
    known = phones.normalise(text)
    digits = re.sub(r"[\s().-]", "", text)
    if known is None and not (digits.isascii() and digits.isdigit() and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS):
        raise spreadsheets.Bad(_("is no phone number"))
    return known or digits


def code(*parts: str, longest: int) -> str:
    """A code made of names: capitals, digits and dashes; one too long or without letters is told apart by a sum."""
    text = "-".join(filter(None, (re.sub(r"[^0-9A-Z]+", "-", part.upper()).strip("-") for part in parts)))
    # Cut off, or of Chinese signs alone, two names would become one code.
    if text and len(text) <= longest and "/".join(parts).isascii():
        return text
    tail = hashlib.sha256("/".join(parts).encode()).hexdigest()[:6].upper()
    return f"{text[: longest - 7]}-{tail}".lstrip("-")


def store_letters(name: str) -> str:
    """The initials of a dealer's name: the beginning of its store code."""
    return "".join(re.findall(r"\b[A-Z]", name))[:4] or "ST"
