"""When a car is due for maintenance, and on which list it stands, beside the rules in words."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil

import pytest
from django.utils import timezone

from crm import next_maintenance
from crm.actions import maintenance, recall, vehicles
from crm.models import MileageReading, Misreading, RecallCampaign, RecallEntry, ServiceRecord
from dms.formats.days import HERE, add_months, months_between
from dms.models import Brand, Series, Variant
from tests.clock import at
from tests.factories import Cast, owners

pytestmark = pytest.mark.django_db
NOON = timedelta(hours=12)


@dataclass
class Read:
    """What the odometer showed on a day; whether it was a new odometer, or misread."""

    day: date
    km: int
    replaced: bool = False
    misread: bool = False


@dataclass
class Life:
    """A car as the rule sees it."""

    bought: date
    plan: tuple[int, int, int, int] = (6, 5000, 6, 10000)
    """First months and km, then months and km."""
    reads: list[Read] = field(default_factory=list)
    served: list[tuple[date, int | None, date | None, int | None]] = field(default_factory=list)
    """Day, mileage, and the next day and mileage that were agreed."""


def by_hand(life: Life) -> tuple[date, bool]:
    """The rule in words, day by day and slowly: whichever comes first, by months or by mileage."""
    first_months, first_km, months, km = life.plan
    reads = [one for one in life.reads if not one.misread]
    fresh = max((i for i, one in enumerate(reads) if one.replaced), default=None)
    of_this = reads[fresh:] if fresh is not None else [Read(life.bought, 0), *reads]
    last_service = max(life.served, default=None, key=lambda one: one[0])
    if last_service is None:
        by_months, target = add_months(life.bought, first_months), first_km
    else:
        day, at_km, next_on, next_km = last_service
        by_months = next_on or add_months(day, months)
        seen = [one.km for one in reads if one.day <= day]
        base = at_km if at_km is not None else seen[-1] if seen else None
        target = next_km if next_km is not None else base + km if base is not None else None
    if fresh is not None and reads[fresh].day > (last_service[0] if last_service else date.min):
        target = None
    if target is None or not reads:
        return by_months, False
    last = reads[-1]
    older = [one for one in reads[fresh or 0 :] if (last.day - one.day).days >= 90]
    since = older[-1] if older else of_this[0]
    span = (last.day - since.day).days
    # Of a car that was read in its first month only nobody can say.
    pace = (last.km - since.km) / span if span >= 30 else 0
    if pace <= 0:
        return by_months, False
    by_km = last.day + timedelta(days=min(ceil(max(target - last.km, 0) / pace - 1e-9), 36500))
    return (by_km, True) if by_km < by_months else (by_months, False)


def car_of(life, store):
    first_months, first_km, months, km = life.plan
    brand, _new = Brand.objects.get_or_create(code="B", defaults={"name": "星野"})
    series, _new = Series.objects.get_or_create(brand=brand, code="S", defaults={"name": "S5"})
    variant, _new = Variant.objects.get_or_create(
        series=series,
        code=f"V{first_months}-{first_km}-{months}-{km}",
        defaults={
            "name": "S5",
            "first_service_months": first_months,
            "first_service_km": first_km,
            "service_months": months,
            "service_km": km,
        },
    )
    [(_owner, car)] = owners(store, 1, bought_on=life.bought, variant=variant)
    for one in life.reads:
        moment = datetime.combine(one.day, datetime.min.time(), HERE) + NOON
        reading = MileageReading.objects.create(
            vehicle=car, km=one.km, at=moment, odometer_replaced=one.replaced, reason="换表" if one.replaced else ""
        )
        if one.misread:
            Misreading.objects.create(reading=reading, reason="抄错", by=Cast(store).adviser)
    ServiceRecord.objects.bulk_create(
        ServiceRecord(vehicle=car, store=store, on=day, km=at_km, next_on=next_on, next_km=next_km)
        for day, at_km, next_on, next_km in life.served
    )
    return car


def due(life, store):
    found = next_maintenance.of(car_of(life, store))
    return found.day, found.by_mileage


# --- the day ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("life", "expected"),
    [
        pytest.param(Life(date(2026, 1, 31)), (date(2026, 7, 31), False), id="by-months-without-a-reading"),
        pytest.param(Life(date(2026, 8, 31)), (date(2027, 2, 28), False), id="at-the-end-of-a-short-month"),
        pytest.param(
            # 4,000 km in 100 days: 5,000 on the 125th.
            Life(date(2026, 1, 1), reads=[Read(date(2026, 4, 11), 4000)]),
            (date(2026, 5, 6), True),
            id="by-mileage-of-who-drives-much",
        ),
        pytest.param(
            Life(date(2026, 1, 1), reads=[Read(date(2026, 1, 11), 900)]),
            (date(2026, 7, 1), False),
            id="read-too-early-to-say",
        ),
        pytest.param(
            Life(
                date(2025, 1, 1),
                reads=[Read(date(2025, 7, 1), 3000), Read(date(2026, 1, 1), 9000)],
                served=[(date(2026, 1, 1), 9000, None, None)],
            ),
            (date(2026, 7, 1), False),
            id="by-months-since-the-last",
        ),
        pytest.param(
            Life(
                date(2025, 1, 1),
                reads=[Read(date(2025, 7, 1), 3000), Read(date(2026, 1, 1), 9000)],
                served=[(date(2026, 1, 1), 9000, date(2026, 4, 1), 12000)],
            ),
            (date(2026, 4, 1), False),
            id="as-agreed-at-the-settlement",
        ),
        pytest.param(
            Life(date(2026, 1, 1), reads=[Read(date(2026, 4, 11), 8000)]),
            (date(2026, 4, 11), True),
            id="over-already-when-it-was-read",
        ),
        pytest.param(
            Life(date(2025, 1, 1), reads=[Read(date(2025, 6, 1), 30000), Read(date(2026, 1, 1), 10, replaced=True)]),
            (date(2025, 7, 1), False),
            id="a-new-odometer-tells-nothing",
        ),
    ],
)
def test_the_next_maintenance_by_months_or_mileage(life, expected, store):
    assert by_hand(life) == expected, "the oracle"
    assert due(life, store) == expected


def some_life(rng):
    bought = date(2024, 1, 1) + timedelta(days=rng.randint(0, 600))
    life = Life(bought, rng.choice([(6, 5000, 6, 10000), (3, 3000, 4, 5000), (12, 10000, 12, 20000)]))
    day, km = bought, 0
    for _ in range(rng.randint(0, 6)):
        days = rng.randint(5, 200)
        day, km = day + timedelta(days=days), km + rng.choice([0, 3, 20, 60, 150]) * days
        if rng.random() < 0.12 and life.reads:
            km = rng.randint(0, 50)
            life.reads.append(Read(day, km, replaced=True))
        else:
            life.reads.append(Read(day, km))
        if rng.random() < 0.4:
            agreed = rng.random() < 0.3
            life.served.append(
                (
                    day,
                    km if rng.random() < 0.7 else None,
                    day + timedelta(days=rng.randint(60, 200)) if agreed else None,
                    km + 7000 if agreed else None,
                )
            )
    return life


def test_two_hundred_lives_are_due_as_the_oracle_says(store):
    rng = random.Random(20261201)
    lives = {}
    for _ in range(200):
        life = some_life(rng)
        lives[car_of(life, store).pk] = life
    found = next_maintenance.of_many(lives)
    told = {pk: (one.day, one.by_mileage) for pk, one in found.items()}
    assert told == {pk: by_hand(life) for pk, life in lives.items()}
    assert {by_mileage for _day, by_mileage in told.values()} == {True, False}


def test_a_misread_odometer_counts_nothing(store, cast):
    right = Life(date(2026, 1, 1), reads=[Read(date(2026, 4, 11), 4000)])
    wrong = Life(date(2026, 1, 1), reads=[Read(date(2026, 4, 11), 4000), Read(date(2026, 5, 1), 44000, misread=True)])
    assert due(wrong, store) == due(right, store)


# --- the lists ----------------------------------------------------------------------------------------------------------
def is_due(month: date, due_on: date) -> bool:
    """In its month, or in one of the two before it and on no list yet; then urged again every three months."""
    late = months_between(due_on, month)
    return late >= 0 and (late % 3 == 0 or late < 3)


def test_the_list_is_made_of_the_plan(store, cast):
    starts = [date(2025, month, 9) for month in range(1, 13)] + [date(2026, month, 28) for month in range(1, 12)]
    lives = [Life(day, (3, 90000, 4, 90000)) for day in starts]
    cars = {car_of(life, store): life for life in lives}
    for number, car in enumerate(cars):
        if number in (3, 8, 9):
            served = date(2026, 2 + number, 14)
            maintenance.note_service(car, store=store, on=served, by=cast.adviser)
            cars[car].served.append((served, None, None, None))
    month = date(2026, 12, 1)
    recall.prepare(store, month=month, by=cast.adviser)
    listed = set(RecallEntry.objects.values_list("vehicle", flat=True))
    assert listed == {car.pk for car, life in cars.items() if is_due(month, by_hand(life)[0])}
    assert 0 < len(listed) < len(cars)


def test_nobody_is_urged_twice_within_three_months(store, cast):
    [(_owner, car)] = owners(store, 1, bought_on=date(2026, 3, 10))
    listed: list[date] = []
    for step in range(10):
        month = add_months(date(2026, 7, 1), step)
        recall.prepare(store, month=month, by=cast.adviser)
        listed += RecallEntry.objects.filter(due_month=month).values_list("due_month", flat=True)
    assert listed == [date(2026, 9, 1), date(2026, 12, 1), date(2027, 3, 1)]


def test_who_drives_much_is_due_sooner(store, cast):
    fast, slow = (owners(store, 1, bought_on=date(2026, 9, 1))[0][1] for _ in range(2))
    for car, km in ((fast, 4400), (slow, 300)):
        MileageReading.objects.create(vehicle=car, km=km, at=at("2026-11-20 10:00"))
    recall.prepare(store, month=date(2026, 12, 1), by=cast.adviser)
    assert list(RecallEntry.objects.values_list("vehicle", flat=True)) == [fast.pk]


def test_cars_that_become_due_join_the_list_until_its_letters_are_printed(store, cast, time_machine):
    early, late = (owners(store, 1, bought_on=date(2026, 9, 1))[0][1] for _ in range(2))
    time_machine.move_to(at("2026-11-01 06:00"), tick=False)
    assert recall.prepare_next(timezone.now()) == 1
    MileageReading.objects.create(vehicle=early, km=4400, at=timezone.now())
    time_machine.move_to(at("2026-11-02 06:00"), tick=False)
    assert [recall.prepare_next(timezone.now()) for _round in range(2)] == [0, 0]
    assert list(RecallEntry.objects.values_list("vehicle", flat=True)) == [early.pk]
    MileageReading.objects.create(vehicle=late, km=4400, at=timezone.now())
    time_machine.move_to(at("2026-11-15 06:00"), tick=False)
    recall.prepare_next(timezone.now())
    assert RecallEntry.objects.count() == 1
    # It is not lost: it was due before the month after, and stands on that list.
    recall.prepare(store, month=date(2027, 1, 1), by=None)
    assert list(RecallEntry.objects.filter(due_month=date(2027, 1, 1)).values_list("vehicle", flat=True)) == [late.pk]


def test_a_list_looks_for_new_cars_once_a_day(store, time_machine, django_assert_max_num_queries):
    owners(store, 1, bought_on=date(2026, 9, 1))
    time_machine.move_to(at("2026-11-01 06:00"), tick=False)
    recall.prepare_next(timezone.now())
    time_machine.move_to(at("2026-11-03 06:00"), tick=False)
    recall.prepare_next(timezone.now())
    assert RecallCampaign.objects.get().joined_on == date(2026, 11, 3)
    with django_assert_max_num_queries(3):
        recall.prepare_next(timezone.now())


def test_a_car_that_is_gone_is_due_for_nothing(store, cast):
    car = car_of(Life(date(2026, 1, 1)), store)
    vehicles.change_vehicle(car, by=cast.adviser, gone=True)
    car.refresh_from_db()
    assert next_maintenance.of(car) is None
