"""Money is exact: rounded half up, never lost in a split, NUMERIC(14,2) in the database."""

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from dms.core.money import CENT, MoneyField, cents, split
from dms.models import Variant
from tests.factories import VariantFactory

amounts = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)
weights = st.lists(st.decimals(min_value=0, max_value=1_000_000, places=3), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("raw", "rounded"),
    [("0.005", "0.01"), ("0.004999", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("1", "1.00")],
)
def test_cents_are_rounded_half_up_as_on_an_invoice(raw, rounded):
    assert cents(Decimal(raw)) == Decimal(rounded)


def test_the_rest_of_a_split_goes_to_the_last_who_takes_part():
    third = [Decimal(1)] * 3
    assert split(Decimal("100.00"), third) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert split(Decimal("100.00"), [*third, Decimal(0)])[-1] == 0


@given(amounts, weights)
def test_a_split_loses_nothing(amount, weights):
    parts = split(amount, weights)
    assert sum(parts) == amount
    assert len(parts) == len(weights)
    assert all(part == cents(part) for part in parts)


@given(st.decimals(min_value=0, max_value=10_000_000, places=2), weights)
def test_a_part_is_near_its_share_and_who_takes_no_part_gets_nothing(amount, weights):
    total = sum(weights)
    for part, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(part - amount * weight / total) <= CENT * len(weights)
        assert weight or part == 0


@pytest.mark.parametrize("bad", [[Decimal(0)], [Decimal(0), Decimal(0)], [Decimal(2), Decimal(-1)]])
def test_there_must_be_something_to_share_by(bad):
    with pytest.raises(ValueError, match="weights"):
        split(Decimal(1), bad)


@pytest.mark.django_db
def test_money_is_numeric_in_the_database():
    variant = VariantFactory.create()
    Variant.objects.filter(pk=variant.pk).update(list_price=Decimal("999999999999.99"))
    assert Variant.objects.get(pk=variant.pk).list_price == Decimal("999999999999.99")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT numeric_precision, numeric_scale FROM information_schema.columns"
            " WHERE table_name = 'dms_variant' AND column_name = 'list_price'"
        )
        assert cursor.fetchone() == (14, 2)


def test_a_money_field_needs_no_telling():
    field = MoneyField()
    assert (field.max_digits, field.decimal_places) == (14, 2)
