"""Number plates of mainland China (GA 36-2018) in one normal form: capitals, no dot, no spaces."""

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

LETTERS = json.loads((Path(__file__).parent / "data" / "plates.json").read_text(encoding="utf-8"))
PROVINCES: str = LETTERS["provinces"]
"""The first character: one for each province, municipality and region."""
SUFFIXES: str = LETTERS["suffixes"]
"""The last character of trailers, learners', police, Hong Kong and Macau plates."""

ORDINARY = re.compile(rf"^[{PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9{SUFFIXES}]$")
NEW_ENERGY_SMALL = re.compile(rf"^[{PROVINCES}][A-HJ-NP-Z][DABCEFGHJK][A-HJ-NP-Z0-9]\d{{4}}$")
NEW_ENERGY_LARGE = re.compile(rf"^[{PROVINCES}][A-HJ-NP-Z]\d{{5}}[DABCEFGHJK]$")
CONSULAR = re.compile(rf"^([{PROVINCES}][A-HJ-NP-Z]\d{{4}}{LETTERS['consular']}|{LETTERS['embassy']}\d{{6}})$")


@dataclass(frozen=True)
class Plate:
    """A plate as stored, and whether it is green."""

    number: str
    new_energy: bool

    @property
    def dotted(self) -> str:
        """As on the car, with the dot after the office's letter."""
        return f"{self.number[:2]}·{self.number[2:]}"

    @property
    def masked(self) -> str:
        """For screens that customers see: the last three characters."""
        return f"{self.number[:2]}·**{self.number[-3:]}"


def normalise(text: str) -> str:
    """Capitals without dots, spaces and dashes; says nothing of whether it is a plate."""
    return re.sub(r"[\s·•.\-]", "", unicodedata.normalize("NFKC", text)).upper()


def parse(text: str) -> Plate:
    """Read a plate as typed.

    :raises ValueError: with a sentence for people, when it is none.
    """
    number = normalise(text)
    new_energy = bool(NEW_ENERGY_SMALL.match(number) or NEW_ENERGY_LARGE.match(number))
    if new_energy or ORDINARY.match(number) or CONSULAR.match(number):
        return Plate(number, new_energy)
    example = LETTERS["example"]
    raise ValueError(
        _(
            "“%(text)s” is no plate. Write the province, the letter and five characters (six for new energy), for example %(example)s."
        )
        % {"text": text.strip(), "example": example}
    )
