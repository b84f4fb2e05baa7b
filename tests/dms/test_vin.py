"""VINs after ISO 3779 and GB 16735."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dms.formats import vin

FORM = st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17)


@pytest.mark.parametrize(("number", "digit"), [("1M8GDM9AXKP042788", "X"), ("LZ91AE3A4J3LSA560", "4"), ("1" * 17, "1")])
def test_the_check_digit_is_that_of_the_standard(number, digit):
    assert vin.check_digit(number) == digit
    assert vin.judge(number) == vin.Verdict(number)


@pytest.mark.parametrize("number", ["LZ91AE3A5J3LSA560", "WVWZZZ1JZ3W386752"])
def test_a_vin_with_another_ninth_place_is_doubtful(number):
    verdict = vin.judge(number)
    assert verdict.accepted
    assert verdict.doubt


@pytest.mark.parametrize(
    "raw", ["", "LZ91AE3A4J3LSA56", "LZ91AE3A4J3LSA5600", "LZ91AE3A4J3LSAO60", "LZ91AE3A4J3LSA56中"]
)
def test_what_is_no_vin_is_refused_with_a_sentence(raw):
    verdict = vin.judge(raw)
    assert not verdict.accepted
    assert str(verdict.error)


def test_a_vin_is_stored_one_way():
    assert vin.normalise(" lz91ae3a4-j3lsa560 ") == "LZ91AE3A4J3LSA560"


@given(FORM, st.integers(0, 16))
def test_one_mistyped_character_never_passes_unseen_when_its_value_differs(number, place):
    right = f"{number[:8]}{vin.check_digit(number)}{number[9:]}"
    other = next(letter for letter in "0123456789" if vin.VALUES[letter] != vin.VALUES[right[place]])
    if place != 8:
        wrong = right[:place] + other + right[place + 1 :]
        assert vin.check_digit(wrong) != right[8]
