"""Amounts as Chinese papers write them out; the cases of the rules for settlement vouchers, and gaps of every kind."""

from decimal import Decimal

import pytest

from dms.formats.capital_amounts import in_capitals


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("10", "人民币壹拾元整"),
        ("100000", "人民币壹拾万元整"),
        ("100001", "人民币壹拾万零壹元整"),
        ("200500", "人民币贰拾万零伍佰元整"),
        ("100000001.01", "人民币壹亿零壹元零壹分"),
        ("205917.82", "人民币贰拾万伍仟玖佰壹拾柒元捌角贰分"),
        ("-2000", "人民币负贰仟元整"),
        ("0.004", "人民币零元整"),
    ],
)
def test_an_amount_is_written_out(amount, words):
    assert in_capitals(Decimal(amount)) == words


def test_what_no_bill_can_come_to_is_refused():
    with pytest.raises(ValueError, match="1E"):
        in_capitals(Decimal("1E20"))
