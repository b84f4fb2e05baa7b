"""Telephone numbers: many ways to write, one stored form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dms.formats import phones


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("0086-13800000000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("028-85551234", "02885551234"),
        ("(010) 6555 1234", "01065551234"),
        ("+86 28 8555 1234", "02885551234"),
        ("0835-2861234转8", "08352861234-8"),
        ("028 85551234 ext. 801", "02885551234-801"),
        ("400-820-0000", "4008200000"),
        ("+44 20 7946 0000", "+442079460000"),
        ("95518", "95518"),
    ],
)
def test_a_number_has_one_stored_form(raw, stored):
    assert phones.normalise(raw) == stored


@pytest.mark.parametrize(
    "raw", ["", "  ", "12800000000", "1380000000", "138000000000", "无", "85551234", "13800000000转1", "abc"]
)
def test_what_is_no_number_is_none(raw):
    assert phones.normalise(raw) is None


@given(st.text(max_size=30))
def test_the_stored_form_is_stable(raw):
    stored = phones.normalise(raw)
    if stored and "-" not in stored:
        assert phones.normalise(stored) == stored


def test_a_tail_finds_the_customer():
    assert phones.tail("13812345678") == "5678"
    assert phones.tail("08352861234-8") == "1234"
