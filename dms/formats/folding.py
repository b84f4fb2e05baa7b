"""What is the same however it is written: names of people and companies, plates and numbers of parts. Pure.

A folded text is stored beside the text itself and compared with the folded words of whoever searches: no page shows it.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_SIGNS: dict[str, str] = json.loads((_DATA / "traditional.json").read_text(encoding="utf-8"))
SIMPLIFIED = str.maketrans(_SIGNS["traditional"], _SIGNS["simplified"])
"""Traditional sign → simplified sign."""

_WORDS = json.loads((_DATA / "forms_of_address.json").read_text(encoding="utf-8"))
TITLES: dict[str, str] = _WORDS["titles"]
"""What is said after a name → whom it is said to: MR, MS, or either."""
COMPANY_FORMS: dict[str, str] = _WORDS["company_forms"]
DOUBLE_SURNAMES: frozenset[str] = frozenset(_WORDS["double_surnames"].split())

LONGEST = 160
LATIN_TITLES = {"mr": "MR", "mrs": "MS", "ms": "MS", "miss": "MS"}
_LATIN_TITLE = re.compile(rf"^({'|'.join(LATIN_TITLES)})[.\s]\s*(?=\S)")
_UNSAID = re.compile(r"[\W_]+")
# On metal and on thermal paper nobody can tell them apart.
_LOOKALIKES = str.maketrans("OI", "01")


@dataclass(frozen=True)
class Called:
    """How somebody is called: the folded name without its title, and whom that title is said to (MR, MS or unsaid)."""

    name: str
    said_to: str = ""

    @property
    def is_surname(self) -> bool:
        return len(self.name) == 1 or self.name in DOUBLE_SURNAMES

    def may_be(self, other: "Called") -> bool:
        """Of the two one is a family name only, and the other begins with it."""
        short, long = sorted((self, other), key=lambda called: len(called.name))
        return short.is_surname and long.name.startswith(short.name)

    def contradicts(self, other: "Called") -> bool:
        """One is a Mr, the other a Ms."""
        return bool(self.said_to and other.said_to and self.said_to != other.said_to)


def called(raw: str) -> Called:
    """The name as it is compared, and the title that was written with it."""
    text = simplified(raw).strip()
    said_to = ""
    if spoken := _LATIN_TITLE.match(text):
        text, said_to = text[spoken.end() :], LATIN_TITLES[spoken[1]]
    text = _UNSAID.sub("", text) or text
    for long, short in COMPANY_FORMS.items():
        text = text.replace(long, short)
    for title, who in TITLES.items():
        if text.endswith(title) and text != title:
            return Called(text.removesuffix(title)[:LONGEST], who)
    return Called(text[:LONGEST], said_to)


def name(raw: str) -> str:
    """One form of a name: without dots, blanks, brackets and titles, in small letters and simplified signs.

    >>> name("Li  Lei"), name("Mr. LI LEI")
    ('lilei', 'lilei')
    """
    return called(raw).name


def spaced(raw: str) -> str:
    """Simplified signs and small letters, a blank wherever something else stood between them."""
    return _UNSAID.sub(" ", simplified(raw)).strip()


def simplified(raw: str) -> str:
    """Half width, small letters without accents, simplified signs."""
    # Taken apart, an accent is a sign of its own that can be left out.
    plain = unicodedata.normalize("NFKD", raw or "").casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(SIMPLIFIED)


def code(raw: str) -> str:
    """One form of a plate, a VIN or a part's number: no dashes, dots or blanks, and O and I are the digits they look like.

    >>> code("a-8q7 to1")
    'A8Q7T01'
    """
    text = unicodedata.normalize("NFKC", raw or "")
    return (_UNSAID.sub("", text) or text.strip()).upper().translate(_LOOKALIKES)
