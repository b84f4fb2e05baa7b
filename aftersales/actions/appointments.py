"""Booking visits against the workshop's hours; confirming, moving, cancelling them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.events import (
    APPOINTMENT_ARRIVAL_UNDONE,
    APPOINTMENT_BOOKED,
    APPOINTMENT_CANCELLED,
    APPOINTMENT_CONFIRMED,
    APPOINTMENT_MOVED,
    APPOINTMENT_NO_SHOW,
    APPOINTMENT_PREPARED,
)
from aftersales.models import Appointment, Bay, ShopHour, WorkOrder
from aftersales.models.appointments import ARRIVED_WITH_ORDER
from crm import booked
from crm.actions import care, customers, recall_visits, vehicles
from crm.models import Customer, FollowUp, Result, Vehicle
from dms.actions.handing_over import refuse_absent
from dms.core.event_words import EventKind
from dms.core.refusals import Refusal
from dms.formats import display
from dms.formats.days import day_of, end_of, moment
from dms.formats.opening_hours import OpeningHours
from dms.models import Reason, Store, User
from dms.records import events
from dms.records.constraint_errors import refusing
from dms.records.numbering import next_number

Status = Appointment.Status
RECEIVING = timedelta(minutes=15)
"""How long an adviser needs to receive a car."""
TENTH = Decimal("0.1")
AHEAD = timedelta(days=366)
LONGEST = Decimal(40)
"""Work of more hours is not booked by the hour: it is planned when the car is there."""


def ensure_hours(store: Store, day: date) -> None:
    """The workshop's hours of a day: opening hours without the break, times its bays. What is there stays as it is."""
    if day in store.closed_on or ShopHour.objects.filter(store=store, starts_at__date=day).exists():
        return
    bays = Bay.objects.filter(store=store, active=True).count()
    hours, rows = OpeningHours.of(store), []
    # Hour by hour, since a lunch break may begin or end within an hour and leaves only a part of it.
    for hour in range(24):
        open_minutes = hours.minutes_in(hour)
        if open_minutes and bays:
            # To a tenth, as work is booked: a capacity in thirds could never be sold to the end.
            capacity = (Decimal(open_minutes) / 60 * bays).quantize(TENTH)
            rows.append(ShopHour(store=store, starts_at=moment(day, time(hour)), capacity=capacity))
    # Two who book the first visit of a day both make its hours; those of the first are kept, with what is booked.
    ShopHour.objects.bulk_create(rows, ignore_conflicts=True)


def ensure_room(store: Store, starts_at: datetime, hours: Decimal) -> None:
    """Workshop hours of as many days as the work may take when it begins then: an hour of one bay after the other."""
    day, begins = timezone.localdate(starts_at), starts_at.replace(minute=0, second=0, microsecond=0)
    # The longest work at one hour a day is the most days that one booking can reach into.
    for ahead in range(int(LONGEST)):
        ensure_hours(store, day + timedelta(days=ahead))
        until = end_of(day + timedelta(days=ahead))  # a later day may have hours, and those between not yet
        following = ShopHour.objects.filter(store=store, starts_at__gte=begins, starts_at__lt=until)
        # More than the hours: the first of them may have begun already and counts only in part.
        if sum(min(capacity, Decimal(1)) for capacity in following.values_list("capacity", flat=True)) > hours:
            return


@dataclass(frozen=True)
class Visit:
    """When the guest comes, what for, how many hours of work, who receives them, how it was booked."""

    starts_at: datetime
    wish: str
    hours: Decimal = Decimal(1)
    adviser: User | None = None
    channel: str = Appointment.Channel.PHONE


@dataclass(frozen=True)
class AgreedInCall:
    """The call in which the visit was agreed, and what was said."""

    call: FollowUp
    said: str = ""


