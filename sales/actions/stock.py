"""Cars in our hands: entered, received, changed. Which order one is kept for: ``allocation.py``."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions.vehicles import vouched_vin
from dms.core.event_words import EventKind
from dms.core.refusals import Refusal
from dms.core.untyped import Fact
from dms.models import Store, User, Variant
from dms.records import events
from dms.records.constraint_errors import refusing
from sales.actions.allocation import said_why
from sales.events import (
    CERTIFICATE_PLEDGED,
    CERTIFICATE_REDEEMED,
    STOCK_CAR_CHANGED,
    STOCK_CAR_ENTERED,
    STOCK_CAR_RECEIVED,
    STOCK_CAR_RELEASED,
    STOCK_CAR_TAKEN,
)
from sales.models import StockCar


@transaction.atomic
def enter_car(
    *,
    vin: str,
    variant: Variant,
    store: Store,
    by: User,
    vin_reason: str = "",
    arrived: bool = False,
    arrived_on: date | None = None,
    **facts: Fact,
) -> StockCar:
    """A car becomes ours: on its way, or in the yard and for sale.

    :param vin_reason: why the VIN is right although its check digit says otherwise.
    :raises Refusal: when the VIN cannot be one, or the car is entered already.
    """
    vouched = vouched_vin(vin, reason=vin_reason, by=by)
    number = vouched["vin"]
    if number is None:
        raise Refusal(_("Enter the VIN: it is what tells one car from another."), code="vin_missing")
    # Only for the sentence: between two desks the unique VIN decides.
    if StockCar.objects.filter(vin=number).exists():
        raise Refusal(_("This car is entered already. Search for the end of its VIN."), code="vin_known")
    car = StockCar(**vouched, variant=variant, store=store, **facts)
    car.become(StockCar.Status.IN_TRANSIT)
    if arrived:
        car.become(StockCar.Status.RECEIVED)
        car.become(StockCar.Status.AVAILABLE)
        car.arrived_on = arrived_on or timezone.localdate()
    with refusing():
        car.save(force_insert=True)
    events.record(
        STOCK_CAR_ENTERED, car, by=by, data={"vin": number, "vin_reason": car.vin_reason, "status": car.status}
    )
    return car


@transaction.atomic
def receive_car(car: StockCar, *, by: User, location: str = "", on: date | None = None) -> StockCar:
    """A car that was on its way has arrived; its days in stock begin."""
    # Two yard men receive one car: its days in stock begin with the first.
    car = StockCar.objects.lock(car)
    car.become(StockCar.Status.RECEIVED)  # what is received is for sale at once: nobody inspects it in between
    car.move(
        StockCar.Status.AVAILABLE,
        arrived_on=on or timezone.localdate(),
        location=location.strip() or car.location,
    )
    events.record(STOCK_CAR_RECEIVED, car, by=by, data={"location": car.location})
    return car


KEPT = frozenset({StockCar.Status.ALLOCATED, StockCar.Status.READY})
OWN_USES = frozenset({StockCar.Use.TEST, StockCar.Use.DISPLAY})


def refuse_delivered(car: StockCar, *, by: User) -> None:
    """:raises Refusal: when the car has left."""
    if car.status == StockCar.Status.DELIVERED:
        raise Refusal(_("This car is delivered: nothing of it changes any more."), code="car_delivered")


@transaction.atomic
def change_car(car: StockCar, *, by: User, **facts: Fact) -> StockCar:
    """Place and cost: what is written anew while a car stands.

    :raises Refusal: when the car has left.
    """
    # Delivered at this moment it changes no more: its status is read under the lock.
    car = StockCar.objects.lock(car)
    refuse_delivered(car, by=by)
    if facts.get("cost") is not None and facts["cost"] < 0:
        raise Refusal(_("A cost is not negative."), code="cost_negative")
    changed = sorted(name for name, value in facts.items() if getattr(car, name) != value)
    if changed:
        for name in changed:
            setattr(car, name, facts[name])
        car.save(update_fields=changed)
        events.record(STOCK_CAR_CHANGED, car, by=by, data={"fields": changed})
    return car


def refuse_pledged(car: StockCar, *, by: User) -> None:
    """:raises Refusal: when the certificate is with the bank already, or the car is about to leave with it."""
    refuse_delivered(car, by=by)
    if car.certificate == StockCar.Certificate.PLEDGED:
        raise Refusal(_("The certificate is pledged already."), code="already_pledged")
    # Without the certificate no plate is given: a buyer who drives off without it cannot register the car.
    if car.status == StockCar.Status.READY:
        raise Refusal(_("The car is ready to be handed over: its certificate stays here."), code="car_ready")


@transaction.atomic
def pledge_certificate(car: StockCar, *, by: User, reason: str) -> StockCar:
    """The bank holds the certificate: the car cannot be delivered until it is redeemed.

    :raises Refusal: without a reason, or when it is pledged, or the car is about to leave.
    """
    # Made ready at this moment by another desk, the car needs its certificate here.
    car, said = StockCar.objects.lock(car), said_why(reason)
    refuse_pledged(car, by=by)
    return note_certificate(car, StockCar.Certificate.PLEDGED, CERTIFICATE_PLEDGED, said, by)


def refuse_in_hand(car: StockCar, *, by: User) -> None:
    """:raises Refusal: when the certificate is here."""
    refuse_delivered(car, by=by)
    if car.certificate == StockCar.Certificate.IN_HAND:
        raise Refusal(_("The certificate is in hand already."), code="already_in_hand")


@transaction.atomic
def redeem_certificate(car: StockCar, *, by: User, reason: str) -> StockCar:
    """The certificate is back: redeemed at the bank, or pledged by mistake.

    :raises Refusal: without a reason, or when it is here.
    """
    # Two clerks come back from the bank: the log shows the certificate's return once.
    car, said = StockCar.objects.lock(car), said_why(reason)
    refuse_in_hand(car, by=by)
    return note_certificate(car, StockCar.Certificate.IN_HAND, CERTIFICATE_REDEEMED, said, by)


def note_certificate(car: StockCar, where: str, kind: EventKind, said: str, by: User, /) -> StockCar:
    car.certificate = where
    car.save(update_fields=["certificate"])
    events.record(kind, car, by=by, data={"note": said})
    return car


def refuse_for_sale(car: StockCar, *, by: User) -> None:
    """:raises Refusal: when the car is for sale already."""
    refuse_delivered(car, by=by)
    if car.is_for_sale:
        raise Refusal(_("This car is for sale already."), code="already_for_sale")


@transaction.atomic
def release_for_sale(car: StockCar, *, by: User, reason: str) -> StockCar:
    """A test or display car has served, and may be sold from now on.

    :raises Refusal: without a reason, or when it is for sale.
    """
    # Released by two at once it is told once, and a delivered car is nobody's to release.
    car, said = StockCar.objects.lock(car), said_why(reason)
    refuse_for_sale(car, by=by)
    return note_use(car, StockCar.Use.NORMAL, STOCK_CAR_RELEASED, said, by)


def refuse_own_use(car: StockCar, *, by: User) -> None:
    """:raises Refusal: when the car is not for sale, or an order waits for it."""
    refuse_delivered(car, by=by)
    if not car.is_for_sale:
        sentence = _("This is a %(use)s already.") % {"use": car.get_use_display()}
        raise Refusal(sentence, code="own_use_already")
    if car.status in KEPT:
        raise Refusal(_("This car is kept for an order. Release it first."), code="car_taken")


@transaction.atomic
def take_for_own_use(car: StockCar, *, by: User, use: str, reason: str) -> StockCar:
    """The car is driven or shown from now on, and not for sale until it is released.

    :raises Refusal: without a reason, or when an order waits for it.
    """
    # An adviser may keep the car for an order at this moment: whoever is second finds it taken.
    car, said = StockCar.objects.lock(car), said_why(reason)
    refuse_own_use(car, by=by)
    if use not in OWN_USES:
        raise Refusal(_("Say whether it is driven or shown."), code="no_use")
    return note_use(car, use, STOCK_CAR_TAKEN, said, by)


def note_use(car: StockCar, use: str, kind: EventKind, said: str, by: User, /) -> StockCar:
    before, car.use = car.use, use
    car.save(update_fields=["use"])
    events.record(kind, car, by=by, data={"from": before, "to": use, "note": said})
    return car
