"""Two years of fifty deliveries against an oracle that reckons the dates in its own way."""

import random
from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest

from crm.actions import care, rounds
from crm.models import FollowUp
from tests.clock import HERE, at
from tests.factories import owners

SPRING, EACH_YEAR = {2027: (2, 5), 2028: (1, 25), 2029: (2, 12)}, ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
FESTIVALS = {
    date(2027, 4, 5),
    date(2027, 6, 9),
    date(2027, 9, 15),
    date(2028, 4, 4),
    date(2028, 5, 28),
    date(2029, 4, 4),
}
FESTIVALS |= {date(2029, 6, 16), date(2029, 9, 22)}
FREE = {date(year, *day) for year in SPRING for day in EACH_YEAR} | FESTIVALS
FREE |= {date(year, month, eve + step) for year, (month, eve) in SPRING.items() for step in range(4)}
"""The days the law makes free in years whose calendar is not published, from a printed almanac."""


def works(day: date) -> bool:
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5 and day not in FREE


def next_calling(moment: datetime) -> datetime:
    """The oracle's own way: half-hour by half-hour to the next opening."""
    while not works(moment.date()) or not time(8, 30) <= moment.time() < time(18):
        moment += timedelta(minutes=30 - moment.minute % 30)
    return moment


def closing(moment: datetime, start: datetime) -> datetime:
    if works(moment.date()) and time(8, 30) <= moment.time() < time(18):
        end = moment
    else:
        day = moment.date()
        while not works(day):
            day += timedelta(days=1)
        end = datetime.combine(day, time(18), HERE)
    return end if end > start else datetime.combine(start.date(), time(18), HERE)


def plus_months(moment: datetime, months: int) -> datetime:
    month = moment.month - 1 + months
    year, month = moment.year + month // 12, month % 12 + 1
    day = moment.day
    while True:
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            day -= 1


def oracle(anchor: datetime, until: datetime) -> set[tuple[str, int, datetime, datetime]]:
    """Letter and manager within 24 hours, adviser by day 3, customer service by day 7, then every third month."""
    expected = set()
    for code, begins, hours in (
        ("thanks_letter", anchor, 24),
        ("manager_call", anchor, 24),
        ("adviser_call", anchor + timedelta(days=1), 48),
        ("service_call", anchor + timedelta(days=4), 72),
    ):
        start = next_calling(begins)
        expected.add((code, 1, start, closing(begins + timedelta(hours=hours), start)))
    number, fallen_due = 1, True
    while fallen_due:  # the last one is the next to come
        begins = plus_months(anchor, 3 * number)
        start = next_calling(begins)
        expected.add(("quarterly", number, start, closing(begins + timedelta(days=7), start)))
        number, fallen_due = number + 1, start <= until
    return expected


@pytest.mark.django_db
def test_two_years_of_fifty_deliveries_bring_every_date_of_the_oracle(store, cast):
    cast.assemble("sales_manager", "callback", "cs_manager")
    dice = random.Random(20241101)
    anchors = {}
    for customer, vehicle in owners(store, 50):
        anchors[vehicle.pk] = at("2024-11-01 00:00") + timedelta(minutes=dice.randrange(60 * 24 * 60))
        care.start_cadence(
            "DELIVERY",
            customer=customer,
            vehicle=vehicle,
            store=store,
            anchor=anchors[vehicle.pk],
            by=cast.adviser,
            assignee=cast.adviser,
        )
    now = at("2024-11-01 00:00")
    while now < at("2026-12-31 12:00"):  # beat runs often, or was down for up to three weeks
        now += timedelta(minutes=dice.choice([60 * 24, 60 * 24 * 5, 60 * 24 * 21]) + dice.randrange(600))
        rounds.run_due(now)
        rounds.run_due(now)
    rows = FollowUp.objects.select_related("cadence")
    for car, anchor in anchors.items():
        follow_ups = [
            (row.cadence.code, row.occurrence, row.due_from.astimezone(HERE), row.due_until.astimezone(HERE))
            for row in rows.filter(vehicle=car)
        ]
        assert set(follow_ups) == oracle(anchor, now)
        assert len(follow_ups) == len(set(follow_ups))
    ahead = rows.filter(cadence__code="quarterly", due_from__gt=now)
    assert ahead.count() == 50, "of every repeat exactly one lies ahead"
