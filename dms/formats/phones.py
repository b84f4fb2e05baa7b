"""Telephone numbers: one stored form, whatever people type. Pure."""

import re
import unicodedata

MOBILE = re.compile(r"^1[3-9]\d{9}$")
LANDLINE = re.compile(r"^0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}$")
SERVICE = re.compile(r"^(?:[48]00\d{7}|9[56]\d{3,6})$")
FOREIGN = re.compile(r"^\+(?!86)[1-9]\d{6,14}$")
EXTENSION = re.compile(
    r"[\s,;]*(?:ext(?:ension)?\.?|x|#|\*|,|;|\u5206\u673a\u53f7?|\u8f6c)[\s:.]*(\d{1,6})$", re.IGNORECASE
)
"""Said as such: ``ext 8``, ``#8``, or the two words of Chinese for it, of which the second may follow the first."""
_TURN = re.compile(r"\u8f6c\s*(?=\u5206\u673a)")
DASHED = re.compile(r"[-\u2010-\u2015\u2212]\s*(\d{1,6})$")
PUNCTUATION = re.compile(r"[\s().\-/·—–_\u2010-\u2015\u2212]+")
ABROAD = re.compile(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$|0?(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}$))")
"""The country's number, as it is dialled from elsewhere; without its sign only before what is a whole number."""
WITHOUT_ZERO = re.compile(r"^(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}$")


def normalise(raw: str) -> str | None:
    """The stored form, or None when it is no telephone number.

    Mobiles are eleven digits; landlines keep their area code, an extension follows after ``-``; numbers of other countries
    begin with ``+``.

    >>> normalise("+86 138-0000 0000")
    '13800000000'
    >>> normalise("(028) 8555 1234 ext 8"), normalise("028-85551234-801")
    ('02885551234-8', '02885551234-801')
    """
    text = _TURN.sub("", unicodedata.normalize("NFKC", raw or "").strip())
    if said := EXTENSION.search(text):
        return _extended(text[: said.start()], said[1])
    whole = _plain(text)
    # Dashes part a number anywhere: only when the whole is none, the last group is an extension.
    dashed = DASHED.search(text) if whole is None else None
    return _extended(text[: dashed.start()], dashed[1]) if dashed else whole


def _plain(text: str) -> str | None:
    """A number without an extension."""
    typed = PUNCTUATION.sub("", text)
    digits = ABROAD.sub("", typed)
    if digits != typed and WITHOUT_ZERO.match(digits) and not MOBILE.match(digits):
        digits = f"0{digits}"  # +86 28 …: the area code lost its zero
    return digits if any(form.match(digits) for form in (MOBILE, LANDLINE, SERVICE, FOREIGN)) else None


def _extended(text: str, extension: str) -> str | None:
    number = _plain(text)
    return f"{number}-{extension}" if number and (LANDLINE.match(number) or SERVICE.match(number)) else None


def parts(text: str) -> list[str]:
    """What to look for within stored numbers when this is typed: a whole number in its stored form, else its digits.

    >>> parts("8555-1234"), parts("028-8555 1234"), parts("lilei")
    (['85551234', '8555-1234'], ['02885551234'], [])
    """
    if whole := normalise(text):
        return [whole]
    typed = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"\D", "", typed)
    if len(digits) < 4 or len(digits) < len(typed.strip()) - 3:
        return []
    dashed = DASHED.search(typed)
    return [digits, f"{digits[: -len(dashed[1])]}-{dashed[1]}"] if dashed else [digits]


def dialled(number: str) -> str:
    """The stored form as a telephone dials it: a pause, then the extension.

    >>> dialled("02885551234-801")
    '02885551234,801'
    """
    return number.replace("-", ",")


def tail(number: str, length: int = 4) -> str:
    """The last digits, by which a customer is found; an extension does not count."""
    return number.split("-", 1)[0][-length:]
