"""What a work order costs, by who pays and by labour, parts and other. No rows: lines come in, sums go out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

ZERO = Decimal("0.00")


class Costs(Protocol):
    """What a line must say to be added up."""

    @property
    def kind(self) -> str: ...
    @property
    def payer(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def amount(self) -> Decimal: ...


AGREED = frozenset({"AUTHORISED", "STARTED", "DONE"})
COLUMN = {"LABOUR": "labour", "PART": "parts"}


@dataclass
class Sum:
    """Labour, parts and the rest of some lines."""

    labour: Decimal = ZERO
    parts: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.labour + self.parts + self.other

    def add(self, line: Costs) -> None:
        column = COLUMN.get(line.kind, "other")
        setattr(self, column, getattr(self, column) + line.amount)


@dataclass
class Bill:
    """The sums of one work order."""

    agreed: dict[str, Sum] = field(default_factory=dict)
    proposed: Sum = field(default_factory=Sum)
    customer_proposed: Decimal = ZERO

    @property
    def whole(self) -> Sum:
        """Everything agreed, whoever pays."""
        rows = self.agreed.values()
        return Sum(
            sum((row.labour for row in rows), ZERO),
            sum((row.parts for row in rows), ZERO),
            sum((row.other for row in rows), ZERO),
        )

    @property
    def customer(self) -> Decimal:
        """What the customer pays of what is agreed."""
        return self.agreed["CUSTOMER"].total if "CUSTOMER" in self.agreed else ZERO

    @property
    def customer_with_proposed(self) -> Decimal:
        return self.customer + self.customer_proposed


def bill(lines: Iterable[Costs]) -> Bill:
    """Add up the lines; declined and deferred ones cost nothing."""
    made = Bill()
    for line in lines:
        if line.status in AGREED:
            made.agreed.setdefault(line.payer, Sum()).add(line)
        # Apart from what is agreed: nobody owes it before the customer has said so.
        elif line.status == "PROPOSED":
            made.proposed.add(line)
            if line.payer == "CUSTOMER":
                made.customer_proposed += line.amount
    return made
