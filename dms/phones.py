"""Telephone numbers in one normal form: digits only, a leading + for abroad."""

import re
import unicodedata

MOBILE = re.compile(r"^1[3-9]\d{9}$")
LANDLINE = re.compile(r"^0\d{9,11}(\d{1,5})?$")
SHORT = re.compile(r"^(400\d{7}|800\d{7}|9\d{4,5})$")
ABROAD = re.compile(r"^\+(?!86)\d{7,17}$")


def normalise(text: str) -> str:
    """The stored form of what somebody typed: full-width digits, spaces, dashes, brackets and +86 are folded.

    >>> normalise("+86 138-0000-0000")
    '13800000000'
    >>> normalise("(028) 8555 0000")
    '02885550000'

    :raises ValueError: when it cannot be a number in China, nor one abroad with its country code.
    """
    folded = re.sub(r"[\s\-().·/]", "", unicodedata.normalize("NFKC", text))
    folded = re.sub(r"^(\+|00)86(?=\d{10,12}$)", "", folded)
    if folded.startswith("00"):
        folded = f"+{folded[2:]}"
    if any(form.match(folded) for form in (MOBILE, LANDLINE, SHORT, ABROAD)):
        return folded
    raise ValueError(text)


def is_mobile(number: str) -> bool:
    return bool(MOBILE.match(number))


def masked(number: str) -> str:
    """Enough to recognise a number, not enough to dial it: ``138****0000``.

    >>> masked("13800000000")
    '138****0000'
    >>> masked("02885550000")
    '028****0000'
    """
    if len(number) < 8:
        return "*" * len(number)
    return f"{number[:3]}****{number[-4:]}"
