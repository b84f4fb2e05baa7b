"""Pinyin keys: what people type to find a Chinese name.

No portable collation for pinyin exists, so the key is stored and indexed: full syllables, a space, then the initials, for
example ``baizhi bz``. Surnames with a reading of their own are read right.
"""

import json
from pathlib import Path
from typing import Any, cast

from pypinyin import Style, pinyin

SURNAME_READINGS: dict[str, str] = json.loads(
    (Path(__file__).parent / "data" / "surnames.json").read_text(encoding="utf-8")
)
"""First character of a name → its reading as a surname."""


_whole = cast("Any", str.split)
"""What is not Chinese stays as it is; the library takes a list here, though its types know only a string."""


def syllables(name: str) -> list[str]:
    """The readings of a name, lower case without tones; Latin words stay whole."""
    read = [item[0].lower() for item in pinyin(name, style=Style.NORMAL, errors=_whole) if item[0].strip()]
    if name and name[0] in SURNAME_READINGS and read:
        read[0] = SURNAME_READINGS[name[0]]
    return read


def key(name: str) -> str:
    """The search key of a name, at most 120 characters.

    >>> key("Li Lei")
    'lilei ll'
    """
    read = syllables(name.strip())
    return f"{''.join(read)} {''.join(part[0] for part in read)}".strip()[:120]
