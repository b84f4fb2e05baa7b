"""Cars in our hands: entered, received, allocated to an order, released, made ready."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions.vehicles import read_vin
from dms.core.refusals import Refusal
from dms.models import Store, User, Variant
from dms.records import events
from sales.actions.leads import refuse_other
from sales.models import Allocation, Order, StockCar


@transaction.atomic
def enter_car(
    *,
    vin: str,
    variant: Variant,
    store: Store,
    by: User,
    arrived: bool = False,
    arrived_on: date | None = None,
    **facts: Any,
) -> StockCar:
    """A car becomes ours: on its way, or in the yard and for sale.

    :raises Refusal: when the VIN cannot be one, or the car is entered already.
    """
    number = read_vin(vin)
    if number is None:
        raise Refusal(_("Enter the VIN: it is what tells one car from another."), code="vin_missing")
    if StockCar.objects.filter(vin=number).exists():
        raise Refusal(_("This car is entered already. Search for the end of its VIN."), code="vin_known")
    car = StockCar(vin=number, variant=variant, store=store, **facts)
    car.become(StockCar.Status.IN_TRANSIT)
    if arrived:
        arrive(car, on=arrived_on or timezone.localdate())
    car.save(force_insert=True)
    events.record("stock_car.entered", car, by=by, data={"vin": number, "status": car.status})
    return car


def arrive(car: StockCar, *, on: date) -> None:
    """In the yard and for sale. Not saved here."""
    car.become(StockCar.Status.RECEIVED)
    car.become(StockCar.Status.AVAILABLE)
    car.arrived_on = on


def locked(car: StockCar) -> StockCar:
    return StockCar.objects.select_for_update(of=("self",)).select_related("store", "variant__series").get(pk=car.pk)


@transaction.atomic
def receive_car(car: StockCar, *, by: User, location: str = "", on: date | None = None) -> StockCar:
    """A car that was on its way has arrived; its days in stock begin."""
    car = locked(car)
    arrive(car, on=on or timezone.localdate())
    car.location, car.status_at = location.strip() or car.location, timezone.now()
    car.save(update_fields=["status", "arrived_on", "location", "status_at"])
    events.record("stock_car.received", car, by=by, data={"location": car.location})
    return car


KEPT = frozenset({StockCar.Status.ALLOCATED, StockCar.Status.READY})


@transaction.atomic
def change_car(car: StockCar, *, by: User, **facts: Any) -> StockCar:
    """Place, certificate, use, cost: what changes while a car stands.

    :raises Refusal: when the car has left, or would be put to another use while an order waits for it.
    """
    car = locked(car)
    if car.status == StockCar.Status.DELIVERED:
        raise Refusal(_("This car is delivered: nothing of it changes any more."), code="car_delivered")
    if "use" in facts and facts["use"] != car.use and car.status in KEPT:
        raise Refusal(_("This car is kept for an order. Release it first."), code="car_taken")
    if facts.get("cost") is not None and facts["cost"] < 0:
        raise Refusal(_("A cost is not negative."), code="cost_negative")
    changed = sorted(name for name, value in facts.items() if getattr(car, name) != value)
    if changed:
        for name in changed:
            setattr(car, name, facts[name])
        car.save(update_fields=changed)
        events.record("stock_car.changed", car, by=by, data={"fields": changed})
    return car


def locked_order(order: Order) -> Order:
    rows = Order.objects.select_for_update(of=("self",))
    return rows.select_related("store", "invoice").get(pk=order.pk)


def refuse_foreign(order: Order, *, by: User) -> None:
    """:raises NotYours: when neither the order nor its card is this person's."""
    if order.made_by_id != by.pk and order.lead is not None:
        refuse_other(order.lead, by=by)


def live_allocation(order: Order) -> Allocation | None:
    """The car kept for the order, if one is."""
    return order.allocations.filter(ended_at__isnull=True).select_related("car__variant__series", "car__colour").first()


