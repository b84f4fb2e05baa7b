"""Registering vehicles, their plates, owners and mileage."""

from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import signals
from crm.actions import customers
from crm.events import (
    VEHICLE_CHANGED,
    VEHICLE_HANDED_OVER,
    VEHICLE_MILEAGE_MISREAD,
    VEHICLE_MILEAGE_READ,
    VEHICLE_ODOMETER_REPLACED,
    VEHICLE_REGISTERED,
)
from crm.models import Customer, MileageReading, Misreading, Ownership, Vehicle, VehicleStore
from dms.core.refusals import Refusal
from dms.core.untyped import Fact, Facts
from dms.formats import display, plates, vin
from dms.models import Store, User
from dms.records import events
from dms.records.constraint_errors import refusing


class MileageFell(Refusal):
    """The odometer shows less than it did. Either it was misread, or it was replaced: then say so, with the reason."""

    code = "mileage_fell"


@transaction.atomic
def register_vehicle(
    owner: Customer,
    *,
    store: Store,
    by: User,
    number: str | None = None,
    plate: str | None = None,
    vin_reason: str = "",
    plate_confirmed: bool = False,
    **facts: Fact,
) -> Vehicle:
    """A car gets its file, with its owner. A car we know already is refused with the way to it.

    :param number: the VIN; checked against ISO 3779.
    :param vin_reason: why it is right although its check digit says otherwise.
    :param plate_confirmed: its colour was looked at twice, and is not that of such a car.
    :raises Refusal: when neither VIN nor plate is given or one of them cannot be right.
    """
    vehicle = Vehicle(**vouched_vin(number, reason=vin_reason, by=by), plate=read_plate(plate), **facts)
    # A green plate is given to new-energy cars alone: it tells what the form leaves open.
    if "energy" not in facts:
        vehicle.energy = plates.energy_of(vehicle.plate) or vehicle.energy
    if not (vehicle.vin or vehicle.plate):
        raise Refusal(_("Enter the plate or the VIN: one of them must identify the car."), code="vehicle_unidentified")
    refuse_known(vehicle)
    if not plate_confirmed:
        refuse_odd_plate(vehicle)
    # Of two desks that register one car the unique VIN, or the index of current plates, refuses the second.
    vehicle.save(force_insert=True)
    Ownership.objects.create(vehicle=vehicle, customer=owner, since=facts.get("bought_on") or timezone.localdate())
    link(vehicle, store)
    customers.link(owner, store)
    events.record(
        VEHICLE_REGISTERED, vehicle, by=by, store=store, data={"owner": owner.pk, "vin_reason": vehicle.vin_reason}
    )
    return vehicle


def refuse_known(vehicle: Vehicle) -> None:
    if vehicle.vin and Vehicle.objects.filter(vin=vehicle.vin).exclude(pk=vehicle.pk).exists():
        raise Refusal(_("A car with this VIN is on file already. Search for it."), code="vin_known")
    if vehicle.plate and Vehicle.objects.filter(plate=vehicle.plate, gone=False).exclude(pk=vehicle.pk).exists():
        raise Refusal(_("Another car carries this plate. Look it up by the plate."), code="plate_taken")


def link(vehicle: Vehicle, store: Store) -> None:
    """From now on staff of the store see the car."""
    # Two stores that meet the car at once both write the row; the second finds it there.
    VehicleStore.objects.bulk_create([VehicleStore(vehicle=vehicle, store=store)], ignore_conflicts=True)


def read_vin(text: str | None) -> str | None:
    """The VIN in its normal form, None when nothing was typed.

    :raises Refusal: naming what is wrong with it.
    """
    if not (text and text.strip()):
        return None
    verdict = vin.judge(text)
    if not verdict.accepted:
        raise Refusal(verdict.error, code="vin_wrong")
    return verdict.vin


def vouched_vin(text: str | None, *, reason: str, by: User) -> Facts:
    """The VIN, and who said why it is right where its check digit says otherwise: the columns of a car.

    :raises Refusal: when it cannot be a VIN, or does not fit and nobody says why.
    """
    number, reason = read_vin(text), reason.strip()[:120]
    if number is None or not vin.judge(number).doubt:
        return {"vin": number, "vin_reason": "", "vin_reason_by": None, "vin_reason_at": None}
    if not reason:
        raise Refusal(vin.DOUBT, code="vin_without_reason")
    return {"vin": number, "vin_reason": reason, "vin_reason_by": by, "vin_reason_at": timezone.now()}


def vouched_anew(vehicle: Vehicle, *, text: str | None, reason: str | None, by: User) -> Facts:
    """The columns of a VIN that was changed, or is said to be right by another reason; none when it stands as it was."""
    stands = read_vin(text) == vehicle.vin
    if reason is None:
        reason = vehicle.vin_reason if stands else ""
    said = vouched_vin(text, reason=reason, by=by)
    return {} if stands and said["vin_reason"] == vehicle.vin_reason else said


