"""Every figure of a day a second time: from whole tables, in plain Python, without a query that filters."""

from datetime import date, datetime
from decimal import Decimal

from aftersales.models import Settlement, WorkOrder
from crm.models import Contact, FollowUp
from dms.formats.days import day_of, end_of, start_of
from parts.models import StockMove
from sales.models import Lead, LevelChange, Order, ShowroomVisit, StockCar

Known = dict[str, tuple[Decimal, Decimal | None]]


class Rows:
    """All rows there are, read once."""

    def __init__(self) -> None:
        self.visits = list(ShowroomVisit.objects.all())
        self.leads = list(Lead.objects.all())
        self.orders, self.cars = list(Order.objects.all()), list(StockCar.objects.all())
        self.work_orders, self.settlements = list(WorkOrder.objects.all()), list(Settlement.objects.all())
        self.contacts, self.follow_ups = list(Contact.objects.all()), list(FollowUp.objects.all())
        self.moves = list(StockMove.objects.select_related("stock"))
        self.levels: dict[int, list[tuple[datetime, int, str]]] = {}
        for change in LevelChange.objects.all():
            self.levels.setdefault(change.lead_id, []).append((change.at, change.pk, change.after))

    def figures(self, day: date, at: datetime, stores: set[int]) -> Known:
        """What a manager of these stores reads of the day; ``at`` is when they look, or the end of the day."""
        first = day.replace(day=1)

        def spans(rows, moment, worth=lambda _row: 1) -> tuple[Decimal, Decimal]:
            days = [
                (moment(row) if type(moment(row)) is date else day_of(moment(row)), Decimal(worth(row)))
                for row in rows
                if row.store_id in stores and moment(row) is not None
            ]
            return (
                sum((value for one, value in days if one == day), Decimal(0)),
                sum((value for one, value in days if first <= one <= day), Decimal(0)),
            )

        def level(lead: Lead) -> str:
            known = [change for change in self.levels.get(lead.pk, []) if change[0] < end_of(day)]
            return max(known)[2] if known else lead.level

        known: Known = {
            "visits": spans(self.visits, lambda row: row.day),
            "first_visits": spans([row for row in self.visits if row.is_first], lambda row: row.day),
            "leads": spans(self.leads, lambda row: row.opened_at),
            "orders": spans(self.orders, lambda row: row.signed_at),
            "deliveries": spans(self.orders, lambda row: row.delivered_at),
            "work_orders": spans(self.work_orders, lambda row: row.opened_at),
            "settled": spans(self.settlements, lambda row: row.at),
            "output": spans(self.settlements, lambda row: row.at, lambda row: row.labour + row.parts + row.other),
            "calls_made": spans([row for row in self.contacts if row.channel == "CALL"], lambda row: row.at),
        }
        for name in "HABCN":
            known[f"leads_{name.lower()}"] = spans(
                [row for row in self.leads if level(row) == name], lambda row: row.opened_at
            )
        calls = [row for row in self.follow_ups if row.channel in {"CALL", "VISIT"} and row.store_id in stores]
        in_month = [row for row in calls if start_of(first) <= row.due_from < end_of(day)]
        open_that_day = [row for row in calls if row.ended_at is None or row.ended_at >= start_of(day)]
        late = [row for row in calls if row.due_until < at and (row.ended_at is None or row.ended_at >= at)]
        known["calls_due"] = (
            Decimal(len([row for row in open_that_day if row.due_from < end_of(day)])),
            Decimal(len(in_month)),
        )
        known["calls_overdue"] = Decimal(len(late)), None
        stock = [
            car
            for car in self.cars
            if car.store_id in stores
            and car.arrived_on is not None
            and car.arrived_on <= day
            and not (car.status == "DELIVERED" and car.status_at < end_of(day))
        ]
        known["stock_cars"] = Decimal(len(stock)), None
        known["stock_cars_cost"] = sum((car.cost or Decimal(0) for car in stock), Decimal(0)), None
        there = [move for move in self.moves if move.stock.store_id in stores and move.at < end_of(day)]
        known["parts_value"] = sum((move.quantity * move.unit_cost for move in there), Decimal(0)), None
        return known
