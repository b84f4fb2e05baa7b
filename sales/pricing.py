"""How much: what of an offer is the car, what comes with it, what is collected for others, and what the store gives up."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
CAR = frozenset({"VEHICLE", "OPTION", "DISCOUNT"})
"""What the car's own price is made of."""
FOR_OTHERS = frozenset({"INSURANCE", "TAX", "PLATE", "FINANCE"})
"""What the store takes for the insurer, the tax office, the police and the bank: no turnover of ours."""


@dataclass(frozen=True)
class Sums:
    """An offer by what it is for.

    :ivar conceded: what the store gives up in all: the discount, and what the car is priced below the list.
    """

    car: Decimal
    accessories: Decimal
    collected: Decimal
    discount: Decimal
    conceded: Decimal
    list_price: Decimal | None

    @property
    def total(self) -> Decimal:
        return self.car + self.accessories + self.collected

    @property
    def share(self) -> Decimal | None:
        """Of the list price, in percent."""
        return share_of(self.conceded, self.list_price)


def sums_of(lines: Iterable[tuple[str, Decimal]], *, list_price: Decimal | None) -> Sums:
    """The sums of lines (kind, amount), of which discounts are negative."""
    amounts = list(lines)

    def of(kinds: Iterable[str]) -> Decimal:
        return sum((amount for kind, amount in amounts if kind in kinds), ZERO)

    discount = -of({"DISCOUNT"})
    # Priced below the list gives up as much as a line of discount does: one limit holds both.
    below = max((list_price or ZERO) - of({"VEHICLE"}), ZERO)
    return Sums(of(CAR), of({"ACCESSORY"}), of(FOR_OTHERS), discount, discount + below, list_price)


def share_of(amount: Decimal, whole: Decimal | None) -> Decimal | None:
    """In percent; None of nothing."""
    # Not rounded: 5.004 percent is above a limit of 5.
    return amount * 100 / whole if whole else None
