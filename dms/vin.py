"""Vehicle identification numbers: ISO 3779 form, the check digit of ISO 3779/GB 16735-2019, and the model year.

The check digit is mandatory in China (``L…``) and North America, elsewhere advisory.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

FORM = re.compile(r"^[A-HJ-NPR-Z0-9]{17}$")
VALUES = {str(digit): digit for digit in range(10)} | {
    letter: value
    for letters, start in (("ABCDEFGH", 1), ("JKLMN", 1), ("STUVWXYZ", 2))
    for value, letter in enumerate(letters, start)
}
VALUES |= {"P": 7, "R": 9}
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
"""Position 10 in order from 1980; the cycle of 30 years makes it ambiguous."""


def normalise(text: str) -> str:
    """Capitals without spaces and dashes, full-width letters folded."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def check_digit(number: str) -> str:
    """What position 9 must be: the weighted sum modulo 11, 10 written X.

    >>> check_digit("1M8GDM9AXKP042788")
    'X'
    """
    rest = sum(VALUES[letter] * weight for letter, weight in zip(number, WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def check_digit_holds(number: str) -> bool:
    return number[8] == check_digit(number)


def check(text: str) -> str:
    """The VIN in its normal form.

    :raises ValueError: with a sentence for people: wrong form, or a wrong check digit on a car made in China.
    """
    number = normalise(text)
    if len(number) != 17:
        raise ValueError(_("A VIN has 17 characters; this has %(n)s.") % {"n": len(number)})
    if not FORM.match(number):
        raise ValueError(_("A VIN has only capital letters and digits, never I, O or Q. Look again at 1 and 0."))
    if number.startswith("L") and not check_digit_holds(number):
        sentence = _(
            "One character of this VIN is wrong: its check digit (position 9) should be %(digit)s. Compare it with the car."
        )
        raise ValueError(sentence % {"digit": check_digit(number)})
    return number


def doubt(number: str) -> str:
    """A warning, empty when there is none: the check digit of a car from elsewhere does not hold, which its maker may allow."""
    if number.startswith("L") or check_digit_holds(number):
        return ""
    return _("The check digit does not hold. Some makers abroad do not use it; compare the VIN with the car.")


def model_years(number: str, *, latest: int) -> list[int]:
    """The years position 10 can mean, newest first, not after ``latest``."""
    index = YEAR_CODES.find(number[9])
    if index < 0:
        return []
    return [year for year in range(latest, 1979, -1) if (year - 1980) % 30 == index]
