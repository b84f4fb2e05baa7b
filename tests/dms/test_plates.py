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
        ("粤Z1234港", "粤Z1234港", "粤Z·1234港", Ground.BORDER),
        ("川A1234学", "川A1234学", "川A·1234学", Ground.LEARNER),
        ("川A1234挂", "川A1234挂", "川A·1234挂", Ground.TRAILER),
        ("川A 1234警", "川A1234警", "川A·1234警", Ground.POLICE),
        ("粤Z·2345澳", "粤Z2345澳", "粤Z·2345澳", Ground.BORDER),
        ("WJ川·1234X", "WJ川1234X", "WJ川·1234X", Ground.ARMED_POLICE),
        ("wj12345", "WJ12345", "WJ·12345", Ground.ARMED_POLICE),
        ("VA 12345", "VA12345", "VA·12345", Ground.ARMY),
        ("民航A1234", "民航A1234", "民航·A1234", Ground.AVIATION),
        ("川X1234应急", "川X1234应急", "川X·1234应急", Ground.EMERGENCY),
        ("川A·临12345", "川A临12345", "川A·临12345", Ground.TEMPORARY),
        ("川A12345临", "川A12345临", "川A·12345临", Ground.TEMPORARY),
        ("临川A12345", "临川A12345", "临川A·12345", Ground.TEMPORARY),
        ("川A1234试", "川A1234试", "川A·1234试", Ground.TEMPORARY),
        ("沪A0023领", "沪A0023领", "沪A·0023领", Ground.MISSION),
        ("川A123456", None, None, None),
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