def read_plate(text: str | None) -> str | None:
    if not (text and text.strip()):
        return None
    plate = plates.parse(text)
    if plate is None:
        raise Refusal(not_a_plate(text), code="plate_wrong")
    return plate.text


def refuse_odd_plate(vehicle: Vehicle) -> None:
    """:raises Refusal: when such a car has a plate of another colour: one of them is mistyped, or it is confirmed."""
    energy = vehicle.get_energy_display()
    match plates.odd_for(vehicle.plate, vehicle.energy):
        case plates.Ground.NEW_ENERGY:
            sentence = _("A green plate, and the car runs on: %(energy)s. Check both; if it is so, confirm it.")
        case plates.Ground.ORDINARY:
            sentence = _("A blue plate, and the car is: %(energy)s. Check both; if it is so, confirm it.")
        case _:
            return
    raise Refusal(sentence % {"energy": energy}, code="plate_odd")


def not_a_plate(text: str) -> str:
    sentence = _("“%(text)s” is no plate. Write the province, the letter and five characters, six for new energy.")
    return sentence % {"text": text.strip()}


@transaction.atomic
def change_vehicle(
    vehicle: Vehicle, *, by: User, vin_reason: str | None = None, plate_confirmed: bool = False, **facts: Fact
) -> Vehicle:
    """Correct or complete the file; the log keeps old and new plate.

    :param vin_reason: why the VIN is right although its check digit says otherwise; left out, what was said before stands.
    :param plate_confirmed: its colour was looked at twice, and is not that of such a car.
    """
    # Compared under the lock: the log says which plate was the old one, though two desks change it.
    vehicle = Vehicle.objects.lock(vehicle)
    if "plate" in facts:
        facts["plate"] = read_plate(facts["plate"])
    facts |= vouched_anew(vehicle, text=facts.pop("vin", vehicle.vin), reason=vin_reason, by=by)
    changed = {name: value for name, value in facts.items() if getattr(vehicle, name) != value}
    if not changed:
        return vehicle
    data: dict[str, object] = {"fields": sorted(changed)}
    if "plate" in changed:
        data["plate"] = [vehicle.plate, changed["plate"]]
    if "vin_reason" in changed:
        data["vin_reason"] = changed["vin_reason"]
    for name, value in changed.items():
        setattr(vehicle, name, value)
    # Only what changes is asked: an old twin in imported files must not stop a new phone or colour.
    refuse_known(Vehicle(pk=vehicle.pk, vin=changed.get("vin"), plate=changed.get("plate")))
    if {"plate", "energy"} & changed.keys() and not plate_confirmed:
        refuse_odd_plate(vehicle)
    if not (vehicle.vin or vehicle.plate or vehicle.source_id):
        raise Refusal(_("Enter the plate or the VIN: one of them must identify the car."), code="vehicle_unidentified")
    with refusing():  # a car that is on the road again may find its plate on another one
        vehicle.save(update_fields=[*sorted(changed), "vin_tail"])
    events.record(VEHICLE_CHANGED, vehicle, by=by, data=data)
    return vehicle


@transaction.atomic
def hand_over_ownership(vehicle: Vehicle, *, to: Customer, by: User, on: date | None = None) -> Ownership:
    """The car changes hands: the old owner's period ends, the new one's begins the same day."""
    # Sold on twice in one day at two desks: the second ends the first buyer's period, not the seller's again.
    vehicle = Vehicle.objects.lock(vehicle)
    day = on or timezone.localdate()
    # Under the lock of the car: it has one owner at a time (partial unique index).
    current = vehicle.ownerships.filter(role=Ownership.Role.OWNER, until__isnull=True).first()
    if current is not None and current.customer_id == to.pk:
        raise Refusal(_("%(name)s owns this car already.") % {"name": to}, code="same_owner")
    if current is not None and day < current.since:
        raise Refusal(_("An ownership cannot end before it began."), code="before_purchase")
    if current is not None:
        current.until = day
        current.save(update_fields=["until"])
    ownership = Ownership.objects.create(vehicle=vehicle, customer=to, since=day)
    # Every store that knows the car meets its new owner: they come with it.
    for row in VehicleStore.objects.filter(vehicle=vehicle).select_related("store"):
        customers.link(to, row.store)
    events.record(VEHICLE_HANDED_OVER, vehicle, by=by, data={"from": current and current.customer_id, "to": to.pk})
    return ownership


@transaction.atomic
def hand_over_to_new_owner(vehicle: Vehicle, *, name: str, phone: str, store: Store, by: User) -> Ownership:
    """The car changes hands to somebody named at the desk: known to us by number and name, or on file from now on.

    :raises Refusal: as ``hand_over_ownership`` does; then nobody new is on file either.
    """
    # The customer before the car, as when both are registered: desks take them in one order.
    owner = customers.known_or_new(name=name, phone=phone, store=store, by=by).customer
    return hand_over_ownership(vehicle, to=owner, by=by)


MOST_A_DAY = 1_500
"""More kilometres nobody drives on average: a finger that hit a key twice is asked about before it becomes the car's file."""


