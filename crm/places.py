"""The places of texts, ``{customer}`` and the like: which there are, and what is wrong with a text that names others. No rows."""

import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PLACE = re.compile(r"\{(\w+)\}")
BRACE = re.compile(r"[{}]")
"""One that is left over; of full width, too."""
EVERYWHERE = ("customer", "store", "phone", "car", "plate", "since", "first_service", "today")
"""What every text about a customer and their car can be filled with."""
SCRIPT = (*EVERYWHERE, "caller", "survey", "occasion")
"""What is said or sent by somebody."""
INVITATION = (*EVERYWHERE, "month")
"""What is about the month of a maintenance."""


def as_written(names: Collection[str]) -> str:
    return " ".join(f"{{{name}}}" for name in names)


def refuse_unknown(text: str, known: Collection[str]) -> None:
    """A place nobody fills would stand on the paper as it is typed.

    :raises ValidationError: which place there is not, the one that was probably meant, and which there are.
    """
    for name in PLACE.findall(text):
        if name not in known:
            meant = get_close_matches(name.lower(), known, n=1, cutoff=0.5)
            sentence = (
                _("There is no {%(name)s}. Did you mean {%(meant)s}? There are: %(known)s")
                if meant
                else _("There is no {%(name)s}. There are: %(known)s")
            )
            words = {"name": name, "meant": meant[0] if meant else "", "known": as_written(known)}
            raise ValidationError(sentence % words, code="unknown_place")
    rest = PLACE.sub("", text)
    if BRACE.search(unicodedata.normalize("NFKC", rest)):
        sentence = _("A brace stands alone. Write a place without blanks, in plain braces: %(known)s")
        raise ValidationError(sentence % {"known": as_written(known)}, code="lone_brace")
