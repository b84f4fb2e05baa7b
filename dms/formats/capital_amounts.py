"""Amounts in the capital numerals of Chinese papers: what a receipt says besides its figure. Pure.

After the rules for settlement vouchers of the People's Bank of China (Payment and Settlement Measures, annex 1): "whole" after
yuan or jiao, one zero for a gap, the currency in front.
"""

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

_DATA = json.loads((Path(__file__).parent / "data" / "capital_amounts.json").read_text(encoding="utf-8"))
SIGNS: dict[str, str] = _DATA["signs"]
DIGITS: str = _DATA["digits"]
PLACES: list[str] = _DATA["places"]
GROUPS: list[str] = _DATA["groups"]
ZERO = DIGITS[0]
MOST = Decimal(10) ** 16


def in_capitals(amount: Decimal) -> str:
    """The amount in words, to the fen; ``ValueError`` from ten thousand billions on."""
    fen_in_all = int((abs(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if fen_in_all >= MOST * 100:
        raise ValueError(amount)
    yuan, fen = divmod(fen_in_all, 100)
    sign = SIGNS["minus"] if amount < 0 and fen_in_all else ""
    return SIGNS["currency"] + sign + _whole(yuan) + _parts(yuan, *divmod(fen, 10))


def _whole(yuan: int) -> str:
    """Groups of four places; a group that begins with a gap, after another one, says it."""
    if not yuan:
        return ""
    words, gap = "", False
    for power in range(len(GROUPS) - 1, -1, -1):
        group = yuan // 10 ** (4 * power) % 10_000
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += ZERO
        words += _group(group) + GROUPS[power]
        gap = False
    return words + SIGNS["yuan"]


def _group(group: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            words += (ZERO if gap and words else "") + DIGITS[digit] + PLACES[place]
        gap = digit == 0
    return words


def _parts(yuan: int, jiao: int, fen: int) -> str:
    if not jiao and not fen:
        return ("" if yuan else ZERO + SIGNS["yuan"]) + SIGNS["whole"]
    words = DIGITS[jiao] + SIGNS["jiao"] if jiao else (ZERO if yuan else "")
    return words + (DIGITS[fen] + SIGNS["fen"] if fen else SIGNS["whole"])