def refuse_unfit(order: Order, car: StockCar) -> None:
    """:raises Refusal: when the car is not what was ordered, or stands elsewhere."""
    if car.variant_id != order.variant_id:
        sentence = _("%(number)s orders %(wanted)s, this car is %(car)s.")
        raise Refusal(sentence % {"number": order, "wanted": order.variant, "car": car.variant}, code="other_variant")
    if car.store_id not in {order.store_id, order.delivering_store_id}:
        raise Refusal(_("This car stands in %(store)s.") % {"store": car.store}, code="other_store")
    if car.use != StockCar.Use.NORMAL:
        raise Refusal(
            _("This is a %(use)s; put it up for sale first.") % {"use": car.get_use_display()}, code="not_for_sale"
        )


@transaction.atomic
def allocate_car(order: Order, *, car: StockCar, by: User) -> Allocation:
    """The car is kept for this order and for no other, whoever is quicker.

    :raises Refusal: when somebody else has it by now, or it is not the car that was ordered.
    """
    order = locked_order(order)
    refuse_foreign(order, by=by)
    order.become(Order.Status.ALLOCATED)
    car = locked(car)
    refuse_unfit(order, car)
    if car.status != StockCar.Status.AVAILABLE:
        raise taken(car)
    try:
        with transaction.atomic():
            kept = Allocation(order=order, car=car, made_by=by)
            kept.save(force_insert=True)
    except IntegrityError as error:
        raise taken(car) from error
    now = timezone.now()
    car.become(StockCar.Status.ALLOCATED)
    car.status_at = order.status_at = now
    car.save(update_fields=["status", "status_at"])
    order.save(update_fields=["status", "status_at"])
    events.record("order.car_allocated", order, by=by, data={"vin": car.vin, "colour": str(car.colour or "")})
    return kept


def taken(car: StockCar) -> Refusal:
    return Refusal(_("%(car)s is kept for another order by now. Choose another car.") % {"car": car}, code="car_taken")


def refuse_signed_sheet(order: Order, *, by: User) -> None:
    """:raises Refusal: when a department has signed for this very car already."""
    sheet = getattr(order, "delivery_sheet", None)
    if sheet is not None and sheet.sign_offs.exists():
        raise Refusal(_("The delivery sheet is signed for this car. Cancel the order instead."), code="sheet_signed")


@transaction.atomic
def release_car(order: Order, *, by: User, reason: str = "") -> Order:
    """The car is free for others again; the order waits for another one.

    :raises Refusal: when a department has signed for this very car already.
    """
    order = locked_order(order)
    refuse_foreign(order, by=by)
    refuse_signed_sheet(order, by=by)
    order.become(Order.Status.SIGNED)
    free(order)
    order.status_at = timezone.now()
    order.save(update_fields=["status", "status_at"])
    events.record("order.car_released", order, by=by, data={"reason": reason})
    return order


def free(order: Order) -> None:
    """End the live allocation, if there is one; the caller holds the order."""
    kept = live_allocation(order)
    if kept is None:
        return
    car = locked(kept.car)
    now = timezone.now()
    kept.ended_at, car.status_at = now, now
    kept.save(update_fields=["ended_at"])
    car.become(StockCar.Status.AVAILABLE)
    car.save(update_fields=["status", "status_at"])


@transaction.atomic
def mark_ready(order: Order, *, by: User) -> Order:
    """The car is prepared and may be handed over."""
    return step(order, Order.Status.READY, StockCar.Status.READY, "order.ready", by)


@transaction.atomic
def mark_not_ready(order: Order, *, by: User) -> Order:
    """Something is still to be done to the car."""
    return step(order, Order.Status.ALLOCATED, StockCar.Status.ALLOCATED, "order.not_ready", by)


def step(order: Order, to: str, car_to: str, kind: str, by: User, /) -> Order:
    """Order and car take the same step."""
    order = locked_order(order)
    order.become(to)
    kept = live_allocation(order)
    if kept is None:
        raise Refusal(_("No car is allocated to this order."), code="no_car")
    car = locked(kept.car)
    car.become(car_to)
    car.status_at = order.status_at = timezone.now()
    car.save(update_fields=["status", "status_at"])
    order.save(update_fields=["status", "status_at"])
    events.record(kind, order, by=by, data={"vin": car.vin})
    return order
