"""Customers with their cars and mileage, and care under way: calls due and made, letters, a recall."""

from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from django.utils import timezone

from crm.actions import care, customers, letters, recall, vehicles
from crm.cadence import add_months
from crm.models import Customer, FollowUp, Letter, Phone, Trigger, Vehicle
from crm.models.contacts import Result
from dms import demo
from dms.demo.cast import Crew, crews, data, dice, vin_of
from dms.models import Store, Variant
from dms.models.catalogue import Energy

PHONES = "1380000"
FIRST_PHONE = 1001
PLUGGED = frozenset({Energy.BEV, Energy.PHEV, Energy.EREV})
YEAR = timedelta(days=365)


@cache
def words() -> Any:
    return data("crm")


def guest(number: int) -> tuple[str, str]:
    """The invented name and phone of the n-th person of the demo."""
    names, terms = words()["surnames"], words()["terms"]
    return names[number % len(names)] + terms[number % len(terms)], f"{PHONES}{FIRST_PHONE + number}"


def plate(number: int, energy: str) -> str:
    head = words()["plates"]
    return f"{head}D{number:05}" if energy in PLUGGED else f"{head}B{number:04}"


def variants_of(store: Store) -> list[Variant]:
    """What the store sells."""
    rows = Variant.objects.filter(series__brand__stores=store).select_related("series__brand").order_by("pk")
    return list(rows.prefetch_related("series__brand__colours"))


@demo.step("customers")
def people_and_cars() -> None:
    """Customers of each store, each with a car and what its odometer showed."""
    if Phone.objects.filter(number__startswith=PHONES).exists():
        return
    number, rng = 0, dice("customers")
    for crew in crews():
        sold = variants_of(crew.store)
        for _place in range(words()["sizes"].get(crew.store.code, 0)):
            add_owner(number, crew, rng.choice(sold), rng)
            number += 1


def add_owner(number: int, crew: Crew, variant: Variant, rng: Random) -> None:
    name, phone = guest(number)
    by, texts, today = crew.one("reception", turn=number), words(), timezone.localdate()
    owner = customers.register_customer(
        name=name, phone=phone, store=crew.store, by=by, salutation=rng.choice(["MR", "MS"]),
        address=f"{rng.choice(texts['streets'])} {rng.randint(1, 199)} #", industry=rng.choice(texts["industries"]),
        needs=rng.sample(texts["needs"], 2), best_time_to_call=rng.choice(texts["times"]),
        birthday=date(rng.randint(1965, 2002), rng.randint(1, 12), rng.randint(1, 28)),
    ).customer  # fmt: skip
    age = rng.randint(30, 1500)
    bought = today - timedelta(days=age)
    colour = rng.choice(list(variant.series.brand.colours.all()))
    car = vehicles.register_vehicle(
        owner=owner, store=crew.store, by=by, number=vin_of(number + 1), plate=plate(number + 1, variant.energy),
        variant=variant, model_text=f"{variant.series} {variant}"[:80], colour=str(colour), energy=variant.energy,
        bought_on=bought, licence_date=bought + timedelta(days=6), insurance_until=bought + YEAR * (age // 365 + 1),
        inspection_until=bought + YEAR * 6, warranty_until=add_months(bought, variant.warranty_months),
    )  # fmt: skip
    vehicles.read_mileage(car, km=300 + age * rng.randint(18, 55), by=by)
    since = timezone.now() - timedelta(days=age)
    Customer.objects.filter(pk=owner.pk).update(created_at=since)
    Vehicle.objects.filter(pk=car.pk).update(created_at=since)


@demo.step("care")
def care_under_way() -> None:
    """Calls of the last days, some made, some waiting; thank-you letters; the recall of the month."""
    if FollowUp.objects.exists():
        return
    rng = dice("care")
    for crew in crews():
        cars = list(Vehicle.objects.filter(store_links__store=crew.store).order_by("pk"))
        for place, car in enumerate(cars[-16:]):
            begin(car, crew, Trigger.DELIVERY if place % 4 == 3 else Trigger.SETTLEMENT, days=1 + place % 4)
        call(crew, rng)
        send_recall(crew)
    letters.write_due(timezone.now())
    post_letters()


def begin(car: Vehicle, crew: Crew, trigger: str, *, days: int) -> None:
    owner = car.ownerships.select_related("customer").get(until__isnull=True).customer
    anchor = timezone.now() - timedelta(days=days, hours=2)
    care.start_cadence(trigger, customer=owner, vehicle=car, store=crew.store, anchor=anchor, by=crew.one("callback"))


def call(crew: Crew, rng: Random) -> None:
    """Every third call that is due has been made."""
    now, texts = timezone.now(), words()
    due = FollowUp.objects.filter(store=crew.store, status="PENDING", channel="CALL", due_from__lte=now)
    for place, row in enumerate(due.order_by("pk")[::3]):
        if place % 4 == 2:
            said = care.Said(Result.LATER, texts["later"], next_at=now + timedelta(days=1))
        elif place % 4 == 3:
            said = care.Said(Result.NO_ANSWER)
        else:
            said = care.Said(Result.DONE, rng.choice(texts["said"]))
        care.record_contact(row, by=row.assignee or crew.one("callback"), said=said)


def send_recall(crew: Crew) -> None:
    """The list of this month; in the first store the letters are in the post."""
    by = crew.one("cs_manager", "callback")
    campaign = recall.prepare(timezone.localdate(), store=crew.store, by=by)
    recall.write_letters(campaign, limit=100, by=by)
    if campaign.pk % 2 and recall.mark_printed(campaign, by=by):
        recall.mail(campaign, by=by)


def post_letters() -> None:
    """Some thank-you letters are printed."""
    for crew in crews():
        waiting = Letter.objects.filter(store=crew.store, kind=Letter.Kind.THANKS, printed_at__isnull=True)
        letters.mark_printed(waiting.order_by("pk")[:2], by=crew.one("callback"))
