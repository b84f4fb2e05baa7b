"""Who bought before the demo begins: customers with a car and what its odometer showed."""

from datetime import date, timedelta
from functools import cache, partial
from random import Random
from typing import Any

from django.utils import timezone

from crm.actions import care, customers, vehicles
from crm.models import Customer, Trigger, Vehicle
from crm.planner import CadenceStart
from dms import demo
from dms.demo.cast import Crew, data, dice, vin_of
from dms.demo.stage import Stage, moment
from dms.formats.days import add_months
from dms.models import Store, Variant
from dms.models.catalogue import Energy

PHONES = "1380000"
FIRST_PHONE = 1001
AT_ITS_TIME = 5
PLUGGED = frozenset({Energy.BEV, Energy.PHEV, Energy.EREV})


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
def people_and_cars(stage: Stage) -> None:
    """The owners each store had when the first day began."""
    number = 0
    sizes: dict[str, int] = words()["sizes"]
    starts = {}
    for code, size in sizes.items():
        starts[code], number = number, number + size
    for crew in stage.crews():
        code = crew.store.code
        people = range(starts[code], starts[code] + sizes[code])
        stage.do(moment(stage.first, 0), partial(add_owners, crew, people, dice(f"customers-{code}")))


def add_owners(crew: Crew, people: range, rng: Random) -> None:
    sold = variants_of(crew.store)
    for number in people:
        add_owner(number, crew, rng.choice(sold), rng)
    promise_care(crew.store)


def add_owner(number: int, crew: Crew, variant: Variant, rng: Random) -> None:
    name, phone = guest(number)
    by, texts, today = crew.one("reception", turn=number), words(), timezone.localdate()
    owner = customers.register_customer(
        join=True,
        name=name,
        phone=phone,
        store=crew.store,
        by=by,
        salutation=rng.choice(["MR", "MS"]),
        address=f"{rng.choice(texts['streets'])} {rng.randint(1, 199)} #",
        industry=rng.choice(texts["industries"]),
        needs=rng.sample(texts["needs"], 2),
        best_time_to_call=rng.choice(texts["times"]),
        birthday=date(rng.randint(1965, 2002), rng.randint(1, 12), rng.randint(1, 28)),
    ).customer
    age = rng.choice([rng.randint(30, 200), rng.randint(60, 1500), rng.randint(60, 1500)])
    bought = today - timedelta(days=age)
    if number % AT_ITS_TIME == 0:  # due for maintenance in the month that today's recall is about
        bought = add_months(today.replace(day=1 + age % 28), 4 - 6 * (age // 183 + 1))
        age = (today - bought).days
    colour = rng.choice(list(variant.series.brand.colours.all()))
    car = vehicles.register_vehicle(
        owner=owner,
        store=crew.store,
        by=by,
        number=vin_of(number + 1),
        plate=plate(number + 1, variant.energy),
        variant=variant,
        model_text=str(variant)[:80],
        colour=str(colour),
        energy=variant.energy,
        bought_on=bought,
        licence_date=bought + timedelta(days=6),
        insurance_until=next_year(bought, today),
        inspection_until=add_months(bought, 72),
        warranty_until=add_months(bought, variant.warranty_months),
    )
    vehicles.read_mileage(car, km=300 + age * rng.randint(18, 55), by=by)
    since = timezone.now() - timedelta(days=age)
    Customer.objects.filter(pk=owner.pk).update(created_at=since)
    Vehicle.objects.filter(pk=car.pk).update(created_at=since)


def next_year(bought: date, today: date) -> date:
    """The insurance runs for whole years from the purchase; it was renewed each time."""
    return add_months(bought, 12 * ((today - bought).days // 365 + 1))


def promise_care(store: Store) -> None:
    """The owners are called every quarter from their purchase on; what lies behind is not called."""
    cars = Vehicle.objects.filter(store_links__store=store).order_by("pk").prefetch_related("ownerships")
    beginnings = [
        CadenceStart(car.ownerships.all()[0].customer_id, car.pk, store.pk, moment(car.bought_on, 11))
        for car in cars
        if car.bought_on is not None
    ]
    care.start_many(Trigger.DELIVERY, beginnings=beginnings, by=None, not_before=timezone.now())
