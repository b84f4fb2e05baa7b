"""Opening a work order, checking the car in, describing and cancelling the work."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.events import (
    APPOINTMENT_ARRIVED,
    WORKORDER_CANCELLED,
    WORKORDER_CHECK_IN_UNDONE,
    WORKORDER_CHECKED_IN,
    WORKORDER_DESCRIBED,
    WORKORDER_OPENED,
)
from aftersales.models import Appointment, CheckIn, WorkLine, WorkOrder
from crm.actions import customers, recall_visits, vehicles
from crm.models import Customer, Vehicle
from dms.core.refusals import Refusal
from dms.models import Reason, Store, User
from dms.records import events, idempotency
from dms.records.constraint_errors import refusing
from dms.records.numbering import next_number
from parts.actions import stock

Status = WorkOrder.Status
DESCRIBED = frozenset({"complaint", "cause", "correction", "old_parts", "free_wash"})
WORKING = frozenset({Status.DISPATCHED, Status.IN_PROGRESS, Status.ON_HOLD})
BEFORE_CHECKS = frozenset({Status.DRAFT, Status.ESTIMATED, Status.AUTHORISED}) | WORKING
IN_SHOP = frozenset(Status) - {Status.SETTLED, Status.RELEASED, Status.CANCELLED}


def source_of(order: WorkOrder, line: WorkLine) -> str:
    """How the stock names the line: the order's number and the line's."""
    return f"{order.number}/{line.position}"


class CarHasOrder(Refusal):
    """The car is being worked on already; the sentence names the order and where."""

    code = "workorder_one_open_per_vehicle"


def owner_of(vehicle: Vehicle) -> Customer:
    """Who commissions work on the car unless somebody else is named.

    :raises Refusal: when nobody is known as its owner.
    """
    current = vehicle.ownerships.filter(until__isnull=True, role="OWNER").select_related("customer").first()
    if current is None:
        raise Refusal(_("Nobody is known as owner of this car. Write down name and phone."), code="owner_unknown")
    return current.customer


@transaction.atomic
def open_work_order(
    vehicle: Vehicle,
    *,
    store: Store,
    by: User,
    complaint: str = "",
    customer: Customer | None = None,
    appointment: Appointment | None = None,
    key: str = "",
) -> WorkOrder:
    """A car comes in: its work order begins as a draft. An appointment arrives with it. The same key again is the same order.

    :raises CarHasOrder: when the car has an open order anywhere in the group.
    """
    wanted = (store.pk, vehicle.pk)
    # The tablet at the car loses its network: sent again, the write-up is the order it has made.
    before = idempotency.earlier(
        WorkOrder.objects.all(), key, same=lambda order: (order.store_id, order.vehicle_id) == wanted
    )
    if before is not None:
        return before
    guest = customer or (appointment.customer if appointment else owner_of(vehicle))
    order = WorkOrder(
        store=store,
        vehicle=vehicle,
        customer=guest,
        adviser=by,
        complaint=complaint.strip(),
        key=key or None,
        # The booking is locked before the number is drawn, which all orders of the store wait for.
        appointment=arrived(appointment, by=by) if appointment else None,
    )
    order.number = next_number("work_order", store)
    # Asked only when it fails: two stores that open at once do not see each other before the index does.
    with refusing({"workorder_one_open_per_vehicle": partial(car_has_order, vehicle)}):
        order.save(force_insert=True)
    # From now on our staff see a guest of another store like any other, without a logged look-up.
    vehicles.link(vehicle, store)
    customers.link(guest, store)
    events.record(WORKORDER_OPENED, order, by=by, data={"vehicle": vehicle.pk})
    return order


def car_has_order(vehicle: Vehicle) -> CarHasOrder | None:
    """Which open order stands in the way."""
    order = WorkOrder.objects.open().filter(vehicle=vehicle).select_related("store").first()
    if order is None:
        return None
    sentence = _("%(car)s has an open work order already: %(number)s in %(store)s. Add the work there.")
    return CarHasOrder(sentence % {"car": vehicle, "number": order.number, "store": order.store})


def arrived(appointment: Appointment, *, by: User) -> Appointment:
    """The booked guest is here."""
    # Two advisers receive one guest: the second finds the booking used, as an order has it to itself.
    appointment = Appointment.objects.lock(appointment)
    appointment.move(Appointment.Status.ARRIVED)
    events.record(APPOINTMENT_ARRIVED, appointment, by=by)
    return appointment


@transaction.atomic
def check_in(
    order: WorkOrder,
    *,
    by: User,
    fuel_eighths: int = 4,
    damage: Sequence[dict[str, str]] = (),
    belongings: str = "",
    **odometer: Any,
) -> CheckIn:
    """What the car is like as it comes: mileage (it never falls silently), fuel, damage, what is left in it.

    :param odometer: what ``read_mileage`` takes: ``km`` at least.
    :raises Refusal: when the car was checked in already, or the mileage fell, or rose beyond what can be driven.
    """
    # Walked round by two advisers at once: the car has one check-in, that of the first.
    order = WorkOrder.objects.lock(order)
    refuse_checked_in(order, by=by)
    if order.is_over or order.status == Status.SETTLED:
        raise Refusal(_("This work order is over."), code="work_order_over")
    # Inside this act: a mileage that is refused leaves no check-in without one.
    reading = vehicles.read_mileage(order.vehicle, by=by, **odometer)
    made = CheckIn(
        work_order=order,
        reading=reading,
        fuel_eighths=fuel_eighths,
        damage=list(damage),
        belongings=belongings.strip(),
        by=by,
    )
    made.save(force_insert=True)
    recall_visits.note_visit(order.vehicle, by=by)
    events.record(WORKORDER_CHECKED_IN, order, by=by, data={"km": reading.km, "damage": len(made.damage)})
    return made


def refuse_checked_in(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when the car was checked in already."""
    if CheckIn.objects.filter(work_order=order).exists():
        raise Refusal(_("This car is checked in already."), code="checked_in")


