"""What a part is asked for: issues less returns, plus the sales we lost, month by month; and the bars that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MONTHS = 12
WIDTH, HEIGHT, FLOOR, TOP = 308.0, 92.0, 74.0, 8.0
PLOT = 272.0
LABELLED = 3
"""Every third month carries its name."""


def months_until(day: date, count: int = MONTHS) -> list[date]:
    """The first days of the last months, this one last."""
    # Months as one number: counting back goes over the turn of the year by itself.
    last = day.year * 12 + day.month - 1
    return [date(place // 12, place % 12 + 1, 1) for place in range(last - count + 1, last + 1)]


@dataclass(frozen=True)
class Demand:
    """Twelve months of one part in one store."""

    months: Sequence[date]
    asked: Sequence[Decimal]
    lost: Decimal

    @property
    def average(self) -> Decimal:
        """Pieces a month."""
        return sum(self.asked, Decimal(0)) / len(self.asked)


def demand(months: Sequence[date], issued: Mapping[date, Decimal], lost: Mapping[date, Decimal]) -> Demand:
    """True demand: what went out and what could not. A month in which more came back than went out asked for nothing."""
    nothing = Decimal(0)
    # Parts drawn in May and brought back in June: June wanted nothing, and not less than nothing.
    asked = [max(issued.get(month, nothing), nothing) + lost.get(month, nothing) for month in months]
    return Demand(months, asked, sum((lost.get(month, nothing) for month in months), nothing))


@dataclass(frozen=True)
class Bar:
    """One month: where its column and its name stand."""

    x: str
    y: str
    height: str
    middle: str
    month: date
    amount: Decimal
    now: bool
    named: bool


@dataclass(frozen=True)
class Mark:
    """A limit drawn across the bars."""

    y: str
    text_y: str
    amount: Decimal
    is_maximum: bool


def bars(demand: Demand, ceiling: Decimal) -> list[Bar]:
    """The columns, the tallest within the plot."""
    step = PLOT / len(demand.months)
    drawn = []
    for place, (month, amount) in enumerate(zip(demand.months, demand.asked, strict=True)):
        height = _height(amount, ceiling)
        last = place == len(demand.months) - 1
        x = 3 + place * step
        drawn.append(
            Bar(
                f"{x:.1f}",
                f"{FLOOR - height:.1f}",
                f"{height:.1f}",
                f"{x + 7.5:.1f}",
                month,
                amount,
                last,
                # The name of this month needs room: the month beside it carries none.
                last or (place % LABELLED == 0 and place < len(demand.months) - 2),
            )
        )
    return drawn


def marks(ceiling: Decimal, *, minimum: Decimal, maximum: Decimal) -> list[Mark]:
    """The lines of minimum and maximum, where they are set."""
    limits = [(minimum, False), (maximum, True)]
    return [
        Mark(f"{FLOOR - _height(amount, ceiling):.1f}", f"{FLOOR - _height(amount, ceiling) + 4:.1f}", amount, is_max)
        for amount, is_max in limits
        if amount > 0
    ]


def ceiling(demand: Demand, maximum: Decimal) -> Decimal:
    """The amount at the upper edge of the plot."""
    # At least one piece: a part nobody asked for would divide by nothing.
    return max([*demand.asked, maximum, Decimal(1)])


def _height(amount: Decimal, ceiling: Decimal) -> float:
    return float(amount / ceiling) * (FLOOR - TOP)
