"""What an address or a button names: a row by its number, a day, a month. What cannot be meant is nothing, never an error."""

from collections.abc import Mapping
from datetime import date

DIGITS = 18
"""More has no number of a row."""
YEARS = range(1980, 2101)


def number(text: str | int | None) -> int | None:
    """The number of a row."""
    said = str(text or "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= DIGITS else None


def day(text: str | None) -> date | None:
    """A day as ``2026-11-22``, in years with which one can reckon."""
    try:
        parsed = date.fromisoformat(text or "")
    except ValueError:
        return None
    return parsed if parsed.year in YEARS else None


def month(text: str | None) -> date | None:
    """The first day of a month, named as ``2026-11`` or by one of its days."""
    return day(f"{(text or '')[:7]}-01")


def asks_whole(query: Mapping[str, str]) -> bool | None:
    """``?whole=1`` or ``?whole=0``; None when the address leaves it to the paper."""
    text = query.get("whole", "")
    return text != "0" if text else None