def refuse_not_checked_in(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when there is no check-in to undo."""
    if not CheckIn.objects.filter(work_order=order).exists():
        raise Refusal(_("This car is not checked in."), code="not_checked_in")


BEFORE_SIGNATURE = frozenset({Status.DRAFT, Status.ESTIMATED})


@transaction.atomic
def undo_check_in(order: WorkOrder, *, reason: str, by: User) -> WorkOrder:
    """The car was not checked in: another one was meant, or all of it was mistyped. What was read then was misread.

    :raises Refusal: once the customer has signed for it, or without a reason.
    """
    # The customer may sign just now, and what they signed beneath stays.
    order = WorkOrder.objects.lock(order)
    refuse_not_checked_in(order, by=by)
    if order.status not in BEFORE_SIGNATURE:
        raise Refusal(_("The customer has signed for this check-in."), code="checkin_kept")
    made = CheckIn.objects.select_related("reading__vehicle").get(work_order=order)
    # Marked and not deleted: a reading that vanished would hide a turned-back odometer.
    vehicles.misread(made.reading, reason=reason, by=by)
    # The check-in is the one paper that goes; what it said lives on in the log.
    was = {"km": made.reading.km, "fuel": made.fuel_eighths, "damage": made.damage, "belongings": made.belongings}
    with refusing():
        made.delete()
    events.record(WORKORDER_CHECK_IN_UNDONE, order, by=by, data=was | {"reason": reason.strip()})
    return order


@transaction.atomic
def describe(order: WorkOrder, *, by: User, **facts: object) -> WorkOrder:
    """Put down the customer's words, the cause found, what was done, and the choices (old parts, wash).

    :raises Refusal: when the car has left the workshop.
    """
    # Cause by the technician, complaint by the desk: compared under the lock, neither undoes the other.
    order = WorkOrder.objects.lock(order)
    if order.status not in IN_SHOP:
        raise Refusal(_("This work order is over."), code="work_order_over")
    changed = [name for name, value in facts.items() if name in DESCRIBED and getattr(order, name) != value]
    for name in changed:
        setattr(order, name, facts[name])
    if changed:
        with refusing():
            order.save(update_fields=changed)
        events.record(WORKORDER_DESCRIBED, order, by=by, data={"fields": changed})
    return order


@transaction.atomic
def cancel(order: WorkOrder, *, reason: Reason, by: User) -> WorkOrder:
    """The work is not done. Only while no part of it is out of the stock. Its booking, if it came with one, is free for another."""
    # A part may be on its way over the counter: whether one is out is judged by a trigger at the step itself.
    order = WorkOrder.objects.lock(order)
    booked = order.appointment
    with refusing():
        order.move(Status.CANCELLED, cancel_reason=reason, appointment=None)
    # Kept pieces without a car are dead stock: nobody else could have them.
    stock.release_lines([source_of(order, line) for line in order.lines.filter(part__isnull=False)], by=by)
    data = {"reason": reason.code} | ({"appointment": booked.number} if booked else {})
    events.record(WORKORDER_CANCELLED, order, by=by, data=data)
    return order
