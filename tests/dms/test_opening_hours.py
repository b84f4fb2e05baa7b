"""When a place is open: round the break, over the weekend, hour by hour, and beside an oracle that counts minutes."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dms.formats.days import HERE, moment
from dms.formats.opening_hours import OpeningHours
from dms.models import Store

WHOLE = OpeningHours(time(8, 30), time(18))
BROKEN = OpeningHours(time(8, 30), time(18), time(12), time(13, 30))
FRIDAY = date(2026, 11, 20)


def weekday(day: date) -> bool:
    return day.weekday() < 5


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        (WHOLE, "2026-11-20 08:29", False),
        (WHOLE, "2026-11-20 08:30", True),
        (WHOLE, "2026-11-20 12:30", True),
        (WHOLE, "2026-11-20 17:59", True),
        (WHOLE, "2026-11-20 18:00", False),
        (WHOLE, "2026-11-21 10:00", False),  # a Saturday
        (BROKEN, "2026-11-20 11:59", True),
        (BROKEN, "2026-11-20 12:00", False),
        (BROKEN, "2026-11-20 13:29", False),
        (BROKEN, "2026-11-20 13:30", True),
    ],
)
def test_it_is_open_from_the_first_minute_to_the_last_but_one_and_not_in_the_break(hours, moment, is_open):
    assert hours.is_open(at(moment), weekday) is is_open


@pytest.mark.parametrize(
    ("hours", "moment", "found"),
    [
        (WHOLE, "2026-11-20 10:15", "2026-11-20 10:15"),
        (WHOLE, "2026-11-20 00:00", "2026-11-20 08:30"),
        (WHOLE, "2026-11-20 18:00", "2026-11-23 08:30"),  # over the weekend
        (WHOLE, "2026-11-21 10:00", "2026-11-23 08:30"),
        (WHOLE, "2026-11-19 23:59", "2026-11-20 08:30"),
        (BROKEN, "2026-11-20 11:59", "2026-11-20 11:59"),
        (BROKEN, "2026-11-20 12:00", "2026-11-20 13:30"),
        (BROKEN, "2026-11-20 13:29", "2026-11-20 13:30"),
        (BROKEN, "2026-12-31 19:00", "2027-01-01 08:30"),
    ],
)
def test_the_next_moment_at_which_it_is_open(hours, moment, found):
    assert hours.next_open(at(moment), weekday) == at(found)


def test_a_place_that_never_opens_is_an_error_and_no_endless_search():
    with pytest.raises(ValueError, match="no working day"):
        WHOLE.next_open(at("2026-11-20 10:00"), lambda _day: False)


@pytest.mark.parametrize(
    ("hours", "clocks"),
    [
        (WHOLE, [("08:30", "18:00")]),
        (BROKEN, [("08:30", "12:00"), ("13:30", "18:00")]),
    ],
)
def test_a_day_has_one_stretch_or_two_round_the_break(hours, clocks):
    found = [(f"{begins:%H:%M}", f"{ends:%H:%M}") for begins, ends in hours.stretches(FRIDAY)]
    assert found == clocks
    assert {begins.date() for begins, _ends in hours.stretches(FRIDAY)} == {FRIDAY}


@pytest.mark.parametrize(
    ("hours", "hour", "minutes"),
    [
        (WHOLE, 7, 0),
        (WHOLE, 8, 30),
        (WHOLE, 12, 60),
        (WHOLE, 17, 60),
        (WHOLE, 18, 0),
        (BROKEN, 11, 60),
        (BROKEN, 12, 0),
        (BROKEN, 13, 30),
        (OpeningHours(time(9, 10), time(9, 50), time(9, 20), time(9, 25)), 9, 35),
        (OpeningHours(time(0), time(23, 45)), 23, 45),
    ],
)
def test_minutes_of_an_hour(hours, hour, minutes):
    assert hours.minutes_in(hour) == minutes


def test_a_store_says_its_hours():
    store = Store(opens_at=time(8, 30), closes_at=time(18), break_from=time(12), break_until=time(13, 30))
    assert OpeningHours.of(store) == BROKEN


QUARTERS = st.lists(st.integers(0, 95), min_size=4, max_size=4, unique=True).map(sorted)


@given(QUARTERS, st.integers(0, 4 * 24 * 60))
def test_minute_by_minute_it_comes_to_the_same(quarters, minute):
    opens, break_from, break_until, closes = (time(quarter // 4, quarter % 4 * 15) for quarter in quarters)
    hours = OpeningHours(opens, closes, break_from, break_until)
    start = moment(FRIDAY, time()) + timedelta(minutes=minute)
    walked = start
    while not (
        weekday(walked.date()) and opens <= walked.time() < closes and not break_from <= walked.time() < break_until
    ):
        walked += timedelta(minutes=1)
    assert hours.next_open(start, weekday) == walked
    open_hours = sum(hours.minutes_in(hour) for hour in range(24))
    assert open_hours == sum((ends - begins).seconds // 60 for begins, ends in hours.stretches(FRIDAY))


@pytest.mark.parametrize(
    ("hours", "moment", "span", "found"),
    [
        (WHOLE, "2026-11-20 10:30", timedelta(hours=2), "2026-11-20 08:30"),
        (WHOLE, "2026-11-20 09:00", timedelta(hours=2), "2026-11-19 16:30"),  # the night does not count
        (WHOLE, "2026-11-20 03:00", timedelta(hours=2), "2026-11-19 16:00"),  # nor does it make anything late
        (WHOLE, "2026-11-23 08:30", timedelta(minutes=1), "2026-11-20 17:59"),  # over the weekend
        (BROKEN, "2026-11-20 14:00", timedelta(hours=2), "2026-11-20 10:30"),
        (WHOLE, "2026-11-23 10:00", timedelta(days=1), "2026-11-20 10:00"),
        (WHOLE, "2026-11-22 10:00", timedelta(days=3), "2026-11-17 18:00"),
    ],
)
def test_so_long_before_in_opening_time(hours, moment, span, found):
    assert hours.back(at(moment), span, weekday) == at(found)


@given(
    st.sampled_from([WHOLE, BROKEN]),
    st.integers(0, 3 * 24 * 60),
    st.integers(1, 23 * 60),
)
def test_going_forward_and_back_takes_the_same_opening_minutes(hours, since, span):
    start = at("2026-11-20 00:00") + timedelta(minutes=since)
    end = hours.forward(start, timedelta(minutes=span), weekday)
    minutes = int((end - start).total_seconds() // 60)
    opened = sum(hours.is_open(start + timedelta(minutes=step), weekday) for step in range(minutes))
    assert opened == span
    assert hours.back(end, timedelta(minutes=span), weekday) in {start, hours.next_open(start, weekday)}