class MileageLeaps(Refusal):
    """The odometer shows more than can have been driven since. Either it is mistyped, or it is confirmed."""

    code = "mileage_leaps"


def refuse_leap(vehicle: Vehicle, km: int) -> None:
    """:raises MileageLeaps: when nobody can have driven so far since the last reading."""
    last = vehicle.readings.true().first()
    # A day begun counts as a whole one: between this morning and tonight lies a day's driving.
    if last is None or km - last.km <= MOST_A_DAY * ((timezone.now() - last.at).days + 1):
        return
    sentence = _(
        "%(km)s km is %(more)s km more than on %(day)s. Check the figure; if the odometer shows it, confirm it."
    )
    facts = {"km": f"{km:,}", "more": f"{km - last.km:,}", "day": display.date(timezone.localdate(last.at))}
    raise MileageLeaps(sentence % facts)


@transaction.atomic
def read_mileage(
    vehicle: Vehicle,
    *,
    km: int,
    by: User | None,
    odometer_replaced: bool = False,
    reason: str = "",
    km_confirmed: bool = False,
) -> MileageReading:
    """Note what the odometer shows. The database refuses a fall, also one that two desks cause together.

    :param km_confirmed: it was looked at twice, and rose as far as nobody drives.
    :raises MileageFell: with the last reading, and what to do if the odometer was replaced.
    :raises MileageLeaps: with the last reading, until it is confirmed.
    """
    if odometer_replaced and not reason.strip():
        raise Refusal(_("Say why the odometer was replaced."), code="replacement_without_reason")
    if not (odometer_replaced or km_confirmed):
        refuse_leap(vehicle, km)
    reading = MileageReading(vehicle=vehicle, km=km, by=by, odometer_replaced=odometer_replaced, reason=reason.strip())
    # The trigger queues the readings of one car: two desks that read at once are judged one after the other.
    with refusing({"mileage_never_falls": partial(mileage_fell, vehicle, km)}):
        reading.save(force_insert=True)
    kind = VEHICLE_ODOMETER_REPLACED if odometer_replaced else VEHICLE_MILEAGE_READ
    events.record(kind, vehicle, by=by, data={"km": km, "reason": reason})
    return reading


@transaction.atomic
def misread(reading: MileageReading, *, reason: str, by: User) -> Misreading:
    """The odometer never showed this: it stays in the history as misread, and counts no more.

    :raises Refusal: without a reason, or when it is known as misread.
    """
    # The check on new readings takes the car too: none is judged by one that is being struck out.
    Vehicle.objects.lock(reading.vehicle)
    if not reason.strip():
        raise Refusal(_("Say why the reading is wrong."), code="misreading_without_reason")
    if Misreading.objects.filter(reading=reading).exists():
        raise Refusal(_("This reading is known as misread."), code="misread_already")
    made = Misreading.objects.create(reading=reading, reason=reason.strip()[:120], by=by)
    events.record(VEHICLE_MILEAGE_MISREAD, reading.vehicle, by=by, data={"km": reading.km, "reason": made.reason})
    return made


def refuse_unread(vehicle: Vehicle, *, by: User) -> None:
    """:raises Refusal: when no mileage is on file."""
    if not vehicle.readings.true().exists():
        raise Refusal(_("No mileage is on file that could be wrong."), code="nothing_read")


@transaction.atomic
def correct_mileage(vehicle: Vehicle, *, km: int, reason: str, by: User) -> MileageReading:
    """The last reading was misread: what the odometer showed at that moment was this.

    :raises Refusal: without a reason, or when it does not fit between the readings before and after.
    """
    # The last reading is sought under the lock: a car checked in meanwhile has a later one.
    vehicle = Vehicle.objects.lock(vehicle)
    refuse_unread(vehicle, by=by)
    wrong = vehicle.readings.true()[0]
    misread(wrong, reason=reason, by=by)
    meant = MileageReading(
        vehicle=vehicle,
        km=km,
        # At the moment it was read: the days between readings are what the next one is judged by.
        at=wrong.at,
        by=by,
        odometer_replaced=wrong.odometer_replaced,
        reason=wrong.reason,
    )
    with refusing({"mileage_never_falls": partial(mileage_fell, vehicle, km)}):
        meant.save(force_insert=True)
    events.record(VEHICLE_MILEAGE_READ, vehicle, by=by, data={"km": km, "reason": reason.strip()})
    # The check-in above us points to the reading; it follows in this transaction, or nothing is corrected.
    signals.mileage_corrected.send(Vehicle, vehicle=vehicle, misread=wrong, meant=meant, by=by)
    return meant


def mileage_fell(vehicle: Vehicle, km: int) -> MileageFell:
    last = vehicle.readings.true().first()
    text = _(
        "%(km)s km is less than the %(last)s km read before. Check the figure; if the odometer was replaced, say so."
    )
    return MileageFell(text % {"km": f"{km:,}", "last": f"{last.km:,}" if last else 0})
