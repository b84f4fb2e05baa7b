"""The workshop: appointments, and work orders at any point of their way."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils import timezone
from factory.declarations import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from aftersales.actions import appointments, checks, consent, findings, lines, release, work_orders, workshop
from aftersales.models import Appointment, Authorisation, Bay, Finding, LabourOperation, ShopHour, WorkLine, WorkOrder
from crm.models import Payment, Vehicle
from dms.formats.opening_hours import OpeningHours
from dms.models import Store, User
from dms.records import business_hours
from parts.models import Part
from tests.factories.base import ActFactory, SharedFactory, fresh, member
from tests.factories.customers import PaymentFactory, VehicleFactory
from tests.factories.people import Cast, StoreFactory


def operation(code: str = "M02") -> LabourOperation:
    """One of the operations that every installation starts with; M01 is the first maintenance, M02 a maintenance."""
    return LabourOperation.objects.get(code=code)


def labour_of(order: WorkOrder) -> WorkLine:
    """The first line of labour."""
    return order.lines.filter(kind="LABOUR")[0]


def part_of(order: WorkOrder) -> WorkLine:
    """The first line of parts."""
    return order.lines.filter(kind="PART")[0]


class BayFactory(DjangoModelFactory[Bay]):
    class Meta:
        model = Bay

    class Params:
        by = None

    store = SubFactory(StoreFactory)
    name = Sequence(lambda number: f"{number} 号")


class LabourOperationFactory(SharedFactory[LabourOperation]):
    class Meta:
        model = LabourOperation

    code = Sequence(lambda number: f"Z{number}")
    name = "检查"
    hours = Decimal(1)


OPEN = range(9, 17)
"""Whole hours in which every store of the tests is open."""


def hour_ahead(number: int) -> dt.datetime:
    """An hour of its own in which guests are received, from tomorrow on."""
    days, hour = divmod(number % 2400, len(OPEN))
    day = timezone.localdate() + dt.timedelta(days=1 + days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(OPEN[hour])))


class ShopHourFactory(DjangoModelFactory[ShopHour]):
    class Meta:
        model = ShopHour
        django_get_or_create = ("store", "starts_at")  # a booking of a day before may have made it

    class Params:
        by = None

    store = SubFactory(StoreFactory)
    starts_at = Sequence(hour_ahead)
    capacity = Decimal(4)


class AppointmentFactory(ActFactory[Appointment]):
    class Meta:
        model = Appointment

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.service_adviser)
    vehicle = SubFactory(VehicleFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    hour = SubFactory(ShopHourFactory, store=SelfAttribute("..store"))

    @staticmethod
    def act(*, vehicle: Vehicle, hour: ShopHour, store: Store, by: User) -> Appointment:
        owner, visit = vehicle.ownerships.get().customer, appointments.Visit(hour.starts_at, "保养")
        return appointments.book(vehicle, visit=visit, customer=owner, store=store, by=by)


def when_open(store: Store, *, hours: float = 2) -> dt.datetime:
    """When the store has been open for so many hours from now: a time that can be promised, another for other hours."""
    span = dt.timedelta(hours=hours)
    return OpeningHours.of(store).forward(timezone.now(), span, lambda day: day not in store.closed_on)


def estimate(order: WorkOrder, cast: Cast) -> None:
    consent.estimate(order, promised_at=when_open(order.store), by=order.adviser)


def sign(order: WorkOrder, cast: Cast) -> None:
    name = order.customer.name
    consent.authorise(order, method="SIGNATURE", given_by=name, signature=name, by=order.adviser)


def dispatch(order: WorkOrder, cast: Cast) -> None:
    workshop.dispatch(order, technician=cast.technician, by=cast.workshop)


def start(order: WorkOrder, cast: Cast) -> None:
    workshop.start_line(labour_of(order), by=cast.technician)


def finish(order: WorkOrder, cast: Cast) -> None:
    workshop.finish_line(labour_of(order), by=cast.technician)
    workshop.diagnose(order, cause="刹车片磨损", correction="更换刹车片", by=cast.technician)
    for line in order.lines.filter(kind="PART"):
        workshop.issue_part(line, quantity=line.quantity, signed_by="石斛", by=cast.parts_clerk)


def inspect(order: WorkOrder, cast: Cast) -> None:
    for stage, by in (("SELF", cast.technician), ("TEAM", cast.team_leader), ("FINAL", cast.inspector)):
        checks.check(order, stage=stage, passed=True, by=by)


def prepare(order: WorkOrder, cast: Cast) -> None:
    checks.ready(order, checked=checks.CHECKLIST, by=cast.team_leader)


def settle(order: WorkOrder, cast: Cast) -> None:
    named = business_hours.calling_time(timezone.now() + dt.timedelta(days=1, hours=3), order.store)
    release.settle(order, by=order.adviser, convenient_call_at=named)


def pay(order: WorkOrder, cast: Cast) -> None:
    if account := order.invoice:
        PaymentFactory.create(store=order.store, invoice=account, amount=account.due, method=Payment.Method.WECHAT)


def leave(order: WorkOrder, cast: Cast) -> None:
    release.issue_gate_pass(order, by=order.adviser)
    release.release(order, by=order.adviser)


WAY: Mapping[str, Callable[[WorkOrder, Cast], None]] = {
    "estimated": estimate,
    "signed": sign,
    "dispatched": dispatch,
    "in_work": start,
    "work_done": finish,
    "inspected": inspect,
    "ready": prepare,
    "settled": settle,
    "paid": pay,
    "released": leave,
}
"""From the write-up on, what brings a work order to each point of its way. The work is done and the bill is paid between two
statuses, so these are not the statuses."""


class WorkOrderFactory(ActFactory[WorkOrder]):
    """A work order that the workshop has brought so far: ``WorkOrderFactory.create(stage="ready", part=part, quantity=2)``.

    It begins as a draft of a car checked in; its estimate is for one operation and, if there is one, a part.
    """

    class Meta:
        model = WorkOrder

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.service_adviser)
    vehicle = SubFactory(VehicleFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    complaint = "刹车异响"
    km = 38_420
    stage = "draft"
    operation = "M02"
    part = None
    quantity = 1

    @staticmethod
    def act(
        *,
        vehicle: Vehicle,
        store: Store,
        by: User,
        complaint: str,
        km: int,
        stage: str,
        operation: str,
        part: Part | None,
        quantity: int,
    ) -> WorkOrder:
        order = work_orders.open_work_order(vehicle, store=store, by=by, complaint=complaint)
        work_orders.check_in(order, km=km, by=by, km_confirmed=True)
        if stage != "draft":
            lines.add_labour(order, operation=LabourOperation.objects.get(code=operation), by=by)
            if part:
                lines.add_part(order, part=part, quantity=Decimal(quantity), by=by)
            advance_work_order(order, until=stage)
        return fresh(order)


def advance_work_order(order: WorkOrder, *, after: str = "draft", until: str) -> WorkOrder:
    """The workshop goes on with a work order, from one point of its way to a later one."""
    stages = ["draft", *WAY]
    for stage in stages[stages.index(after) + 1 : stages.index(until) + 1]:
        order = fresh(order)
        WAY[stage](order, Cast(order.store))
    return fresh(order)


class WorkLineFactory(ActFactory[WorkLine]):
    class Meta:
        model = WorkLine

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.service_adviser)
    work_order = SubFactory(WorkOrderFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    operation = SubFactory(LabourOperationFactory)

    @staticmethod
    def act(*, work_order: WorkOrder, operation: LabourOperation, store: Store, by: User) -> WorkLine:
        return lines.add_labour(work_order, operation=operation, by=by)


class FindingFactory(ActFactory[Finding]):
    """Worn brakes, found on a car in work."""

    class Meta:
        model = Finding

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.technician)
    work_order = SubFactory(WorkOrderFactory, store=SelfAttribute("..store"), stage="in_work")

    @staticmethod
    def act(*, work_order: WorkOrder, store: Store, by: User) -> Finding:
        return findings.report(work_order, what="前刹车片到限", cause="磨损", by=work_order.technician or by)


class AddendumFactory(ActFactory[Authorisation]):
    """Extra work agreed to by phone."""

    class Meta:
        model = Authorisation

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.service_adviser)
    work_order = SubFactory(WorkOrderFactory, store=SelfAttribute("..store"), stage="in_work")

    @staticmethod
    def act(*, work_order: WorkOrder, store: Store, by: User) -> Authorisation:
        lines.add_labour(work_order, operation=operation("B01"), by=by)
        return consent.authorise(work_order, method="PHONE", given_by="夏至", evidence="13800000021", by=by)
