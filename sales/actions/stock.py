"""Cars in our hands: entered, received, changed. Which order one is kept for: ``allocation.py``."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions.vehicles import read_vin
from dms.core.refusals import Refusal
from dms.core.untyped import Fact
from dms.models import Store, User, Variant
from dms.records import events
from sales.events import STOCK_CAR_CHANGED, STOCK_CAR_ENTERED, STOCK_CAR_RECEIVED
from sales.models import StockCar


@transaction.atomic
def enter_car(
    *,
    vin: str,
    variant: Variant,
    store: Store,
    by: User,
    arrived: bool = False,
    arrived_on: date | None = None,
    **facts: Fact,
) -> StockCar:
    """A car becomes ours: on its way, or in the yard and for sale.

    :raises Refusal: when the VIN cannot be one, or the car is entered already.
    """
    number = read_vin(vin)
    if number is None:
        raise Refusal(_("Enter the VIN: it is what tells one car from another."), code="vin_missing")
    # Only for the sentence: between two desks the unique VIN decides.
    if StockCar.objects.filter(vin=number).exists():
        raise Refusal(_("This car is entered already. Search for the end of its VIN."), code="vin_known")
    car = StockCar(vin=number, variant=variant, store=store, **facts)
    car.become(StockCar.Status.IN_TRANSIT)
    if arrived:
        car.become(StockCar.Status.RECEIVED)
        car.become(StockCar.Status.AVAILABLE)
        car.arrived_on = arrived_on or timezone.localdate()
    car.save(force_insert=True)
    events.record(STOCK_CAR_ENTERED, car, by=by, data={"vin": number, "status": car.status})
    return car


@transaction.atomic
def receive_car(car: StockCar, *, by: User, location: str = "", on: date | None = None) -> StockCar:
    """A car that was on its way has arrived; its days in stock begin."""
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


def refuse_delivered(car: StockCar, *, by: User) -> None:
    """:raises Refusal: when the car has left."""
    if car.status == StockCar.Status.DELIVERED:
        raise Refusal(_("This car is delivered: nothing of it changes any more."), code="car_delivered")


@transaction.atomic
def change_car(car: StockCar, *, by: User, **facts: Fact) -> StockCar:
    """Place, certificate, use, cost: what changes while a car stands.

    :raises Refusal: when the car has left, or would be put to another use while an order waits for it.
    """
    car = StockCar.objects.lock(car)
    refuse_delivered(car, by=by)
    if facts.get("certificate", car.certificate) not in StockCar.Certificate.values:
        raise Refusal(_("Say whether the certificate is in hand or pledged."), code="no_certificate")
    # An order waits for a car for sale; as a demonstrator it would come used.
    if "use" in facts and facts["use"] != car.use and car.status in KEPT:
        raise Refusal(_("This car is kept for an order. Release it first."), code="car_taken")
    if facts.get("cost") is not None and facts["cost"] < 0:
        raise Refusal(_("A cost is not negative."), code="cost_negative")
    changed = sorted(name for name, value in facts.items() if getattr(car, name) != value)
    if changed:
        for name in changed:
            setattr(car, name, facts[name])
        car.save(update_fields=changed)
        events.record(STOCK_CAR_CHANGED, car, by=by, data={"fields": changed})
    return car