@transaction.atomic
def book(
    vehicle: Vehicle, *, visit: Visit, customer: Customer, store: Store, by: User, agreed: AgreedInCall | None = None
) -> Appointment:
    """A visit is booked: hours of the workshop for the work, a quarter of an hour of the adviser for the guest.

    :param agreed: the call in which it was agreed: it is recorded along with the booking, or neither is.

    :raises Refusal: when an hour of the work is full, the adviser receives somebody then, or the time is past.
    """
    may_be_booked(store, visit.starts_at, visit.hours, visit.adviser)
    if not visit.wish.strip():
        raise Refusal(_("Write what the visit is for."), code="no_wish")
    # The number is drawn last of all: who books at the same moment waits for it until we have ended.
    made = Appointment(
        store=store,
        vehicle=vehicle,
        customer=customer,
        adviser=visit.adviser,
        starts_at=visit.starts_at,
        slot=(visit.starts_at, visit.starts_at + RECEIVING),
        stay=(visit.starts_at, work_ends(store, visit.starts_at, visit.hours)),
        hours=visit.hours,
        wish=visit.wish.strip()[:200],
        channel=visit.channel,
        made_by=by,
        number=next_number("appointment", store),
    )
    # That the hours and the adviser are free is judged by the database: two desks book from the same picture.
    with refusing():
        made.save(force_insert=True)
    vehicles.link(vehicle, store)
    customers.link(customer, store)
    data = {"at": visit.starts_at.isoformat(), "hours": str(visit.hours)}
    events.record(APPOINTMENT_BOOKED, made, by=by, data=data)
    recall_visits.note_booking(vehicle, by=by, but=agreed.call if agreed else None)
    if agreed is not None:
        care.record_call(agreed.call, by=by, result=Result.BOOKED, said=agreed.said)
    return made


def may_be_booked(store: Store, starts_at: datetime, hours: Decimal, adviser: User | None) -> None:
    # A guest who is standing at the desk is booked for the quarter of an hour that has just begun.
    if starts_at < timezone.now() - RECEIVING:
        raise Refusal(_("That time is over. Choose one that lies ahead."), code="in_the_past")
    if starts_at > timezone.now() + AHEAD:
        raise Refusal(_("Visits are booked up to a year ahead. Choose an earlier day."), code="too_far_ahead")
    refuse_closed(store, starts_at)
    if hours <= 0:
        raise Refusal(_("Write how many hours the work takes."), code="no_hours")
    if adviser is not None and not (adviser.sees_all_stores or store.pk in adviser.store_ids):
        raise Refusal(_("%(name)s does not work in this store.") % {"name": adviser}, code="adviser_elsewhere")
    if adviser is not None:
        refuse_not_there(adviser, on=timezone.localdate(starts_at))
    # A week of one bay: nobody keeps a plan of such work to the hour, and it would block the others.
    if hours > LONGEST:
        sentence = _("Work of more than %(hours)s is planned when the car is there: book the first of it.")
        raise Refusal(sentence % {"hours": display.hours(LONGEST)}, code="too_long_to_book")
    ensure_room(store, starts_at, hours)


def refuse_not_there(adviser: User, *, on: date) -> None:
    """:raises Refusal: when the adviser has left, receives nobody, or is away that day."""
    if not adviser.has_perm("aftersales.receive"):
        sentence = _("%(name)s does not receive cars. Choose another adviser.")
        raise Refusal(sentence % {"name": adviser}, code="no_adviser")
    refuse_absent(adviser, on=on)


def refuse_closed(store: Store, at: datetime) -> None:
    """The guest is received within the hours of the store: not before it opens, in its break, or so late that it closes meanwhile.

    :raises Refusal: with the hours of the store, or the day on which it is closed.
    """
    if day_of(at) in store.closed_on:
        raise Refusal(
            _("The store is closed on %(day)s. Choose another day.") % {"day": display.date(at)}, code="closed_day"
        )
    hours = OpeningHours.of(store).stretches(day_of(at))
    if not any(begins <= at and at + RECEIVING <= ends for begins, ends in hours):
        spans = ", ".join(f"{display.clock(begins)}–{display.clock(ends)}" for begins, ends in hours)
        sentence = _("Guests are received %(hours)s. Choose a time within.")
        raise Refusal(sentence % {"hours": spans}, code="outside_hours")


def work_ends(store: Store, starts_at: datetime, hours: Decimal) -> datetime:
    """When the booked hours are over: an hour of one bay after the other, over night where a day is not enough."""
    # Read once: the calendar is asked for every day that the work lasts.
    closed = set(store.closed_on)
    return OpeningHours.of(store).forward(starts_at, timedelta(hours=float(hours)), lambda day: day not in closed)


