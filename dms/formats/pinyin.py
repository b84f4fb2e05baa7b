"""Pinyin keys: what people type to find a Chinese name or word.

No portable collation for pinyin exists, so the key is stored and indexed: full syllables, a space, then the initials, for
example ``baizhi bz``. A person's name is read sign by sign, with the readings that only surnames have; the name of a part or of
work is read by the words in it.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

from pypinyin import Style, load_single_dict, pinyin
from pypinyin.contrib.tone_convert import to_normal

from dms.formats import folding


def _json(name: str) -> dict[str, str]:
    words: dict[str, str] = json.loads((Path(__file__).parent / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return words


SURNAME_READINGS = _json("surnames")
"""How a name begins → its reading as a surname, a syllable for each sign."""
WORDS_OF_THE_TRADE = _json("trade_words")
"""What a general dictionary lacks → its reading."""

load_single_dict({ord(sign): reading for sign, reading in _json("usual_readings").items()})

LONGEST_WORD = 8

_whole = cast("Any", str.split)
"""What is not Chinese stays as it is; the library takes a list here, though its types know only a string."""


def signs(text: str) -> list[str]:
    """The usual reading of each sign, lower case without tones; Latin words stay whole."""
    read = pinyin(text, style=Style.NORMAL, errors=_whole)
    return [item[0].lower() for item in read if item[0].strip()]


def name_syllables(name: str) -> list[str]:
    """The readings of a person's name, the surname as a surname."""
    read = signs(name)
    # Double surnames first, or their second sign would be read as a given name.
    for length in (2, 1):
        if reading := SURNAME_READINGS.get(name[:length], "").split():
            return [*reading, *read[length:]]
    return read


@cache
def word_readings() -> dict[str, list[str]]:
    """Words that are not read as their signs are: some three thousand, picked from the library's table as it is read."""
    toneless, usual = cache(to_normal), cache(lambda sign: signs(sign)[0])
    readings = {}
    for word, spoken in _table():
        read = [toneless(syllable) for syllable in spoken]
        if len(word) <= LONGEST_WORD and read != [usual(sign) for sign in word]:
            readings[word] = read
    return readings | {word: reading.split() for word, reading in WORDS_OF_THE_TRADE.items()}


def _table() -> Iterator[tuple[str, list[str]]]:
    """The words of the library with their syllables, one after the other: the whole table would fill 40 MB."""
    with (resources.files("pypinyin") / "phrases_dict.json").open(encoding="utf-8") as lines:
        word, spoken, first = "", list[str](), False
        for line in lines:
            if line[0] == "[":  # of several readings of a sign the first is the usual one
                first = True
            elif line.endswith(": [\n"):
                if word:
                    yield word, spoken
                word, spoken, first = line[1 : line.index('"', 1)], [], False
            elif line[0] == '"' and first:
                spoken.append(line.strip('",\n'))
                first = False
        yield word, spoken


def word_syllables(text: str) -> list[str]:
    """The readings of a text, by the longest words in it."""
    readings, read, plain, at = word_readings(), [], "", 0
    while at < len(text):
        word = next((text[at : at + n] for n in range(LONGEST_WORD, 1, -1) if text[at : at + n] in readings), "")
        if word:
            read += [*signs(plain), *readings[word]]
            plain = ""
        else:
            plain += text[at]
        at += len(word) or 1
    return [*read, *signs(plain)]


def key(name: str) -> str:
    """The search key of a person's or company's name, at most 120 characters.

    >>> key("Li Lei")
    'lilei ll'
    """
    return _key(name, name_syllables)


def word_key(text: str) -> str:
    """As :func:`key`, of what is no name of a person: a part, work."""
    return _key(text, word_syllables)


def _key(text: str, read_as: Callable[[str], list[str]]) -> str:
    spaced = folding.spaced(text)
    read = [syllable for part in (read_as(spaced) if spaced else []) for syllable in part.split()]
    return f"{''.join(read)} {''.join(part[0] for part in read)}".strip()[:120]


def typed(text: str) -> str:
    """What is typed as pinyin or initials, as it stands in keys; empty when it cannot be either.

    >>> typed("Li Lei"), typed("lil@")
    ('lilei', '')
    """
    letters = "".join(text.lower().replace("'", " ").replace(".", " ").split())
    return letters if letters.isascii() and letters.isalnum() else ""
