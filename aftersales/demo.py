"""The workshop of the demo: bays, bookings of today and tomorrow, work orders at every point of their way."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random
from typing import Any

from django.utils import timezone

from aftersales.actions import appointments, checks, consent, lines, release, work_orders, workshop
from aftersales.actions.appointments import RECEIVING, Visit, at, ensure_hours
from aftersales.models import Appointment, Bay, LabourOperation, WorkLine, WorkOrder
from crm.actions import billing
from crm.models import Vehicle
from dms import demo
from dms.demo.cast import Crew, crews, data, dice
from dms.models import Reason, Store, User
from parts.models import Part

Status = WorkOrder.Status
HOURS = (9, 10, 11, 13, 14, 15, 16)
EXTRA, PAID = "EXTRA", "PAID"
"""In work with a line that waits for consent; settled and paid, the pass is issued."""

TARGETS = (
    Status.RELEASED, Status.RELEASED, Status.RELEASED, PAID, Status.SETTLED, Status.SETTLED, Status.READY, Status.PASSED,
    Status.TEAM_CHECKED, Status.SELF_CHECKED, Status.ON_HOLD, EXTRA, Status.IN_PROGRESS, Status.IN_PROGRESS, Status.DISPATCHED,
    Status.AUTHORISED, Status.ESTIMATED, Status.ESTIMATED, Status.DRAFT, Status.CANCELLED,
)  # fmt: skip
STANDING = (EXTRA, Status.IN_PROGRESS)
"""These three stay in the first three bays."""
ENDS_FROM = {
    Status.CANCELLED: Status.ESTIMATED, EXTRA: Status.IN_PROGRESS, Status.ON_HOLD: Status.IN_PROGRESS, PAID: Status.SETTLED,
}  # fmt: skip
"""Where the last act of those begins that no step leads to."""


@demo.step("bays")
def bays() -> None:
    """The places to work in, as the configuration site gives them."""
    stores = {store.code: store for store in Store.objects.all()}
    rows = [Bay(store=stores[code], name=name) for code, names in data("aftersales")["bays"].items() for name in names]
    Bay.objects.bulk_create(rows, ignore_conflicts=True)


@demo.step("workshop")
def work() -> None:
    """Bookings and work orders, store by store."""
    if WorkOrder.objects.exists() or Appointment.objects.exists():
        return
    for crew in crews(outlets=False):
        rows = Vehicle.objects.filter(store_links__store=crew.store, ownerships__until__isnull=True)
        cars = list(rows.order_by("pk").distinct())
        texts, rng = data("aftersales"), dice(f"workshop-{crew.store.code}")
        shop = Shop(crew, texts, rng, list(Bay.objects.filter(store=crew.store).order_by("pk")))
        came = shop.book(cars[:14])
        for place, target in enumerate(TARGETS):
            Job(shop, cars[15 + place], place).bring_to(target)
        for place, booking in enumerate(came, start=len(TARGETS)):
            Job(shop, booking.vehicle, place, booking).bring_to(Status.DRAFT)


@dataclass
class Shop:
    """A store's workshop: its crew, words, dice and bays."""

    crew: Crew
    texts: Any
    rng: Random
    bays: list[Bay]

    def book(self, cars: list[Vehicle]) -> list[Appointment]:
        """Today and tomorrow; some confirmed, prepared, called off, not come. Returns those who are here now."""
        today = timezone.localdate()
        ensure_hours(self.crew.store, today)
        made = []
        for place, (car, visit) in enumerate(zip(cars, cycle(self.texts["visits"]), strict=False)):
            is_today, hour = place % 2 == 0, HOURS[place // 2 % len(HOURS)]
            desk = self.crew.one("service_adviser", turn=place // 2)
            booked = self.on_the_books(
                car, visit, at(today + timedelta(days=1), time(hour, 30 if is_today else 0)), desk
            )
            if is_today:
                starts = at(today, time(hour, 30))
                Appointment.objects.filter(pk=booked.pk).update(starts_at=starts, slot=(starts, starts + RECEIVING))
            made.append(booked)
        self.answer(made)
        return made[0:6:4]

    def on_the_books(self, car: Vehicle, visit: list[str], starts: datetime, desk: User) -> Appointment:
        wish, code = visit
        hours = LabourOperation.objects.get(code=code).hours
        owner = work_orders.owner_of(car)
        wanted = Visit(starts, wish, hours, desk, self.rng.choice(["PHONE", "DESK", "RECALL", "ONLINE"]))
        return appointments.book(car, visit=wanted, customer=owner, store=self.crew.store, by=desk)

    def answer(self, made: list[Appointment]) -> None:
        """What became of the bookings meanwhile."""
        kinds, by = Appointment.Status, self.crew.one("service_adviser")
        fates = {
            1: kinds.CONFIRMED,
            2: kinds.NO_SHOW,
            3: kinds.PREPARED,
            6: kinds.CONFIRMED,
            7: kinds.CANCELLED,
            8: kinds.PREPARED,
        }
        reasons = {
            kinds.NO_SHOW: Reason.objects.get(kind="NO_SHOW", code="BUSY"),
            kinds.CANCELLED: Reason.objects.get(kind="CANCEL", code="CUSTOMER_WISH"),
        }
        for place, fate in fates.items():
            if place < len(made):
                appointments.become(made[place], status=fate, by=by, reason=reasons.get(fate))


class Job:
    """A work order, brought as far as it is wanted by those who do it in the house."""

    def __init__(self, shop: Shop, car: Vehicle, place: int, booking: Appointment | None = None) -> None:
        self.shop, self.crew, self.place = shop, shop.crew, place
        self.desk = self.crew.one("service_adviser", turn=place)
        self.technician = self.crew.one("technician", turn=place)
        self.head = self.crew.one("workshop", "service_manager")
        complaint, self.operation, self.parts = shop.texts["jobs"][place % len(shop.texts["jobs"])]
        self.order = work_orders.open_work_order(
            car,
            store=self.crew.store,
            by=self.desk,
            complaint=booking.wish if booking else complaint,
            appointment=booking,
        )
        last = car.readings.first()
        work_orders.check_in(
            self.order, km=(last.km if last else 5_000) + shop.rng.randint(20, 900), by=self.desk,
            fuel_eighths=shop.rng.randint(1, 8), damage=shop.rng.choice(shop.texts["damage"]),
            belongings=shop.rng.choice(shop.texts["belongings"]),
        )  # fmt: skip

    def bring_to(self, target: str) -> None:
        end = ENDS_FROM.get(target, target)
        for status, step in self.way(target):
            if self.order.status == end:
                break
            step()
            self.order = WorkOrder.objects.get(pk=self.order.pk)
            assert self.order.status == status
        ends = {Status.CANCELLED: self.cancel, EXTRA: self.find_more, Status.ON_HOLD: self.hold, PAID: self.pay}
        if target in ends:
            ends[target]()
        since = timezone.now() - timedelta(minutes=25 + 35 * max(0, 8 - self.place // 2))
        WorkOrder.objects.filter(pk=self.order.pk).update(opened_at=since)

    def way(self, target: str) -> list[tuple[str, Any]]:
        return [
            (Status.ESTIMATED, self.estimate),
            (Status.AUTHORISED, self.sign),
            (Status.DISPATCHED, lambda: self.dispatch(target)),
            (Status.IN_PROGRESS, self.begin),
            (Status.SELF_CHECKED, self.finish),
            (Status.TEAM_CHECKED, lambda: self.check("TEAM", self.crew.one("team_leader", "service_manager"))),
            (Status.PASSED, lambda: self.check("FINAL", self.crew.one("inspector", "admin"))),
            (Status.READY, self.make_ready),
            (Status.SETTLED, self.settle),
            (Status.RELEASED, self.release),
        ]

    def estimate(self) -> None:
        lines.add_labour(self.order, operation=LabourOperation.objects.get(code=self.operation), by=self.desk)
        for part in Part.objects.filter(number__in=self.parts).order_by("pk"):
            lines.add_part(self.order, part=part, by=self.desk)
        now = timezone.now()
        promised = max(consent.suggested(self.order, now), now + timedelta(hours=1))
        consent.estimate(self.order, promised_at=promised, by=self.desk)

    def sign(self) -> None:
        consent.authorise(self.order, method="SIGNATURE", given_by=self.order.customer.name, by=self.desk)

    def dispatch(self, target: str) -> None:
        """Who stays in work has a bay of their own; who moves on has left the last one."""
        bay = None
        if target != Status.DISPATCHED:
            bay = self.shop.bays[self.place % 3 if target in STANDING else -1]
        workshop.dispatch(self.order, technician=self.technician, by=self.head, bay=bay)

    def labour(self) -> WorkLine:
        return self.order.lines.filter(kind="LABOUR").order_by("position")[0]

    def begin(self) -> None:
        workshop.start_line(self.labour(), by=self.technician)

    def finish(self) -> None:
        workshop.finish_line(self.labour(), by=self.technician)
        clerk = self.crew.one("parts_clerk")
        for line in self.order.lines.filter(kind="PART"):
            workshop.issue_part(line, quantity=line.quantity, signed_by=str(self.technician), by=clerk)
        rng, texts = self.shop.rng, self.shop.texts
        found = {"cause": rng.choice(texts["causes"]), "correction": rng.choice(texts["corrections"])}
        work_orders.describe(self.order, by=self.technician, **found)
        self.check("SELF", self.technician)

    def check(self, stage: str, by: User) -> None:
        checks.check(self.order, stage=stage, passed=True, by=by)

    def make_ready(self) -> None:
        checks.ready(self.order, checked=checks.CHECKLIST, by=self.crew.one("team_leader", "service_manager"))

    def settle(self) -> None:
        on, km = release.next_service(self.order)
        call_at = timezone.now() + timedelta(days=1, hours=2)
        release.settle(self.order, by=self.desk, next_service_on=on, next_service_km=km, convenient_call_at=call_at)

    def pay(self) -> None:
        invoice = self.order.invoice
        if invoice is not None and invoice.due > 0:
            way = self.shop.rng.choice(["WECHAT", "ALIPAY", "CARD", "CASH"])
            billing.take_payment(invoice, amount=Decimal(invoice.due), method=way, by=self.crew.one("cashier"))
        release.issue_gate_pass(self.order, by=self.desk)

    def release(self) -> None:
        self.pay()
        release.release(self.order, by=self.desk)

    def cancel(self) -> None:
        work_orders.cancel(self.order, reason=Reason.objects.get(kind="CANCEL", code="CUSTOMER_WISH"), by=self.desk)

    def hold(self) -> None:
        reason = Reason.objects.get(kind=Reason.Kind.HOLD, code="PARTS")
        workshop.hold(self.order, reason=reason, by=self.technician, note=self.shop.texts["hold_note"])

    def find_more(self) -> None:
        """Worn brakes behind as well: the customer has not answered yet."""
        code, number = self.shop.texts["extra"]
        lines.add_labour(self.order, operation=LabourOperation.objects.get(code=code), by=self.technician)
        lines.add_part(self.order, part=Part.objects.get(number=number), by=self.technician)