@transaction.atomic
def move(appointment: Appointment, *, starts_at: datetime, by: User, adviser: User | None = None) -> Appointment:
    """Another time; the hours of the first are free again."""
    # A guest who arrives while the desk moves the visit: whoever is second finds it over.
    appointment = Appointment.objects.lock(appointment)
    if appointment.is_over:
        raise Refusal(_("This appointment is over; book a new one."), code="appointment_over")
    chosen = adviser or appointment.adviser
    may_be_booked(appointment.store, starts_at, appointment.hours, chosen)
    # Hours and slot of the old time are let go by the same statement that takes the new: neither is lost.
    before = appointment.starts_at
    appointment.starts_at, appointment.adviser = starts_at, chosen
    appointment.slot = (starts_at, starts_at + RECEIVING)
    appointment.stay = (starts_at, work_ends(appointment.store, starts_at, appointment.hours))
    with refusing():
        appointment.save(update_fields=["starts_at", "slot", "stay", "adviser"])
    data = {"before": before.isoformat(), "after": starts_at.isoformat()}
    events.record(APPOINTMENT_MOVED, appointment, by=by, data=data)
    return appointment


@transaction.atomic
def confirm(appointment: Appointment, *, by: User) -> Appointment:
    """The customer confirms the time."""
    return _step(appointment, Status.CONFIRMED, APPOINTMENT_CONFIRMED, by=by)


@transaction.atomic
def prepare(appointment: Appointment, *, by: User) -> Appointment:
    """Papers and parts are laid out; adviser and bay are there."""
    return _step(appointment, Status.PREPARED, APPOINTMENT_PREPARED, by=by)


@transaction.atomic
def cancel(appointment: Appointment, *, reason: Reason, by: User) -> Appointment:
    """The visit does not take place, with the reason."""
    cancelled = _step(appointment, Status.CANCELLED, APPOINTMENT_CANCELLED, by=by, reason=reason)
    _call_again(cancelled, by=by)
    return cancelled


@transaction.atomic
def no_show(appointment: Appointment, *, reason: Reason, by: User) -> Appointment:
    """The customer did not come, with the reason."""
    missed = _step(appointment, Status.NO_SHOW, APPOINTMENT_NO_SHOW, by=by, reason=reason)
    _call_again(missed, by=by)
    return missed


def _call_again(appointment: Appointment, *, by: User) -> None:
    """Whom the recall has brought to book and who does not come is called again, unless another visit is booked."""
    if not is_ahead(appointment.vehicle):
        recall_visits.note_unbooking(appointment.vehicle, by=by)


@booked.knows
def is_ahead(vehicle: Vehicle) -> bool:
    """A visit of the car is booked and has not been."""
    open_ones = Appointment.objects.filter(
        vehicle=vehicle, status__in=[Status.BOOKED, Status.CONFIRMED, Status.PREPARED]
    )
    return open_ones.exists()


def refuse_written_up(appointment: Appointment, *, by: User) -> None:
    """:raises Refusal: when a work order was written for the guest, and is not cancelled."""
    if WorkOrder.objects.filter(appointment=appointment).exists():
        raise Refusal(str(ARRIVED_WITH_ORDER), code="appointment_arrival_has_order")


@transaction.atomic
def undo_arrival(appointment: Appointment, *, reason: str, by: User) -> Appointment:
    """The guest is not here after all: the visit is booked as before, and takes the car and its adviser's time again.

    :raises Refusal: when its car is written up, nobody says why, or car or adviser are booked otherwise meanwhile.
    """
    appointment = Appointment.objects.lock(appointment)
    refuse_written_up(appointment, by=by)
    if not reason.strip():
        raise Refusal(_("Say why it is taken back."), code="undone_without_reason")
    with refusing():
        appointment.move(Status.BOOKED)
    events.record(APPOINTMENT_ARRIVAL_UNDONE, appointment, by=by, data={"reason": reason.strip()[:200]})
    return appointment


def _step(
    appointment: Appointment, status: str, event: EventKind, *, by: User, reason: Reason | None = None
) -> Appointment:
    # Confirmed by one desk and cancelled by another: the second is judged by what the first has left.
    appointment = Appointment.objects.lock(appointment)
    with refusing():
        appointment.move(status, cancel_reason=reason)
    events.record(event, appointment, by=by, data={"reason": reason.code} if reason else {})
    return appointment
