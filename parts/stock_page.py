"""All about one part in one store, in a fixed number of queries: what the panel beside the stock list shows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncMonth

from dms.formats.days import start_of
from parts.counter import call_moves
from parts.demand import Bar, Demand, Mark, bars, ceiling, demand, marks, months_until
from parts.models import LostSale, Reservation, Stock, StockMove

MOVES = 8


@dataclass(frozen=True)
class Line:
    """A move, and what was on hand after it."""

    move: StockMove
    after: Decimal


@dataclass(frozen=True)
class Panel:
    """What stands beside the list."""

    stock: Stock
    demand: Demand
    bars: list[Bar]
    marks: list[Mark]
    waiting: list[Reservation]
    moves: list[Line]
    elsewhere: list[Stock]

    @property
    def best_elsewhere(self) -> Stock | None:
        """The other store with most free pieces."""
        return self.elsewhere[0] if self.elsewhere else None


def panel(stock: Stock, today: date) -> Panel:
    """The panel of a stock row whose part, bin and store are fetched."""
    demand = demand_of(stock, today)
    top = ceiling(demand, stock.maximum)
    return Panel(
        stock,
        demand,
        bars(demand, top),
        marks(top, minimum=stock.minimum, maximum=stock.maximum),
        list(Reservation.objects.filter(stock=stock, ended_at__isnull=True).select_related("by").order_by("at", "pk")),
        _lines(stock),
        _elsewhere(stock),
    )


def demand_of(stock: Stock, today: date) -> Demand:
    """Twelve months of issues less returns and of lost sales."""
    months = months_until(today)
    since = start_of(months[0])
    moves = StockMove.objects.filter(stock=stock, at__gte=since, kind__in=[StockMove.Kind.ISSUE, StockMove.Kind.RETURN])
    lost = LostSale.objects.filter(store=stock.store_id, part=stock.part_id, at__gte=since)
    return demand(months, {month: -sum_ for month, sum_ in _by_month(moves).items()}, _by_month(lost))


def _by_month(rows: QuerySet[StockMove] | QuerySet[LostSale]) -> dict[date, Decimal]:
    sums = rows.order_by().annotate(month=TruncMonth("at")).values_list("month").annotate(sum=Sum("quantity"))
    return {month.date(): total for month, total in sums}


def _lines(stock: Stock) -> list[Line]:
    moves = list(StockMove.objects.filter(stock=stock).select_related("by", "reason").order_by("-pk")[:MOVES])
    call_moves(moves)
    after, lines = stock.on_hand, []
    for move in moves:
        lines.append(Line(move, after))
        after -= move.quantity
    return lines


def _elsewhere(stock: Stock) -> list[Stock]:
    """Free pieces in other stores of the group: a figure everybody in parts may know, so that nobody orders what we have."""
    others = Stock.objects.filter(part=stock.part_id, on_hand__gt=F("reserved")).exclude(pk=stock.pk)
    return list(others.select_related("store").order_by(F("reserved") - F("on_hand"), "store__code")[:5])
