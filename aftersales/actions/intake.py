"""Who stands at the desk with which car: known to us, known in the group, or new. And the write-up in one go."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.actions import appointments, work_orders
from aftersales.actions.appointments import AgreedInCall, Visit
from aftersales.models import Appointment, WorkOrder
from crm import identity
from crm.actions import customers, vehicles
from crm.models import Customer, Vehicle
from dms.core.refusals import Refusal
from dms.core.untyped import Facts
from dms.formats import plates
from dms.models import Store, User
from dms.records import idempotency


@dataclass(frozen=True)
class Guest:
    """A car as it is named at the desk (plate or VIN), and who brings it when that must be said."""

    car: str
    phone: str = ""
    name: str = ""
    vin_reason: str = ""
    """Why the VIN is right although its check digit says otherwise."""
    join: bool = False
    """Whom another store knows is who we say, and becomes known to this one."""


@transaction.atomic
def guest_and_car(guest: Guest, *, store: Store, by: User) -> tuple[Customer, Vehicle]:
    """The car by plate or VIN and who brings it. A new car is registered with its owner; one of another store is linked (logged).

    :raises Refusal: when the car is new and nobody is named.
    """
    car = identity.car(guest.car, store=store)
    if car is None and not (guest.phone.strip() and guest.name.strip()):
        raise Refusal(_("This car is new here: write down the owner’s phone and name."), code="owner_needed")
    person = who_brings(guest, car=car, store=store, by=by)
    if car is None:
        assert person is not None
        # One field for both: a plate begins with its province, which no VIN does.
        number = "plate" if plates.parse(guest.car) is not None else "number"
        named: Facts = {number: guest.car, "vin_reason": guest.vin_reason}
        return person, vehicles.register_vehicle(owner=person, store=store, by=by, **named)
    if person is None:
        person = work_orders.owner_of(car)
        # The owner of a car of another store is found by its plate alone: that is a look-up, and is logged.
        if not car.store_links.filter(store=store).exists():
            customers.make_known(person, store=store, by=by, join=guest.join)
    vehicles.link(car, store)
    return person, car


def who_brings(guest: Guest, *, car: Vehicle | None, store: Store, by: User) -> Customer | None:
    """By their number and name; without a number, by the name among those who own and drive the car."""
    if guest.phone.strip():
        known = customers.known_or_new(name=guest.name, phone=guest.phone, store=store, by=by, join=guest.join)
        return known.customer
    if car is None or not guest.name.strip():
        return None
    holder = identity.the_one(guest.name, identity.people_of(car, store=store))
    if holder and not holder.is_here:
        customers.make_known(holder.customer, store=store, by=by, join=guest.join)
    return holder.customer if holder else None


@transaction.atomic
def write_up(
    guest: Guest,
    *,
    store: Store,
    by: User,
    complaint: str,
    appointment: Appointment | None = None,
    key: str = "",
    **condition: Any,
) -> WorkOrder:
    """Ten seconds at the desk: car, words, mileage; out comes a work order with the car checked in. All of it, or nothing.

    :param condition: what ``check_in`` takes: ``km`` at least.
    :raises Refusal: when the car is unknown and nobody is named, has an open order, or its mileage fell.
    """

    def is_this_car(order: WorkOrder) -> bool:
        car = identity.car(guest.car, store=store)
        return order.store_id == store.pk and car is not None and order.vehicle_id == car.pk

    # Before anybody is registered: a write-up sent twice must not enter the guest twice.
    if (before := idempotency.earlier(WorkOrder.objects.all(), key, same=is_this_car)) is not None:
        return before
    person, car = guest_and_car(guest, store=store, by=by)
    # Two guests at the desk and a click on the wrong booking: it would be used up by the other car.
    if appointment is not None and appointment.vehicle_id != car.pk:
        raise Refusal(_("That appointment is another car’s."), code="another_car")
    order = work_orders.open_work_order(
        car, store=store, by=by, complaint=complaint, customer=person, appointment=appointment, key=key
    )
    work_orders.check_in(order, by=by, **condition)
    return order


@transaction.atomic
def book_visit(
    guest: Guest, *, visit: Visit, store: Store, by: User, agreed: AgreedInCall | None = None
) -> Appointment:
    """A booking by plate or VIN; a new car is registered with its owner on the way.

    :raises Refusal: when the car is new and nobody is named, or the time cannot be had.
    """
    person, car = guest_and_car(guest, store=store, by=by)
    return appointments.book(car, visit=visit, customer=person, store=store, by=by, agreed=agreed)
