"""The delivery: four departments sign, the customer confirms, the car changes hands and the owner's care begins."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.actions import care, vehicles
from crm.models import Trigger, Vehicle
from crm.planner import Planner
from dms.actions.handing_over import refuse_absent
from dms.core.refusals import NotYours, Refusal
from dms.core.untyped import Facts
from dms.formats import display
from dms.formats.days import add_months, day_of
from dms.formats.opening_hours import OpeningHours
from dms.models import Attachment, User
from dms.records import attachments, events
from dms.records.business_hours import nearest_visit
from dms.records.numbering import next_number
from sales.actions import owner_cards
from sales.actions.allocation import live_allocation, said_why
from sales.events import (
    DELIVERY_CONFIRMED,
    DELIVERY_NOTED,
    DELIVERY_PLANNED,
    DELIVERY_SIGNED,
    DELIVERY_STEP_UNDONE,
    DELIVERY_UNCONFIRMED,
    ORDER_DELIVERED,
)
from sales.models import DeliverySheet, Lead, Order, OwnerCard, SignOff, StockCar
from sales.stores_of_order import refuse_not_deliverer, refuse_other_store

RIGHTS = {
    SignOff.Department.SALES: ("sales.sell",),
    SignOff.Department.WAREHOUSE: ("sales.stock",),
    SignOff.Department.AFTERSALES: ("aftersales.manage", "aftersales.inspect"),
    SignOff.Department.FINANCE: ("billing.take",),
}
"""Who signs for a department: whoever has one of these rights."""

STEPS = {"arrived": "arrived_at", "cleaned": "cleaned_at", "papers": "papers_at"}
BEFORE = {"cleaned": 30, "papers": 10}
"""Minutes before the appointment by which a step is done."""

STEP_LABELS = {
    "cleaned": pgettext_lazy("delivery", "Cleaned"),
    "papers": pgettext_lazy("delivery", "Papers ready"),
    "arrived": pgettext_lazy("delivery", "Customer arrived"),
}
IN_HAND = frozenset({Order.Status.ALLOCATED, Order.Status.READY})


def sheet_of(order: Order) -> DeliverySheet:
    """The order's sheet, opened when there is none yet. The caller holds the order.

    :raises Refusal: when no car is kept for the order.
    """
    if order.status not in IN_HAND:
        raise Refusal(_("Allocate a car first: the sheet is about that car."), code="no_car")
    known = DeliverySheet.objects.filter(order=order).first()
    if known is not None:
        return known
    # The number comes last: the series is one queue for the whole store.
    sheet = DeliverySheet(number=next_number("delivery_sheet", order.store), order=order, store=order.store)
    sheet.save(force_insert=True)
    return sheet


HANDING_OVER = timedelta(minutes=15)
"""How long the adviser is with the customer before others may be: as long as the workshop needs to receive a car."""


def refuse_time(order: Order, at: datetime) -> None:
    """The customer comes while the store that hands over is open, and to an adviser who is there.

    :raises Refusal: when the time is over, the store is closed then (with the next time when it is not), or the adviser is away.
    """
    if at <= timezone.now():
        raise Refusal(_("Choose a time that is still to come."), code="appointment_in_past")
    store, nearest = order.delivered_in, nearest_visit(order.delivered_in, at, HANDING_OVER)
    if nearest != at:
        closed_day = day_of(at) in store.closed_on
        sentence = (
            _("%(store)s is closed on %(day)s. The next time is %(at)s.")
            if closed_day
            else _("%(store)s hands cars over while it is open, %(hours)s. The next time is %(at)s.")
        )
        hours = OpeningHours.of(store).stretches(day_of(at))
        words = {
            "store": store,
            "day": display.date(at),
            "hours": ", ".join(f"{display.clock(begins)}–{display.clock(ends)}" for begins, ends in hours),
            "at": display.moment(nearest),
        }
        raise Refusal(sentence % words, code="closed_day" if closed_day else "outside_hours")
    if order.adviser is not None and order.delivering_store_id is None:  # an entrusted car is handed over by others
        refuse_absent(order.adviser, on=day_of(at))


def thanks_by(sheet: DeliverySheet) -> datetime | None:
    """Until when letter and call must be done on the day of the delivery itself, as a holiday follows; None as usual."""
    at = sheet.appointment_at or timezone.now()
    return Planner().due_before_close(Trigger.DELIVERY, store=sheet.order.store, at=at)


@transaction.atomic
def plan_delivery(order: Order, *, by: User, at: datetime | None = None) -> DeliverySheet:
    """The sheet goes round the departments; with a time, the customer comes then.

    :raises Refusal: when nobody hands cars over then, or no car is allocated.
    """
    order = Order.objects.lock(order)  # not the sheet: there may be none yet that could be locked
    sheet = sheet_of(order)
    if at is not None:
        refuse_time(order, at)
        sheet.appointment_at = at
        sheet.save(update_fields=["appointment_at"])
    events.record(DELIVERY_PLANNED, order, by=by, data={"at": at and at.isoformat(), "sheet": sheet.number})
    return sheet


def refuse_over(sheet: DeliverySheet, *, by: User) -> None:
    """:raises Refusal: when the car of the order is gone, or none is kept for it (any more)."""
    order = sheet.order
    if order.status not in IN_HAND:
        raise Refusal(_("This order is “%(status)s”.") % {"status": order.get_status_display()}, code="delivery_over")


def lock_sheet(sheet: DeliverySheet, *, by: User) -> DeliverySheet:
    """The order first, then its sheet: everybody locks in this direction, so that nobody waits in a ring.

    :raises Refusal: when the delivery is over.
    """
    # Signing, cancelling, taking the car off and handing over all wait for each other at the order.
    order = Order.objects.lock(sheet.order)
    sheet = DeliverySheet.objects.lock(sheet)
    sheet.order = order
    refuse_over(sheet, by=by)
    return sheet


@transaction.atomic
def note_step(sheet: DeliverySheet, *, step: str, by: User) -> DeliverySheet:
    """Cleaned, papers ready, customer arrived: the moment counts against its deadline and the waiting time."""
    # Two tablets note one step at once: under the lock the second sees the first moment, and keeps it.
    sheet = lock_sheet(sheet, by=by)
    refuse_not_deliverer(sheet.order, by=by)
    field = STEPS.get(step)
    if field is None:
        raise Refusal(_("There is no such step."), code="no_such_step")
    if getattr(sheet, field) is None:  # the first moment counts: pressed again it would hide how late it was
        setattr(sheet, field, timezone.now())
        sheet.save(update_fields=[field])
        events.record(DELIVERY_NOTED, sheet.order, by=by, data={"step": step})
    return sheet


def steps_done(sheet: DeliverySheet) -> list[str]:
    """The steps of the checklist that are ticked."""
    return [step for step, field in STEPS.items() if getattr(sheet, field) is not None]


def refuse_nothing_done(sheet: DeliverySheet, *, by: User) -> None:
    """:raises Refusal: when no step is ticked that could be taken back."""
    if not steps_done(sheet):
        raise Refusal(_("No step is ticked yet."), code="step_not_done")


@transaction.atomic
def undo_step(sheet: DeliverySheet, *, step: str, reason: str, by: User) -> DeliverySheet:
    """A step was ticked by mistake: it is still to be done. The log keeps the moment and the reason.

    :raises Refusal: without a reason, when it is not ticked, or the car is gone.
    """
    sheet, said = lock_sheet(sheet, by=by), said_why(reason)
    refuse_elsewhere(sheet, by=by)
    if step not in steps_done(sheet):
        raise Refusal(_("This step is not ticked."), code="step_not_done")
    field = STEPS[step]
    before = getattr(sheet, field)
    setattr(sheet, field, None)
    sheet.save(update_fields=[field])
    data = {"step": step, "at": before.isoformat(), "note": said}
    events.record(DELIVERY_STEP_UNDONE, sheet.order, by=by, data=data)
    return sheet


@transaction.atomic
def sign_off(sheet: DeliverySheet, *, department: str, by: User, note: str = "") -> SignOff:
    """A department says that its part is done.

    :raises NotYours: when the person does not belong to it.
    :raises Refusal: when its part cannot be done yet, or it has signed already.
    """
    # Nobody signs for a car that is being taken off the order at this moment.
    sheet = lock_sheet(sheet, by=by)
    refuse_signature(sheet, department=department, by=by)
    # Rows are only added: a department that signed in error says so by cancelling the order, not by a quiet delete.
    signed = SignOff.objects.create(sheet=sheet, department=department, by=by, note=note.strip()[:120])
    events.record(DELIVERY_SIGNED, sheet.order, by=by, data={"department": department})
    return signed


def departments_of(user: User) -> list[SignOff.Department]:
    """The departments for which this person signs."""
    return [department for department, rights in RIGHTS.items() if any(user.has_perm(right) for right in rights)]


def refuse_signature(sheet: DeliverySheet, *, department: str, by: User) -> None:
    """:raises Refusal: when this person, or nobody, can sign for the department now."""
    if department not in SignOff.Department.values:
        raise Refusal(_("There is no such department."), code="no_such_department")
    if department not in departments_of(by):
        raise NotYours(_("%(department)s signs this itself.") % {"department": SignOff.Department(department).label})
    # An entrusted order has departments in two houses: money is taken by one, the car stands in the other.
    refuse_other_store(sheet.order, department, by=by)
    if sheet.sign_offs.filter(department=department).exists():
        raise Refusal(_("This department has signed already."), code="already_signed")
    refuse_too_early(sheet.order, department)


def why_unsigned(sheet: DeliverySheet, *, by: User) -> dict[str, str]:
    """The departments for which this person signs, each with why that cannot be now; empty where it can."""
    reasons: dict[str, str] = {}
    for department in departments_of(by):
        try:
            refuse_signature(sheet, department=department, by=by)
            reasons[department] = ""
        except Refusal as refusal:
            reasons[department] = str(refusal.sentence)
    return reasons


def refuse_to_sign(sheet: DeliverySheet, *, by: User) -> None:
    """:raises Refusal: when this person can sign for no department now."""
    reasons = why_unsigned(sheet, by=by)
    if not reasons:
        raise NotYours(_("The departments sign this themselves."))
    if all(reasons.values()):
        raise Refusal(next(iter(reasons.values())), code="not_to_be_signed")


def refuse_too_early(order: Order, department: str) -> None:
    """:raises Refusal: finance signs for money received, the warehouse for a certificate in hand."""
    # The custom of the trade: money before keys. A pledged certificate is with the bank, and without it there is no plate.
    if department == SignOff.Department.FINANCE and (order.invoice is None or not order.invoice.is_settled):
        due = display.yuan(order.invoice.due) if order.invoice else "–"
        raise Refusal(_("%(due)s is still to be paid.") % {"due": due}, code="not_paid")
    allocation = live_allocation(order)
    if (
        department == SignOff.Department.WAREHOUSE
        and allocation
        and allocation.car.certificate != StockCar.Certificate.IN_HAND
    ):
        raise Refusal(_("The certificate is still pledged. Redeem it first."), code="certificate_pledged")


@transaction.atomic
def confirm_delivery(
    sheet: DeliverySheet,
    *,
    by: User,
    name: str = "",
    signature: attachments.Picture | None = None,
    photo: Attachment | None = None,
) -> DeliverySheet:
    """The customer confirms that papers, car and service were handed over: by hand on the screen, or by the name typed.

    Who signs by hand without a name is the buyer.
    :raises Refusal: with neither.
    """
    # A second tablet must not put its signature in the place of the one the customer gave.
    sheet = lock_sheet(sheet, by=by)
    refuse_elsewhere(sheet, by=by)
    # Somebody else may fetch the car for the buyer: a name that is typed is the one that counts.
    name = name.strip() or (str(sheet.order.customer) if signature else "")
    if not name:
        raise Refusal(_("Write who confirms."), code="no_name")
    refuse_confirmed(sheet, by=by)
    sheet.confirmed_at, sheet.confirmed_name = timezone.now(), name[:80]
    sheet.signature = attachments.as_attachment(signature, by=by, subject=sheet) or sheet.signature
    sheet.photo = photo or sheet.photo
    sheet.save(update_fields=["confirmed_at", "confirmed_name", "signature", "photo"])
    events.record(DELIVERY_CONFIRMED, sheet.order, by=by, data={"name": sheet.confirmed_name})
    return sheet


def refuse_unconfirmed(sheet: DeliverySheet, *, by: User) -> None:
    """:raises Refusal: when the customer has not confirmed."""
    if sheet.confirmed_at is None:
        raise Refusal(_("The customer has not confirmed yet."), code="not_confirmed")


@transaction.atomic
def unconfirm_delivery(sheet: DeliverySheet, *, reason: str, by: User) -> DeliverySheet:
    """The customer's word was noted by mistake, and the car is still here: they confirm again. The log keeps what stood there.

    :raises Refusal: without a reason, when nothing is confirmed, or the car is gone.
    """
    sheet, said = lock_sheet(sheet, by=by), said_why(reason)
    refuse_elsewhere(sheet, by=by)
    refuse_unconfirmed(sheet, by=by)
    assert sheet.confirmed_at is not None
    data = {
        "name": sheet.confirmed_name,
        "at": sheet.confirmed_at.isoformat(),
        "signature": sheet.signature_id,
        "note": said,
    }
    # The drawing goes with the word: what stays on the sheet would be read as given for the next one.
    sheet.confirmed_at, sheet.confirmed_name, sheet.signature, sheet.photo = None, "", None, None
    sheet.save(update_fields=["confirmed_at", "confirmed_name", "signature", "photo"])
    events.record(DELIVERY_UNCONFIRMED, sheet.order, by=by, data=data)
    return sheet


def refuse_elsewhere(sheet: DeliverySheet, *, by: User) -> None:
    """:raises NotYours: when another store hands the car over."""
    refuse_not_deliverer(sheet.order, by=by)


def refuse_confirmed(sheet: DeliverySheet, *, by: User) -> None:
    """:raises Refusal: when the customer has given their word already."""
    if sheet.confirmed_at is not None:
        sentence = _("%(name)s has confirmed already, %(at)s.")
        names = {"name": sheet.confirmed_name, "at": display.moment(sheet.confirmed_at)}
        raise Refusal(sentence % names, code="already_confirmed")


def missing(order: Order) -> list[str]:
    """What keeps the car here, each in words."""
    sheet = DeliverySheet.objects.filter(order=order).first()
    signed = set(sheet.sign_offs.values_list("department", flat=True)) if sheet else set()
    allocation = live_allocation(order)
    lacking = [
        _("%(department)s has not signed") % {"department": label}
        for department, label in SignOff.Department.choices
        if department not in signed
    ]
    if sheet is None or sheet.confirmed_at is None:
        lacking.append(_("the customer has not confirmed"))
    if order.invoice is None or not order.invoice.is_settled:
        lacking.append(
            _("%(due)s is to be paid") % {"due": display.yuan(order.invoice.due if order.invoice else order.total)}
        )
    if allocation is None:
        lacking.append(_("no car is allocated"))
    elif allocation.car.certificate != StockCar.Certificate.IN_HAND:
        lacking.append(_("the certificate is pledged"))
    return lacking


INCOMPLETE = gettext_lazy("The car stays here: %(missing)s.")


def refuse_incomplete(order: Order, *, by: User) -> None:
    """:raises Refusal: naming everything that is missing."""
    # All at once: nobody should be sent round the house again for each thing that is missing.
    lacking = missing(order)
    if lacking:
        raise Refusal(str(INCOMPLETE) % {"missing": _("; ").join(lacking)}, code="delivery_incomplete")


@transaction.atomic
def deliver_order(order: Order, *, by: User) -> OwnerCard:
    """The car changes hands: the buyer is an owner with a C card, the file of the car is opened, the follow-up calls begin.

    :raises Refusal: naming everything that is missing.
    """
    # Two clerks hand over at once: the second finds it delivered, and the owner's care begins once.
    order = Order.objects.lock(order)
    refuse_not_deliverer(order, by=by)
    refuse_incomplete(order, by=by)
    now = timezone.now()
    order.move(Order.Status.DELIVERED, at=now, delivered_at=now)
    allocation = live_allocation(order)
    # The list of what is missing has looked for it under the same lock.
    assert allocation is not None
    car = StockCar.objects.lock(allocation.car)  # after its order, as allocating and cancelling do
    vehicle = file_of(car, order=order, by=by)
    car.move(StockCar.Status.DELIVERED, at=now, vehicle=vehicle)
    # The card after the order, as approving and cancelling take it.
    if order.lead is not None:
        Lead.objects.lock(order.lead).move(Lead.Status.DELIVERED, at=now)
    card = owner_cards.open_card(order, vehicle=vehicle, by=by)
    care.start_cadence(
        Trigger.DELIVERY,
        customer=order.customer,
        vehicle=vehicle,
        store=order.store,
        anchor=now,
        by=by,
        assignee=order.adviser,
    )
    events.record(ORDER_DELIVERED, order, by=by, data={"vin": car.vin, "card": card.number})
    return card


def file_of(car: StockCar, *, order: Order, by: User) -> Vehicle:
    """The file of the car with the buyer as its owner: a new one, or that of a car we had on file (a demonstrator)."""
    today = timezone.localdate()
    # A demonstrator, or a car we bought back, is on file by its VIN: a second file would split its history.
    known = car.vehicle or Vehicle.objects.filter(vin=car.vin).first()
    if known is not None:
        if not known.ownerships.filter(customer=order.customer, until__isnull=True).exists():
            # It was the house's, or of whoever sold it back to us: a second owner of today would be called too.
            vehicles.hand_over_ownership(known, to=order.customer, by=by, on=today)
        vehicle = known
    else:
        facts = facts_of(car, today)
        vehicle = vehicles.register_vehicle(owner=order.customer, store=order.store, by=by, **facts)
    # Whoever sold it and whoever handed it over know the car.
    for store in {order.store, order.delivered_in} if known or order.delivering_store else ():
        vehicles.link(vehicle, store)
    return vehicle


def facts_of(car: StockCar, today: date) -> Facts:
    """What the stock car and the catalogue know of the car."""
    return {
        "number": car.vin,
        "vin_reason": car.vin_reason,
        "variant": car.variant,
        "model_text": str(car.variant)[:80],
        "colour": str(car.colour or ""),
        "energy": car.variant.energy,
        "engine_no": car.engine_no,
        "factory_month": car.factory_month,
        "bought_on": today,
        "warranty_until": add_months(today, car.variant.warranty_months),
    }
