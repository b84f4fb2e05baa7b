"""What a superior has before them when they approve a price: list price, discount, margin, and what stands in the yard."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from dms.models import User
from sales.actions.allocation import live_allocation
from sales.authority import authorities, may_concede
from sales.models import Order, StockCar
from sales.pricing import share_of
from sales.stock_position import Position, positions

SEE_MARGIN = "sales.cost"


@dataclass(frozen=True)
class Approval:
    """The figures of one order.

    :ivar cost: of the car kept for the order, else of the one longest in stock that would fit; None for who may not see it.
    :ivar authorities: the roles that may give so much.
    """

    list_price: Decimal | None
    car_price: Decimal
    conceded: Decimal
    share: Decimal | None
    within_limit: bool
    authorities: str
    cost: Decimal | None
    margin: Decimal | None
    margin_share: Decimal | None
    stock: Position | None

    @property
    def days(self) -> int | None:
        """How long the oldest that fits has stood."""
        return self.stock.oldest if self.stock else None


def stock_of(order: Order) -> list[StockCar]:
    """What the store has, and has ordered, of the very car."""
    cars = StockCar.objects.filter(store=order.store, variant=order.variant).exclude(status=StockCar.Status.DELIVERED)
    if order.colour_id is not None:
        cars = cars.filter(colour=order.colour_id)
    return list(cars.select_related("variant", "colour").order_by("arrived_on", "pk"))


def cost_of(order: Order, cars: list[StockCar]) -> Decimal | None:
    """What the car costs us that they would get."""
    kept = live_allocation(order)
    free = [car for car in cars if car.status == StockCar.Status.AVAILABLE and car.is_for_sale]
    # Sorted by arrival: the margin is judged by the car that has stood longest in the yard.
    costs: list[Decimal] = [car.cost for car in ([kept.car] if kept else free) if car.cost is not None]
    return costs[0] if costs else None


def approval_of(order: Order, user: User) -> Approval:
    """As this person may see it."""
    cars = stock_of(order)
    cost = cost_of(order, cars) if user.has_perm(SEE_MARGIN) else None
    margin = None if cost is None else order.car_price - cost
    return Approval(
        order.list_price,
        order.car_price,
        order.conceded,
        order.share,
        may_concede(order, user),
        authorities(order),
        cost,
        margin,
        None if margin is None else share_of(margin, order.car_price),
        total(positions(cars, on=timezone.localdate())),
    )


def total(rows: list[Position]) -> Position | None:
    """All colours together."""
    if not rows:
        return None
    ages = [row.oldest for row in rows if row.oldest is not None]
    return Position(
        rows[0].variant,
        rows[0].colour if len(rows) == 1 else "",
        available=sum(row.available for row in rows),
        own_use=sum(row.own_use for row in rows),
        kept=sum(row.kept for row in rows),
        coming=sum(row.coming for row in rows),
        oldest=max(ages, default=None),
    )
