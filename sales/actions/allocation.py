"""Which car is kept for which order: allocated, released, made ready. An order and its car take their steps together."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.core.event_words import EventKind
from dms.core.refusals import Refusal
from dms.models import User
from dms.records import events
from dms.records.constraint_errors import refusing
from sales.actions.leads import refuse_foreign
from sales.events import ORDER_CAR_ALLOCATED, ORDER_CAR_RELEASED, ORDER_NOT_READY, ORDER_READY
from sales.models import Allocation, Order, StockCar
from sales.stores_of_order import refuse_not_deliverer, refuse_not_seller


def live_allocation(order: Order) -> Allocation | None:
    """The car kept for the order, if one is."""
    return order.allocations.filter(ended_at__isnull=True).select_related("car__variant__series", "car__colour").first()


@dataclass(frozen=True)
class Word:
    """Why it is another car than ordered, and that the customer agreed: how and when."""

    reason: str = ""
    how: str = ""
    at: datetime | None = None


def is_another_car(order: Order, car: StockCar) -> bool:
    """Whether the customer would get another variant or colour than they ordered."""
    # A buyer who named no colour takes any: then only the variant can be another.
    other_colour = order.colour_id is not None and car.colour_id != order.colour_id
    return car.variant_id != order.variant_id or other_colour


def check_word(order: Order, car: StockCar, word: Word) -> None:
    """:raises Refusal: when it is another car than ordered, and the customer has not said yes."""
    if not (word.reason.strip() and word.how in Allocation.Word.values and word.at):
        sentence = _(
            "%(number)s orders %(wanted)s, this car is %(car)s. Say why, and how and when the customer agreed to it."
        )
        wanted, other = (f"{one.variant} {one.colour or ''}".strip() for one in (order, car))
        raise Refusal(sentence % {"number": order, "wanted": wanted, "car": other}, code="another_car")
    if word.at > timezone.now():
        raise Refusal(_("The customer cannot have agreed later than now."), code="agreed_in_future")


def refuse_unfit(order: Order, car: StockCar) -> None:
    """:raises Refusal: when the car is of another series than ordered, stands elsewhere, or is not for sale."""
    if car.variant.series_id != order.variant.series_id:
        sentence = _("%(number)s orders %(wanted)s, this car is %(car)s.")
        raise Refusal(sentence % {"number": order, "wanted": order.variant, "car": car.variant}, code="other_variant")
    # An entrusted order may be served from the yard of either store.
    if car.store_id not in {order.store_id, order.delivering_store_id}:
        raise Refusal(_("This car stands in %(store)s.") % {"store": car.store}, code="other_store")
    if car.use != StockCar.Use.NORMAL:
        raise Refusal(
            _("This is a %(use)s; put it up for sale first.") % {"use": car.get_use_display()}, code="not_for_sale"
        )


@transaction.atomic
def allocate_car(
    order: Order,
    *,
    car: StockCar,
    by: User,
    reason: str = "",
    agreed_how: str = "",
    agreed_at: datetime | None = None,
) -> Allocation:
    """The car is kept for this order and for no other, whoever is quicker.

    A car of another variant or colour is kept with a reason and the customer's word, which the order shows from then on.

    :raises Refusal: when somebody else has it by now, or it is not the car that was ordered and nobody said why.
    """
    # A colleague may cancel the order, or keep another car for it, at this moment: one after the other here.
    order = Order.objects.lock(order)
    refuse_not_seller(order, by=by)
    refuse_foreign(order, by=by)
    order.move(Order.Status.ALLOCATED)
    car = StockCar.objects.lock(car)  # after the order: whoever cancels or delivers holds them in this order too
    refuse_unfit(order, car)
    if car.status != StockCar.Status.AVAILABLE:
        raise already_taken(car)
    # The word is asked for under the lock: which car it is cannot change any more.
    allocation = Allocation(order=order, car=car, made_by=by)
    if is_another_car(order, car):
        word = Word(reason.strip()[:200], agreed_how, agreed_at)
        check_word(order, car, word)
        allocation.reason, allocation.agreed_how, allocation.agreed_at = word.reason, word.how, word.at
    # The lock decides between two advisers; the unique index also holds where something does not lock.
    with refusing({"allocation_one_live_per_car": partial(already_taken, car)}):
        allocation.save(force_insert=True)
    car.move(StockCar.Status.ALLOCATED, at=order.status_at)
    data = {"vin": car.vin, "car": str(car.variant), "colour": str(car.colour or ""), "note": allocation.reason}
    events.record(ORDER_CAR_ALLOCATED, order, by=by, data=data)
    return allocation


def already_taken(car: StockCar) -> Refusal:
    return Refusal(_("%(car)s is kept for another order by now. Choose another car.") % {"car": car}, code="car_taken")


def refuse_signed_sheet(order: Order, *, by: User) -> None:
    """:raises Refusal: when a department has signed for this very car already."""
    # The other side of a one-to-one raises where there is none yet.
    sheet = getattr(order, "delivery_sheet", None)
    if sheet is not None and sheet.sign_offs.exists():
        raise Refusal(_("The delivery sheet is signed for this car. Cancel the order instead."), code="sheet_signed")


@transaction.atomic
def release_car(order: Order, *, by: User, reason: str) -> Order:
    """The car is free for others again; the order waits for another one.

    :raises Refusal: without a reason, or when a department has signed for this very car already.
    """
    # A department that signs for this car holds the order too: whoever is second sees what the first did.
    order = Order.objects.lock(order)
    refuse_not_seller(order, by=by)
    refuse_foreign(order, by=by)
    said = said_why(reason)
    refuse_signed_sheet(order, by=by)  # four signatures are about this car, not about another one
    order.move(Order.Status.SIGNED)
    end_allocation(order)
    events.record(ORDER_CAR_RELEASED, order, by=by, data={"note": said})
    return order


def said_why(reason: str) -> str:
    """The words that go into the log.

    :raises Refusal: when there are none.
    """
    if not reason.strip():
        raise Refusal(_("Say why: whoever has it next asks."), code="no_reason")
    return reason.strip()[:200]


def end_allocation(order: Order) -> None:
    """The car kept for the order, if there is one, is for sale again from the order's step on. The caller holds the order."""
    allocation = live_allocation(order)
    if allocation is None:
        return
    allocation.ended_at = order.status_at  # the row stays: which cars were kept for whom is asked later
    allocation.save(update_fields=["ended_at"])
    # The order first, then its car: every act on both takes them in this order.
    StockCar.objects.lock(allocation.car).move(StockCar.Status.AVAILABLE, at=order.status_at)


