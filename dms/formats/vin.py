"""Vehicle identification numbers after ISO 3779 and GB 16735. Pure.

The check digit is the law in China and North America; elsewhere the ninth place is the maker's own. Where it does not fit, a
character is mistyped, or the metal of the car says so all the same: then a reason is noted.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

LENGTH = 17
FORM = re.compile(r"^[A-HJ-NPR-Z0-9]{17}$")
# The ninth place weighs nothing: it is the sum of the others.
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}


DOUBT = _(
    "The check digit (9th place) does not fit: compare with the metal of the car. If it says so, note why it is right."
)


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a VIN. An error refuses it; a doubt asks for a reason."""

    vin: str
    error: StrOrPromise = ""
    doubt: StrOrPromise = ""

    @property
    def accepted(self) -> bool:
        return not self.error


def normalise(raw: str) -> str:
    """The stored form: upper case, narrow, no spaces or dashes. Forbidden letters stay, so that the mistake is seen."""
    return re.sub(r"[\s\-·]+", "", unicodedata.normalize("NFKC", raw or "")).upper()


def check_digit(vin: str) -> str:
    """The ninth place as it must be; the VIN must have the right form."""
    rest = sum(VALUES[letter] * weight for letter, weight in zip(vin, WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def judge(raw: str) -> Verdict:
    """Whether the VIN may be stored, and what is odd about it."""
    vin = normalise(raw)
    if len(vin) != LENGTH:
        return Verdict(vin, error=_("A VIN has 17 characters."))
    if not FORM.match(vin):
        return Verdict(vin, error=_("A VIN has digits and capital letters without I, O and Q."))
    if vin[8] == check_digit(vin):
        return Verdict(vin)
    return Verdict(vin, doubt=DOUBT)
