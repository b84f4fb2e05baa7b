"""The people of a workshop, a car, and a work order brought to any point of its way."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone

from aftersales.actions import checks, consent, lines, release, work_orders, workshop
from aftersales.models import Bay, LabourOperation, WorkLine, WorkOrder
from crm.actions import billing, customers, vehicles
from dms.core.refusals import Refusal
from dms.formats import vin
from dms.models import Reason, Store, User
from parts.actions import stock
from parts.models import Part

number = count(1)


def reason(kind, code=None):
    rows = Reason.objects.filter(kind=kind)
    return rows.get(code=code) if code else rows.first()


def operation(code="M02"):
    """One of the operations every house starts with (races clean the tables: then it is written anew)."""
    facts = {"name": code, "hours": Decimal("0.8"), "is_first_service": code == "M01", "is_maintenance": code == "M02"}
    return LabourOperation.objects.get_or_create(code=code, defaults=facts)[0]


def vin_of(serial):
    """An invented VIN with its check digit."""
    bare = f"LZ91AE3A0J3{serial:06}"
    return bare[:8] + vin.check_digit(bare) + bare[9:]


@dataclass
class Shop:
    store: Store
    person: object
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name):
        roles = {
            "desk": "service_adviser",
            "head": "workshop",
            "tech": "technician",
            "leader": "team_leader",
            "inspector": "inspector",
            "clerk": "parts_clerk",
            "cashier": "cashier",
        }
        if name not in roles:
            raise AttributeError(name)
        if name not in self.people:
            self.people[name] = self.person(roles[name], name=name, store=self.store, display_name=name)
        return self.people[name]

    def car(self, plate="川AD1234", name="夏至", phone="13800000021"):
        guest = customers.register_customer(name=name, phone=phone, store=self.store, by=self.desk).customer
        known = vin_of(next(number))
        return vehicles.register_vehicle(owner=guest, store=self.store, by=self.desk, plate=plate, number=known)

    def part(self, pieces=5, price=46):
        made = Part.objects.create(number=f"SY-{next(number):04}", name="机滤", unit="件", price=Decimal(price))
        if pieces:
            stock.receive(made, store=self.store, quantity=pieces, cost="20", by=self.clerk)
        return made

    def draft(self, car=None, km=38_420):
        order = work_orders.open_work_order(car or self.car(), store=self.store, by=self.desk, complaint="刹车异响")
        work_orders.check_in(order, km=km, by=self.desk)
        return order

    def estimated(self, *, part=None, code="M02", quantity=1, car=None):
        order = self.draft(car)
        lines.add_labour(order, operation=operation(code), by=self.desk)
        if part:
            lines.add_part(order, part=part, quantity=Decimal(quantity), by=self.desk)
        return consent.estimate(order, promised_at=timezone.now() + timedelta(hours=2), by=self.desk)

    def signed(self, **facts):
        order = self.estimated(**facts)
        consent.authorise(order, method="SIGNATURE", given_by="夏至", by=self.desk)
        return fresh(order)

    def dispatched(self, **facts):
        return workshop.dispatch(self.signed(**facts), technician=self.tech, by=self.head)

    def in_work(self, **facts):
        order = self.dispatched(**facts)
        workshop.start_line(labour_of(order), by=self.tech)
        return fresh(order)

    def work_done(self, **facts):
        order = self.in_work(**facts)
        workshop.finish_line(labour_of(order), by=self.tech)
        for line in order.lines.filter(kind="PART"):
            workshop.issue_part(line, quantity=line.quantity, signed_by="石斛", by=self.clerk)
        return fresh(order)

    def inspected(self, **facts):
        order = self.work_done(**facts)
        for stage, by in (("SELF", self.tech), ("TEAM", self.leader), ("FINAL", self.inspector)):
            checks.check(order, stage=stage, passed=True, by=by)
        return fresh(order)

    def ready(self, **facts):
        return checks.ready(self.inspected(**facts), checked=checks.CHECKLIST, by=self.leader)

    def settled(self, **facts):
        order = self.ready(**facts)
        release.settle(order, by=self.desk, convenient_call_at=timezone.now() + timedelta(days=1, hours=3))
        return fresh(order)

    def paid(self, **facts):
        order = self.settled(**facts)
        if order.invoice:
            billing.take_payment(order.invoice, amount=order.invoice.due, method="WECHAT", by=self.cashier)
        return fresh(order)

    def bay(self, name="6 号"):
        return Bay.objects.create(store=self.store, name=name)


@contextmanager
def refuses(code):
    """Inside, an act is refused, with this code."""
    with pytest.raises(Refusal) as refusal:
        yield
    assert refusal.value.code == code


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def labour_of(order: WorkOrder) -> WorkLine:
    return order.lines.filter(kind="LABOUR").first()


def part_of(order: WorkOrder) -> WorkLine:
    return order.lines.filter(kind="PART").first()
