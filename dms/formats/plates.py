"""Number plates after GA 36, and those of the forces: stored as written, without dot and blanks, and told apart. Pure.

Beside the ordinary and the green ones: trailers, driving schools, police, cars that cross to Hong Kong and Macau, embassies and
consulates, civil aviation, fire and rescue, paper plates of a new car; army and armed police after the plates of 2012.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

_SIGNS = json.loads((Path(__file__).parent / "data" / "plates.json").read_text(encoding="utf-8"))
PROVINCES: str = _SIGNS["provinces"]
ENDS: dict[str, str] = {name: _SIGNS[name] for name in ("trailer", "learner", "police", "border")}
MISSIONS: str = _SIGNS["missions"]
TEMPORARY: str = _SIGNS["temporary"]

_HEAD = rf"(?P<head>[{PROVINCES}][A-HJ-NP-Z])"
# GA 36: small cars carry the letter of their drive in front, large ones (buses, lorries) at the end.
SMALL_NEW_ENERGY = re.compile(rf"^{_HEAD}(?P<tail>[A-HJK][A-HJ-NP-Z0-9]\d{{4}})$")
LARGE_NEW_ENERGY = re.compile(rf"^{_HEAD}(?P<tail>\d{{5}}[A-HJK])$")
ORDINARY = re.compile(rf"^{_HEAD}(?P<tail>[A-HJ-NP-Z0-9]{{5}})$")
ENDED = {name: re.compile(rf"^{_HEAD}(?P<tail>[A-HJ-NP-Z0-9]{{4}}[{signs}])$") for name, signs in ENDS.items()}
MISSION = re.compile(rf"^(?P<head>[{PROVINCES}][A-HJ-NP-Z]|)(?P<tail>\d{{4,6}}[{MISSIONS}]|[{MISSIONS}]\d{{4,6}})$")
ARMED_POLICE = re.compile(rf"^(?P<head>WJ[{PROVINCES}]?)(?P<tail>\d{{4}}[0-9XBTSHJD])$")
ARMY = re.compile(r"^(?P<head>[VKHBSLJNGCE][A-DJ-PR-TVY])(?P<tail>\d{5})$")
AVIATION = re.compile(rf"^(?P<head>{_SIGNS['aviation']})(?P<tail>[A-Z0-9]\d{{4}})$")
EMERGENCY = re.compile(rf"^(?P<head>[{PROVINCES}][XS])(?P<tail>\d{{4}}{_SIGNS['emergency']})$")
_PAPER_TAIL = rf"(?P<tail>[{TEMPORARY}][A-HJ-NP-Z0-9]{{4,6}}|[A-HJ-NP-Z0-9]{{4,6}}[{TEMPORARY}])"
PAPER = re.compile(rf"^{_HEAD}{_PAPER_TAIL}$")
PAPER_BEFORE = re.compile(rf"^{TEMPORARY[0]}{_HEAD}(?P<tail>[A-HJ-NP-Z0-9]{{5,6}})$")
SEPARATORS = re.compile(r"[\s.\-_\u00b7\u2022\u2027\u22c5\u30fb]+")


class Ground(Enum):
    """The family of the plate: who gives it out, and what it looks like; its words are ``WORDS``."""

    ORDINARY = "ordinary"
    NEW_ENERGY = "new-energy"
    TRAILER = "trailer"
    LEARNER = "learner"
    POLICE = "police"
    BORDER = "border"
    MISSION = "mission"
    ARMED_POLICE = "armed-police"
    ARMY = "army"
    AVIATION = "aviation"
    EMERGENCY = "emergency"
    TEMPORARY = "temporary"


WORDS: dict[Ground, StrOrPromise] = {
    Ground.ORDINARY: pgettext_lazy("plate", "Ordinary plate"),
    Ground.NEW_ENERGY: pgettext_lazy("plate", "New-energy plate"),
    Ground.TRAILER: pgettext_lazy("plate", "Trailer"),
    Ground.LEARNER: pgettext_lazy("plate", "Driving school"),
    Ground.POLICE: pgettext_lazy("plate", "Police"),
    Ground.BORDER: pgettext_lazy("plate", "Hong Kong or Macao"),
    Ground.MISSION: pgettext_lazy("plate", "Embassy or consulate"),
    Ground.ARMED_POLICE: pgettext_lazy("plate", "Armed police"),
    Ground.ARMY: pgettext_lazy("plate", "Army"),
    Ground.AVIATION: pgettext_lazy("plate", "Civil aviation"),
    Ground.EMERGENCY: pgettext_lazy("plate", "Fire and rescue"),
    Ground.TEMPORARY: pgettext_lazy("plate", "Temporary plate"),
}


@dataclass(frozen=True)
class Plate:
    """A valid plate: its stored form, its two parts, its ground."""

    text: str
    head: str
    tail: str
    ground: Ground

    def __str__(self) -> str:
        return f"{self.head}·{self.tail}" if self.head else self.tail


ELECTRIC = "DABCE"
"""Green plates with one of these letters belong to cars that run on their battery alone; the rest burn something as well."""


def energy_of(text: str | None) -> str:
    """What a green plate says of the car's drive, in the catalogue's words; empty when the plate says nothing."""
    plate = parse(text or "")
    if plate is None or plate.ground is not Ground.NEW_ENERGY:
        return ""
    letter = next(sign for sign in (plate.tail[0], plate.tail[-1]) if sign.isalpha())
    return "BEV" if letter in ELECTRIC else "PHEV"


WITHOUT_GREEN = frozenset({"PETROL", "DIESEL", "HYBRID"})
"""Drives of cars that are no new-energy vehicles."""


def odd_for(text: str | None, energy: str) -> Ground | None:
    """The ground of a plate that such a car mostly does not carry: a green one on petrol, a blue one on a battery."""
    plate = parse(text or "")
    ground = plate.ground if plate else None
    is_odd = (ground is Ground.NEW_ENERGY and energy in WITHOUT_GREEN) or (
        ground is Ground.ORDINARY and energy == "BEV"
    )
    return ground if is_odd else None


def normalise(raw: str) -> str:
    """The stored form: upper case, narrow letters, no dots or spaces. Says nothing about being a plate."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", raw or "")).upper()


FORMS = (
    (SMALL_NEW_ENERGY, Ground.NEW_ENERGY),
    (LARGE_NEW_ENERGY, Ground.NEW_ENERGY),
    (ORDINARY, Ground.ORDINARY),
    *((form, Ground(name)) for name, form in ENDED.items()),
    (MISSION, Ground.MISSION),
    (ARMED_POLICE, Ground.ARMED_POLICE),
    (ARMY, Ground.ARMY),
    (AVIATION, Ground.AVIATION),
    (EMERGENCY, Ground.EMERGENCY),
    (PAPER, Ground.TEMPORARY),
    (PAPER_BEFORE, Ground.TEMPORARY),
)


def parse(raw: str) -> Plate | None:
    """The plate, or None when it is none of this country."""
    text = normalise(raw)
    for form, ground in FORMS:
        match = form.match(text)
        if match:
            head = text[: len(text) - len(match["tail"])]
            return Plate(text, head, match["tail"], ground)
    return None
