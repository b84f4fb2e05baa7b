"""Telephone numbers: one stored form, whatever people type. Pure."""

import re
import unicodedata

MOBILE = re.compile(r"^1[3-9]\d{9}$")
LANDLINE = re.compile(r"^0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}$")
SERVICE = re.compile(r"^(?:[48]00\d{7}|9[56]\d{3,6})$")
FOREIGN = re.compile(r"^\+(?!86)[1-9]\d{6,14}$")
EXTENSION = re.compile(r"(?:ext\.?|x|#|\u8f6c)\s*(\d{1,6})$", re.IGNORECASE)
PUNCTUATION = re.compile(r"[\s().\-/·—–_\u2010-\u2015]+")


def normalise(raw: str) -> str | None:
    """The stored form, or None when it is no telephone number.

    Mobiles are eleven digits; landlines keep their area code, an extension follows after ``-``; numbers of other countries
    begin with ``+``.

    >>> normalise("+86 138-0000 0000")
    '13800000000'
    >>> normalise("(028) 8555 1234 ext 8")
    '02885551234-8'
    """
    text = unicodedata.normalize("NFKC", raw or "").strip()
    extension = EXTENSION.search(text)
    if extension:
        text = text[: extension.start()]
    digits = PUNCTUATION.sub("", text)
    digits = re.sub(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    if (
        digits != PUNCTUATION.sub("", text)
        and re.match(r"^(?:10|2\d|[3-9]\d{2})\d{7,8}$", digits)
        and not MOBILE.match(digits)
    ):
        digits = f"0{digits}"  # +86 28 …: the area code lost its zero
    if extension:
        return f"{digits}-{extension[1]}" if LANDLINE.match(digits) or SERVICE.match(digits) else None
    return digits if any(form.match(digits) for form in (MOBILE, LANDLINE, SERVICE, FOREIGN)) else None


def tail(number: str, length: int = 4) -> str:
    """The last digits, by which a customer is found; an extension does not count."""
    return number.split("-", 1)[0][-length:]
