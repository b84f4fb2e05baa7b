"""Money: CNY with two decimals, computed in Decimal, rounded half up, never lost in a split."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from dms.core.untyped import Option

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Round to the cent, half up, as an invoice does."""
    # Decimal's own way rounds half to even: 0.125 would be a cent less than on the invoice.
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share ``amount`` by ``weights`` so that the parts add up to it exactly; the last non-zero weight takes the rest.

    :raises ValueError: when there is nothing to share by.
    """
    total = sum(weights, ZERO)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    # The last that takes part: a line that weighs nothing must not get the rest.
    last = max(index for index, weight in enumerate(weights) if weight)
    parts = [cents(amount * weight / total) for weight in weights]
    parts[last] += amount - sum(parts, ZERO)
    return parts


MOST = Decimal("99999999.99")
"""No single amount of a dealer is larger; sums of them still fit into the column."""


class MoneyField(models.DecimalField[Any, Any]):
    """NUMERIC(14,2) in CNY. Nobody types more than ``MOST``."""

    default_validators = [MinValueValidator(-MOST), MaxValueValidator(MOST)]

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)
