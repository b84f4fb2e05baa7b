"""A visit to the workshop, from the booking to the gate: what usually happens, and what sometimes does."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from aftersales.actions import appointments, checks, consent, lines, release, work_orders, workshop
from aftersales.demo.shop import Shop, Work
from aftersales.models import Appointment, LabourOperation, WorkLine, WorkOrder
from crm.actions import billing
from crm.models import Vehicle
from dms.demo.stage import Story
from dms.models import Reason, User
from dms.records import business_hours
from parts.actions import stock
from parts.actions.stock import NotEnoughStock
from parts.models import Part

Status = WorkOrder.Status
EXTRA, PAID = "EXTRA", "PAID"
"""In work with a line that waits for consent; settled and paid, the pass is issued."""

HELD, FOUND_MORE, FAILED, CALLED_OFF = 0.06, 0.14, 0.05, 0.03
"""How often work waits for a part, more is found, a check fails, the customer does not want it after all."""
STAYS_AWAY, CANCELS, CONFIRMED = 0.07, 0.06, 0.6


class Job:
    """A work order, brought as far as it is wanted by those who do it in the system; without ``until`` to the gate."""

    def __init__(
        self,
        shop: Shop,
        car: Vehicle,
        *,
        turn: int,
        work: Work | None = None,
        until: str = "",
        booking: Appointment | None = None,
    ) -> None:
        self.shop, self.crew, self.rng, self.until = shop, shop.crew, shop.rng, until
        self.car, self.booking, self.turn, self.wanted = car, booking, turn, work or shop.work_for(car)
        self.technician = self.crew.one("technician", turn=turn)
        self.head = self.crew.one("workshop", "service_manager")
        self.leader = self.crew.one("team_leader", "service_manager")
        self.inspector = self.crew.one("inspector", "admin")
        self.order: WorkOrder | None = None

    @property
    def desk(self) -> User:
        return self.shop.desk(self.turn)

    def now(self) -> WorkOrder:
        assert self.order is not None
        self.order.refresh_from_db(fields=["status", "invoice"])
        return self.order

    def chance(self, share: float) -> bool:
        """By the dice; where the end is given, nothing comes in between."""
        return not self.until and self.rng.random() < share

    def minutes(self, least: int, most: int) -> float:
        return self.rng.randint(least, most) * (0.4 if self.until else 1)

    def story(self) -> Story:
        self.open()
        for status, part in (
            (Status.DRAFT, self.agree),
            (Status.AUTHORISED, self.begin),
            (Status.IN_PROGRESS, self.work),
            (Status.SELF_CHECKED, self.inspect),
            (Status.PASSED, self.finish),
        ):
            if self.now().status != status or self.until == status:
                return
            yield from part()

    # --- at the desk ------------------------------------------------------------------------------------------------------
    def open(self) -> None:
        rng, texts = self.rng, self.shop.texts
        self.order = work_orders.open_work_order(
            self.car, store=self.crew.store, by=self.desk, complaint=self.wanted.words, appointment=self.booking
        )
        last = self.car.readings.true().first()
        work_orders.check_in(
            self.order,
            km=(last.km if last else 800) + rng.randint(300, 2500),
            by=self.desk,
            fuel_eighths=rng.randint(1, 8),
            damage=rng.choice(texts["damage"]),
            belongings=rng.choice(texts["belongings"]),
            km_confirmed=True,
        )

    def agree(self) -> Story:
        yield self.shop.later(self.minutes(6, 15))
        order = self.now()
        lines.add_labour(order, operation=LabourOperation.objects.get(code=self.wanted.operation), by=self.desk)
        for part in Part.objects.filter(number__in=self.wanted.parts).order_by("pk"):
            lines.add_part(order, part=part, by=self.desk)
        promised = consent.suggested(order, timezone.now())
        consent.estimate(order, promised_at=promised, by=self.desk)
        if self.until == Status.ESTIMATED:
            return
        yield self.shop.later(self.minutes(3, 12))
        if self.until == Status.CANCELLED or self.chance(CALLED_OFF):
            reason = Reason.objects.get(kind=Reason.Kind.WORK_CANCEL, code="CUSTOMER_WISH")
            work_orders.cancel(self.now(), reason=reason, by=self.desk)
            return
        name = order.customer.name
        consent.authorise(self.now(), method="SIGNATURE", given_by=name, signature=name, by=self.desk)

    # --- in the workshop --------------------------------------------------------------------------------------------------
    def begin(self) -> Story:
        yield self.shop.later(self.minutes(4, 25))
        workshop.dispatch(self.now(), technician=self.technician, by=self.head, bay=self.shop.free_bay())
        if self.until == Status.DISPATCHED:
            return
        yield self.shop.later(self.minutes(3, 20))
        workshop.start_line(self.labour(), by=self.technician)

    def labour(self) -> WorkLine:
        rows = self.now().lines.filter(kind="LABOUR", status__in=["AUTHORISED", "STARTED"])
        return rows.select_related("work_order__store").order_by("position")[0]

    def work(self) -> Story:
        if self.until == Status.ON_HOLD or self.chance(HELD):
            yield self.shop.later(self.minutes(15, 40))
            reason = Reason.objects.get(kind=Reason.Kind.HOLD, code="PARTS")
            workshop.hold(self.now(), reason=reason, by=self.technician, note=self.shop.texts["hold_note"])
            if self.until:
                return
            yield self.shop.later(60 * 24)
            workshop.resume(self.now(), by=self.technician)
        if self.until == EXTRA or self.chance(FOUND_MORE):
            yield self.shop.later(self.minutes(15, 30))
            yield from self.find_more()
            if self.until:
                return
        yield self.shop.later(self.minutes(8, 20))
        self.draw_parts()
        yield self.shop.later(float(self.labour().quantity) * 60 * (0.3 if self.until else 0.9))
        self.do_labour()
        rng, texts = self.rng, self.shop.texts
        words = {"cause": rng.choice(texts["causes"]), "correction": rng.choice(texts["corrections"])}
        work_orders.describe(self.now(), by=self.technician, **words)
        checks.check(self.now(), stage="SELF", passed=True, by=self.technician)

    def find_more(self) -> Story:
        """Something else is worn: most agree by phone, some put it off, one has not answered yet."""
        operation, number, words = self.rng.choice(self.shop.texts["extras"])
        order, part = self.now(), Part.objects.get(number=number)
        made = [
            lines.add_labour(order, operation=LabourOperation.objects.get(code=operation), by=self.technician),
            lines.add_part(order, part=part, by=self.technician),
        ]
        if self.until:
            return
        yield self.shop.later(self.minutes(10, 35))
        if self.rng.random() < 0.6:
            phone = self.order.customer.phone if self.order else ""
            consent.authorise(
                self.now(),
                method="PHONE",
                given_by=order.customer.name,
                by=self.desk,
                evidence=words.format(tail=phone[-4:]),
            )
            return
        reason = Reason.objects.get(kind="DECLINE", code=self.rng.choice(["NEXT_TIME", "PRICE", "ASK_FAMILY"]))
        for line in made:
            lines.defer(line, reason=reason, by=self.desk)

    def draw_parts(self) -> None:
        """The clerk issues what is agreed; what is not there is put off, and the lost sale noted."""
        clerk = self.crew.one("parts_clerk", turn=self.turn)
        rows = self.now().lines.filter(kind="PART", status="AUTHORISED")
        for line in rows.select_related("part", "work_order__store").order_by("position"):
            try:
                workshop.issue_part(line, quantity=line.quantity, signed_by=str(self.technician), by=clerk)
            except NotEnoughStock:
                assert line.part is not None
                missing = Reason.objects.get(kind="LOST_SALE", code="NO_STOCK")
                stock.note_lost_sale(line.part, store=self.crew.store, by=clerk, reason=missing)
                reason = Reason.objects.get(kind="DECLINE", code="NEXT_TIME")
                lines.defer(line, reason=reason, by=self.desk)

    def do_labour(self) -> None:
        rows = self.now().lines.filter(kind="LABOUR", status__in=["AUTHORISED", "STARTED"])
        for line in rows.select_related("work_order__store").order_by("position"):
            if line.status == "AUTHORISED":
                workshop.start_line(line, by=self.technician)
            took = (line.quantity * self.rng.choice([Decimal("0.8"), Decimal(1), Decimal("1.2")])).quantize(
                Decimal("0.1")
            )
            workshop.finish_line(line, by=self.technician, clocked_hours=max(took, Decimal("0.1")))

    def inspect(self) -> Story:
        """The team leader, the inspector; what fails is mended and checked again by all three."""
        if self.chance(FAILED):
            yield self.shop.later(self.minutes(5, 15))
            checks.check(
                self.now(),
                stage="TEAM",
                passed=False,
                by=self.leader,
                advice=self.rng.choice(self.shop.texts["advice"]),
            )
            yield self.shop.later(self.minutes(20, 50))
            checks.check(self.now(), stage="SELF", passed=True, by=self.technician)
        for stage, by in (("TEAM", self.leader), ("FINAL", self.inspector)):
            if self.until == self.now().status:
                return
            yield self.shop.later(self.minutes(4, 15))
            checks.check(self.now(), stage=stage, passed=True, by=by)

    # --- to the gate ------------------------------------------------------------------------------------------------------
    def finish(self) -> Story:
        yield self.shop.later(self.minutes(5, 20))
        checks.ready(self.now(), checked=checks.CHECKLIST, by=self.leader)
        if self.until == Status.READY:
            return
        yield self.shop.later(self.minutes(10, 60))
        on, km = release.next_service(self.now())
        later = timezone.now() + timedelta(days=1, hours=self.rng.choice([1, 2, 4, 23]))
        named = business_hours.calling_time(later, self.now().store)
        release.settle(self.now(), by=self.desk, next_service_on=on, next_service_km=km, convenient_call_at=named)
        if self.until == Status.SETTLED:
            return
        yield self.shop.later(self.minutes(3, 12))
        self.pay()
        release.issue_gate_pass(self.now(), by=self.desk)
        if self.until == PAID:
            return
        yield self.shop.later(self.minutes(3, 15))
        release.release(self.now(), by=self.desk)

    def pay(self) -> None:
        invoice = self.now().invoice
        if invoice is not None and invoice.due > 0:
            way = self.rng.choice(["WECHAT", "WECHAT", "ALIPAY", "CARD", "CASH"])
            billing.take_payment(invoice, amount=Decimal(invoice.due), method=way, by=self.crew.one("cashier"))


def booked_visit(shop: Shop, booking: Appointment, *, turn: int, work: Work) -> Story:
    """The day before it is confirmed; on the day the parts are laid out, and most come."""
    desk, rng = shop.desk(turn), shop.rng
    starts = booking.starts_at
    confirm = starts - timedelta(hours=rng.randint(15, 21))
    if confirm > shop.stage.at:
        yield confirm
        if rng.random() < CANCELS:
            reason = Reason.objects.get(kind="CANCEL", code="CUSTOMER_WISH")
            appointments.cancel(booking, by=desk, reason=reason)
            return
        if rng.random() < CONFIRMED:
            booking = appointments.confirm(booking, by=desk)
            yield max(starts - timedelta(minutes=rng.randint(25, 60)), shop.stage.at)
        if rng.random() < CONFIRMED:
            booking = appointments.prepare(booking, by=desk)
    if rng.random() < STAYS_AWAY:
        yield starts + timedelta(minutes=75)
        reason = Reason.objects.filter(kind="NO_SHOW").order_by("pk")[rng.randint(0, 3)]
        appointments.no_show(booking, by=desk, reason=reason)
        return
    yield max(starts + timedelta(minutes=rng.randint(-10, 12)), shop.stage.at)
    car = Vehicle.objects.select_related("variant").get(pk=booking.vehicle_id)
    yield from Job(shop, car, turn=turn, work=work, booking=booking).story()


def visit(shop: Shop, *, turn: int, booked: bool, due: date | None = None) -> Story:
    """A car comes: announced some days before, or just so."""
    day = timezone.localdate(shop.stage.at)
    car = shop.next_car(day)
    if car is None:
        return
    if booked:
        work, due = shop.work_for(car), due or day + timedelta(days=shop.rng.randint(1, 4))
        booking = shop.book(car, due, work=work)
        if booking is not None:
            shop.seen[car.pk] = due
            yield from booked_visit(shop, booking, turn=turn, work=work)
        return
    yield from Job(shop, car, turn=turn).story()
