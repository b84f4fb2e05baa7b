"""Two years of a thousand deliveries against an oracle that reckons every due time in its own way, day by day."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest

from crm.actions import care, rounds
from crm.models import FollowUp
from crm.planner import CadenceStart
from dms.models import CallingHour, HolidayOverride, Store
from tests.clock import HERE, at
from tests.factories import StoreFactory, owners

SPRING = {2024: (2, 9), 2025: (1, 28), 2026: (2, 16), 2027: (2, 5), 2028: (1, 25), 2029: (2, 12)}
"""The eve of the Spring Festival, from a printed almanac as the other days."""
EACH_YEAR = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
FESTIVALS = """2024-04-04 2024-06-10 2024-09-17 2025-04-04 2025-05-31 2025-10-06 2026-04-05 2026-06-19 2026-09-25
2027-04-05 2027-06-09 2027-09-15 2028-04-04 2028-05-28 2028-10-03 2029-04-04 2029-06-16 2029-09-22"""
FREE = {date(year, *day) for year in SPRING for day in EACH_YEAR} | set(map(date.fromisoformat, FESTIVALS.split()))
FREE |= {date(year, *eve) + timedelta(days=step) for year, eve in SPRING.items() for step in range(4)}


@dataclass
class Place:
    """A store as the oracle sees it."""

    name: str
    hours: dict[int, tuple[time, time] | None] = field(default_factory=dict)
    free: set[date] = field(default_factory=set)
    worked: set[date] = field(default_factory=set)

    def usual(self, day: date) -> tuple[datetime, datetime]:
        begins, ends = self.hours.get(day.weekday(), (time(9), time(19, 30))) or (time(9), time(19, 30))
        return datetime.combine(day, begins, HERE), datetime.combine(day, ends, HERE)

    def called(self, day: date) -> tuple[datetime, datetime] | None:
        if day in self.free or (day in FREE and day not in self.worked):
            return None
        return None if self.hours.get(day.weekday(), ()) is None else self.usual(day)


EVENING = {weekday: (time(10), time(21)) for weekday in range(7)}
PLACES = (
    Place("as usual"),
    Place("late", hours=EVENING, worked={date(2025, 10, 1), date(2025, 10, 2), date(2025, 10, 3)}),
    Place("no Sundays", hours={5: (time(9), time(12)), 6: None}, free={date(2025, 3, day) for day in range(3, 13)}),
)


def days(first: date) -> Iterator[date]:
    while True:
        yield first
        first += timedelta(days=1)


def within(place: Place, begins: datetime, ends: datetime) -> tuple[datetime, datetime]:
    """The 24 hours: calling time in them, two hours at least; else the day itself, or what follows of them."""
    parts = [place.called(begins.date()), place.called(ends.date())]
    inside = [(max(begins, part[0]), min(ends, part[1])) for part in parts if part]
    inside = [part for part in inside if part[0] < part[1]]
    if sum((part[1] - part[0] for part in inside), timedelta()) >= timedelta(hours=2):
        return inside[0][0], inside[-1][1]
    for day in (begins.date(), ends.date()):
        opens, closes = place.usual(day)
        start, end = max(begins, opens), min(ends, closes)
        if end - start >= timedelta(minutes=15):
            return start, end
    return begins, ends


def by_day(place: Place, begins: datetime, last: date, earlier: Counter[date]) -> tuple[datetime, datetime]:
    """From the moment to the close of the last day; on days of its own, else with one other, on a free day rather than late."""
    for others in (0, 1):
        called = []
        for day in days(begins.date()):
            if day > last:
                break
            part = place.called(day)
            # A day counts only when it lies after all days of the calls before, or is their last and not full.
            if part and part[1] > begins and (not earlier or day > max(earlier) - timedelta(days=others)):
                called.append((max(begins, part[0]), part[1]))
        if called and (not others or earlier[max(earlier)] < 2):
            return called[0][0], called[-1][1]
    opens, closes = place.usual(last)
    if not earlier or last > max(earlier):
        return max(begins, opens), closes
    raise AssertionError("no such day in this play")


def plus_months(moment: datetime, months: int) -> datetime:
    month = moment.month - 1 + months
    year, month = moment.year + month // 12, month % 12 + 1
    day = moment.day
    while True:
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            day -= 1


def repeat(place: Place, begins: datetime) -> tuple[datetime, datetime]:
    called = [(day, place.called(day)) for day, _n in zip(days(begins.date()), range(30), strict=False)]
    parts = [(day, part) for day, part in called if part and part[1] > begins]
    last = [part for day, part in parts if day <= begins.date() + timedelta(days=7)]
    if last:
        return max(begins, last[0][0]), last[-1][1]
    return max(begins, parts[0][1][0]), parts[0][1][1]


Expected = tuple[str, int, datetime, datetime]


def first_week(place: Place, anchor: datetime) -> Iterator[Expected]:
    """Letter and manager within 24 hours, adviser by day 3, customer service by day 7."""
    window = within(place, anchor, anchor + timedelta(hours=24))
    yield "thanks_letter", 1, *window
    yield "manager_call", 1, *window
    earlier = Counter([window[1].date()])
    for code, first, last in (("adviser_call", 1, 3), ("service_call", 4, 7)):
        end = anchor.date() + timedelta(days=last)
        window = by_day(place, anchor + timedelta(days=first), end, earlier)
        earlier[window[1].date()] += 1
        assert window[1].date() <= end
        yield code, 1, *window


def oracle(place: Place, anchor: datetime, until: datetime, skip: Callable[[datetime], bool]) -> set[Expected]:
    """The first week, then every third month but for what a pause swallowed."""
    expected = set(first_week(place, anchor))
    number, fallen_due = 1, True
    while fallen_due:  # the last one is the next to come
        nominal = plus_months(anchor, 3 * number)
        start, end = repeat(place, nominal)
        if not skip(nominal):
            expected.add(("quarterly", number, start, end))
            fallen_due = start <= until
        number += 1
    return expected


def opened(place: Place) -> Store:
    store = StoreFactory.create(code=f"O{PLACES.index(place)}")
    CallingHour.objects.bulk_create(
        CallingHour(store=store, weekday=weekday, calls_from=hours and hours[0], calls_until=hours and hours[1])
        for weekday, hours in place.hours.items()
    )
    HolidayOverride.objects.bulk_create(HolidayOverride(store=store, day=day) for day in place.free)
    HolidayOverride.objects.bulk_create(HolidayOverride(store=store, day=day, is_workday=True) for day in place.worked)
    return store


def begin(place: Place, dice: random.Random, cars: int) -> dict[int, tuple[Place, datetime]]:
    """So many deliveries of two months and a half, at any minute of the day, into holidays and out of them."""
    store = opened(place)
    anchors = {}
    for customer, vehicle in owners(store, cars):
        anchor = at("2024-12-20 00:00") + timedelta(minutes=dice.randrange(60 * 24 * 75))
        anchors[vehicle.pk] = CadenceStart(customer.pk, vehicle.pk, store.pk, anchor)
    care.start_many("DELIVERY", beginnings=anchors.values(), by=None)
    return {car: (place, begun.anchor) for car, begun in anchors.items()}


@pytest.mark.django_db
def test_two_years_of_a_thousand_deliveries_bring_every_date_of_the_oracle(cast):
    cast.assemble("sales_manager", "callback", "cs_manager")
    dice = random.Random(20241101)
    begun = {car: facts for place in PLACES for car, facts in begin(place, dice, 334).items()}
    now = at("2025-03-06 00:00")
    while now < at("2026-12-31 12:00"):  # beat runs often, or was down for up to three weeks
        now += timedelta(minutes=dice.choice([60 * 24 * 3, 60 * 24 * 9, 60 * 24 * 21]) + dice.randrange(600))
        rounds.run_due(now)
    written: dict[int, list[Expected]] = {car: [] for car in begun}
    columns = ("vehicle", "cadence__code", "occurrence", "due_from", "due_until")
    for car, code, number, start, end in FollowUp.objects.values_list(*columns):
        written[car].append((code, number, start.astimezone(HERE), end.astimezone(HERE)))
    for car, (place, anchor) in begun.items():
        assert set(written[car]) == oracle(place, anchor, now, lambda _nominal: False), (place.name, anchor)
        assert len(written[car]) == len(set(written[car]))
        calls = Counter(day for row in written[car] if row[1] == 1 and "call" in row[0] for day in spent(row))
        assert max(calls.values()) < 3, "three calls of one customer may fall on one day"
    ahead = FollowUp.objects.filter(cadence__code="quarterly", due_from__gt=now)
    assert ahead.count() == len(begun), "of every repeat exactly one lies ahead"


def spent(row: Expected) -> Iterator[date]:
    for day in days(row[2].date()):
        if day > row[3].date():
            return
        yield day
