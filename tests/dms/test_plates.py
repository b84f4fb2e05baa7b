"""Plates after GA 36."""

import pytest

from dms.formats import display, plates
from dms.formats.plates import Ground


@pytest.mark.parametrize(
    ("raw", "text", "shown", "ground"),
    [
        ("川A12345", "川A12345", "川A·12345", Ground.ORDINARY),
        (" 川a·1b2c3 ", "川A1B2C3", "川A·1B2C3", Ground.ORDINARY),
        ("川Ａ　12345", "川A12345", "川A·12345", Ground.ORDINARY),
        ("川AD12345", "川AD12345", "川A·D12345", Ground.NEW_ENERGY),
        ("川AF1234B", None, None, None),
        ("川A12345D", "川A12345D", "川A·12345D", Ground.NEW_ENERGY),
        ("粤Z1234港", "粤Z1234港", "粤Z·1234港", Ground.ORDINARY),
        ("川A1234学", "川A1234学", "川A·1234学", Ground.ORDINARY),
        ("使014578", "使014578", "使014578", Ground.MISSION),
        ("川O12345", None, None, None),  # O is not given out
        ("川A1234", None, None, None),
        ("川A1I345", None, None, None),
        ("A12345", None, None, None),
        ("哈A12345", None, None, None),
        ("", None, None, None),
    ],
)
def test_a_plate_is_recognised_and_written_one_way(raw, text, shown, ground):
    plate = plates.parse(raw)
    assert (plate and plate.text) == text
    assert (plate and str(plate)) == shown
    assert (plate and plate.ground) == ground


def test_there_are_thirty_one_provinces():
    assert len(set(plates.PROVINCES)) == len(plates.PROVINCES) == 31


@pytest.mark.parametrize(
    ("raw", "green"), [("川A12345", False), ("川AD12345", True), ("川A12345D", True), ("FOREIGN 1", False)]
)
def test_a_page_shows_the_ground_of_the_plate(raw, green):
    assert display.plate(raw).new_energy is green
