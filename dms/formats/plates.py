"""Number plates after GA 36: ordinary, new-energy, trailers, driving schools, police, Hong Kong and Macau, missions. Pure."""

import json
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_SIGNS = json.loads((Path(__file__).parent / "data" / "plates.json").read_text(encoding="utf-8"))
PROVINCES: str = _SIGNS["provinces"]
ENDS: str = _SIGNS["ends"]
MISSIONS: str = _SIGNS["missions"]

_HEAD = rf"(?P<head>[{PROVINCES}][A-HJ-NP-Z])"
SMALL_NEW_ENERGY = re.compile(rf"^{_HEAD}(?P<tail>[A-HJK][A-HJ-NP-Z0-9]\d{{4}})$")
LARGE_NEW_ENERGY = re.compile(rf"^{_HEAD}(?P<tail>\d{{5}}[A-HJK])$")
ORDINARY = re.compile(rf"^{_HEAD}(?P<tail>[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9{ENDS}])$")
MISSION = re.compile(rf"^(?P<head>[{PROVINCES}][A-HJ-NP-Z]|)(?P<tail>\d{{4,6}}[{MISSIONS}]|[{MISSIONS}]\d{{4,6}})$")
SEPARATORS = re.compile(r"[\s.\-_\u00b7\u2022\u2027\u22c5\u30fb]+")


class Ground(Enum):
    """The colour family of the plate."""

    ORDINARY = "ordinary"
    NEW_ENERGY = "new-energy"
    MISSION = "mission"


@dataclass(frozen=True)
class Plate:
    """A valid plate: its stored form, its two parts, its ground."""

    text: str
    head: str
    tail: str
    ground: Ground

    def __str__(self) -> str:
        return f"{self.head}·{self.tail}" if self.head else self.tail


def normalise(raw: str) -> str:
    """The stored form: upper case, narrow letters, no dots or spaces. Says nothing about being a plate."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", raw or "")).upper()


FORMS = (
    (SMALL_NEW_ENERGY, Ground.NEW_ENERGY),
    (LARGE_NEW_ENERGY, Ground.NEW_ENERGY),
    (ORDINARY, Ground.ORDINARY),
    (MISSION, Ground.MISSION),
)


def parse(raw: str) -> Plate | None:
    """The plate, or None when it is none of this country."""
    text = normalise(raw)
    for form, ground in FORMS:
        match = form.match(text)
        if match:
            return Plate(text, match["head"], match["tail"], ground)
    return None