@transaction.atomic
def mark_ready(order: Order, *, by: User) -> Order:
    """The car is prepared and may be handed over."""
    return advance_with_car(order, Order.Status.READY, StockCar.Status.READY, ORDER_READY, by)


@transaction.atomic
def mark_not_ready(order: Order, *, by: User, reason: str) -> Order:
    """Something is still to be done to the car.

    :raises Refusal: without a reason.
    """
    said = said_why(reason)
    return advance_with_car(order, Order.Status.ALLOCATED, StockCar.Status.ALLOCATED, ORDER_NOT_READY, by, note=said)


def advance_with_car(order: Order, to: str, car_to: str, kind: EventKind, by: User, /, *, note: str = "") -> Order:
    """Order and car take the same step."""
    # Made ready and taken off the order at once: the second of the two finds the order in its new status.
    order = Order.objects.lock(order)
    refuse_not_deliverer(order, by=by)
    order.move(to)
    allocation = live_allocation(order)
    if allocation is None:
        raise Refusal(_("No car is allocated to this order."), code="no_car")
    # The order first, then its car: every act on both takes them in this order.
    car = StockCar.objects.lock(allocation.car)
    car.move(car_to, at=order.status_at)
    events.record(kind, order, by=by, data={"vin": car.vin, "note": note})
    return order
