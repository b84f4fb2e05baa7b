"""A purchase, from the offer to the keys: written, approved, paid, a car kept for it, four signatures, delivered."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from crm.actions import billing, vehicles
from crm.demo.people import plate
from dms.core.untyped import Facts
from dms.demo.stage import Story
from dms.models import Reason
from sales.actions import allocation, deliveries, orders, quotes, stock
from sales.demo.floor import Floor
from sales.models import DeliverySheet, Lead, Order, StockCar

Stage = Order.Status
FIRST_PLATE = 2000
CALLED_OFF = 0.07
"""This part of the orders is called off after the deposit."""


class Purchase:
    """A purchase on a card; ``until`` names where it stands at the end, without it it goes all the way."""

    def __init__(self, floor: Floor, lead: Lead, *, until: str = "") -> None:
        self.floor, self.crew, self.rng = floor, floor.crew, floor.rng
        assert lead.owner is not None
        self.lead, self.owner, self.until = lead, lead.owner, until
        self.car: StockCar | None = None
        self.order: Order | None = None

    @property
    def hurry(self) -> float:
        """Somebody has to be ready by today: everything is done the sooner."""
        return 0.25 if self.until else 1

    def story(self) -> Story:
        yield from self.offer()
        for part in (self.approve, self.allocate, self.prepare, self.hand_over):
            if self.current().status in {self.until, Stage.CANCELLED}:
                return
            yield from part()

    @property
    def was_called_off(self) -> bool:
        return self.order is not None and self.order.status == Stage.CANCELLED

    def current(self) -> Order:
        assert self.order is not None
        # Days may lie between two steps of a story, and acts hand back other objects.
        self.order.refresh_from_db(fields=["status", "invoice"])
        return self.order

    def offer(self) -> Story:
        """An offer, now and then a better one, and the order."""
        self.car = self.floor.free_car() if self.until or self.rng.random() < 0.8 else None
        variant = self.car.variant if self.car else self.rng.choice(self.floor.sold)
        colour = self.car.colour if self.car else self.floor.colour_of(variant)
        facts: Facts = {"variant": variant, "colour": colour, "by": self.owner}
        quote = quotes.make_quote(self.lead, items=self.floor.items(variant), valid_until=in_a_week(), **facts)
        if self.rng.random() < 0.3:
            yield self.floor.later(minutes=self.rng.randint(40, 200))
            items = self.floor.items(variant)
            quote = quotes.make_quote(self.lead, items=items, valid_until=in_a_week(), revises=quote, **facts)
        yield self.floor.later(minutes=self.rng.randint(30, 300) * self.hurry)
        self.order = orders.order_from_quote(
            quote,
            by=self.owner,
            deposit=Decimal(self.rng.choice([3000, 5000, 5000, 10_000])),
            note=self.floor.texts["order_note"],
            deliver_on=timezone.localdate() + timedelta(days=self.rng.randint(3, 14)),
        )

    def approve(self) -> Story:
        """The manager signs, the cashier takes the deposit; some think better of it."""
        yield self.floor.later(minutes=self.rng.randint(5, 40))
        orders.submit_order(self.current(), by=self.owner)
        if self.until == Stage.PENDING_APPROVAL:
            return
        yield self.floor.later(minutes=self.rng.randint(15, 200) * self.hurry)
        orders.approve_order(self.current(), by=self.crew.one("sales_manager"))
        yield self.floor.later(minutes=self.rng.randint(8, 30))
        self.pay(self.current().deposit)
        if self.until == Stage.CANCELLED or (not self.until and self.rng.random() < CALLED_OFF):
            yield from self.call_off()

    def call_off(self) -> Story:
        """The customer steps back: a part of the deposit is kept, the rest goes back."""
        yield self.floor.later(minutes=self.rng.randint(60, 2000) * self.hurry)
        reason = Reason.objects.get(kind=Reason.Kind.CANCEL, code=self.rng.choice(["CUSTOMER_WISH", "FINANCE_REFUSED"]))
        note, by = self.floor.texts["cancelled"], self.crew.one("sales_manager")
        orders.cancel_order(self.current(), reason=reason, by=by, forfeit=Decimal(1_000), note=note)
        yield self.floor.later(minutes=self.rng.randint(10, 60) * self.hurry)
        if not self.until:
            orders.refund_cancelled(self.current(), method="TRANSFER", by=self.crew.one("cashier"))

    def pay(self, amount: Decimal) -> None:
        invoice = self.current().invoice
        assert invoice is not None
        way = self.rng.choice(["TRANSFER", "TRANSFER", "CARD", "WECHAT"])
        billing.take_payment(invoice, amount=amount, method=way, by=self.crew.one("cashier"))

    def allocate(self) -> Story:
        """The car is kept; when none stands there (any more), one comes from the factory."""
        yield self.floor.later(minutes=self.rng.randint(15, 120) * self.hurry)
        order, car = self.current(), self.car
        if car is None or not StockCar.objects.filter(pk=car.pk, status="AVAILABLE").exists():
            assert order.quote is not None
            arrived_on = timezone.localdate() if self.until else None
            car = self.floor.enter(order.variant, colour=order.colour, arrived_on=arrived_on)
            if not self.until:
                yield self.floor.later(days=self.rng.randint(4, 11))
                car = stock.receive_car(car, by=self.floor.keeper, location=self.rng.choice(self.floor.texts["rows"]))
                yield self.floor.later(minutes=20)
        allocation.allocate_car(self.current(), car=car, by=self.owner)
        wait = self.rng.randint(2, 6) * 24 * self.hurry
        comes = self.floor.stage.workday(self.floor.store, timezone.now() + timedelta(hours=wait), rng=self.rng)
        sheet = deliveries.plan_delivery(self.current(), by=self.owner, at=comes)
        deliveries.sign_off(sheet, department="SALES", by=self.owner)

    def sheet(self) -> DeliverySheet:
        return DeliverySheet.objects.select_related("order").get(order=self.current())

    def prepare(self) -> Story:
        """The car is made ready and paid; the departments sign one by one."""
        keeper = self.floor.keeper
        yield self.floor.later(minutes=self.rng.randint(60, 300) * self.hurry)
        deliveries.sign_off(self.sheet(), department="WAREHOUSE", by=keeper)
        yield self.floor.later(minutes=self.rng.randint(60, 1200) * self.hurry)
        allocation.mark_ready(self.current(), by=keeper)
        inspector = self.crew.one("inspector", "service_manager", "admin")
        deliveries.sign_off(self.sheet(), department="AFTERSALES", by=inspector)

    def hand_over(self) -> Story:
        """The rest is paid, the customer comes, and drives away."""
        sheet = self.sheet()
        comes = sheet.appointment_at or timezone.now()
        if not self.until:
            yield max(comes - timedelta(minutes=50), self.floor.stage.at)
        else:
            yield self.floor.later(minutes=self.rng.randint(5, 20))
        invoice = self.current().invoice
        assert invoice is not None
        self.pay(invoice.due)
        deliveries.sign_off(sheet, department="FINANCE", by=self.crew.one("cashier"))
        yield self.floor.stage.at + timedelta(minutes=10)
        deliveries.note_step(sheet, step="cleaned", by=self.floor.keeper)
        yield self.floor.stage.at + timedelta(minutes=25)
        for step in ("papers", "arrived"):
            deliveries.note_step(sheet, step=step, by=self.owner)
        yield self.floor.stage.at + timedelta(minutes=self.rng.randint(20, 45))
        deliveries.confirm_delivery(sheet, name=self.current().customer.name, by=self.owner)
        card = deliveries.deliver_order(self.current(), by=self.owner)
        yield self.floor.later(days=self.rng.randint(3, 7))
        number = FIRST_PLATE + 1000 * self.floor.place + self.floor.cars
        self.floor.cars += 1
        vehicles.change_vehicle(card.vehicle, by=self.owner, plate=plate(number, card.vehicle.energy))
        orders.close_order(self.current(), by=self.crew.one("sales_manager"))


def in_a_week() -> date:
    return timezone.localdate() + timedelta(days=7)
