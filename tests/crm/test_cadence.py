"""The arithmetic of promises: what is counted in hours lies inside them, what is counted in days ends on its last day."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import cadence
from crm.cadence import Before, Rule, Unit
from dms.formats.calling_hours import USUAL, CallingHours
from dms.formats.days import HERE
from dms.formats.opening_hours import OpeningHours
from dms.formats.statutory_days import statutory_days


def is_holiday(day: date) -> bool:
    return day in statutory_days(day.year)


BROKEN = OpeningHours(time(9), time(19, 30), time(12), time(13))
HOURS = CallingHours([BROKEN] * 6 + [None], is_holiday)
"""A break at noon, nobody on Sundays, the holidays of the law."""
DAILY = CallingHours([USUAL] * 7, is_holiday)
DAY_1, DAY_3, DAY_7 = (
    Rule(0, Unit.HOUR, 24),
    Rule(1, Unit.DAY, 48, kept_anyway=True),
    Rule(4, Unit.DAY, 72, kept_anyway=True),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-11-20 10:00", "2026-11-20 10:00"),  # a Friday
        ("2026-11-20 07:00", "2026-11-20 09:00"),
        ("2026-11-20 12:30", "2026-11-20 13:00"),
        ("2026-11-20 18:30", "2026-11-20 18:30"),
        ("2026-11-20 19:30", "2026-11-21 09:00"),
        ("2026-11-22 10:00", "2026-11-23 09:00"),  # a Sunday
        ("2026-09-30 19:30", "2026-10-05 09:00"),  # the October holiday, a Sunday
    ],
)
def test_nobody_is_called_at_night_on_a_holiday_or_in_the_break(moment, allowed):
    assert HOURS.next_moment(at(moment)) == at(allowed)


@pytest.mark.parametrize(
    ("end", "deadline"),
    [
        ("2026-11-20 10:00", "2026-11-20 10:00"),
        ("2026-11-20 21:00", "2026-11-20 19:30"),
        ("2026-11-20 06:00", "2026-11-20 19:30"),
        ("2026-11-22 10:00", "2026-11-23 19:30"),
    ],
)
def test_a_deadline_outside_calling_hours_is_the_close_of_that_or_the_next_calling_day(end, deadline):
    assert HOURS.deadline(at(end), at("2026-11-19 09:00")) == at(deadline)


@pytest.mark.parametrize(
    ("delivered", "start", "end"),
    [
        ("2026-11-21 15:15", "2026-11-21 15:15", "2026-11-22 15:15"),  # a Saturday, into Sunday
        ("2026-11-20 20:00", "2026-11-21 09:00", "2026-11-21 19:30"),
        ("2026-09-30 17:00", "2026-09-30 17:00", "2026-09-30 19:30"),  # two and a half hours before the holiday
        ("2026-09-30 18:30", "2026-09-30 18:30", "2026-09-30 19:30"),
        ("2026-09-30 20:00", "2026-10-01 09:00", "2026-10-01 19:30"),  # the day is over: the holiday yields
        ("2026-10-02 11:00", "2026-10-02 11:00", "2026-10-02 19:30"),  # on a holiday, before another
        ("2026-10-03 10:00", "2026-10-03 10:00", "2026-10-03 19:30"),  # one hour on the day after is too little
        ("2026-10-03 12:00", "2026-10-04 09:00", "2026-10-04 12:00"),
    ],
)
def test_24_hours_are_24_hours(delivered, start, end):
    assert cadence.window(DAY_1, at(delivered), 1, DAILY) == cadence.Window(at(start), at(end))


def test_who_hands_over_before_a_holiday_is_told():
    assert cadence.is_short(DAY_1, at("2026-09-30 18:30"), DAILY)
    assert not cadence.is_short(DAY_1, at("2026-09-30 17:00"), DAILY)


def test_by_day_3_and_7_end_on_that_day_and_keep_off_the_days_of_the_call_before():
    before = Before(date(2026, 11, 20))
    third = cadence.window(DAY_3, at("2026-11-19 15:15"), 1, DAILY, before=before)
    assert third == cadence.Window(at("2026-11-21 09:00"), at("2026-11-22 19:30"))
    seventh = cadence.window(DAY_7, at("2026-11-19 15:15"), 1, DAILY, before=before.then(third))
    assert seventh == cadence.Window(at("2026-11-23 15:15"), at("2026-11-26 19:30"))


def test_two_calls_share_a_day_before_a_holiday_and_a_third_goes_to_the_holiday():
    """Delivered two days before: of the three days the 30th is left, on which the manager may call, too."""
    before = Before(date(2026, 9, 30))
    third = cadence.window(DAY_3, at("2026-09-29 10:00"), 1, DAILY, before=before)
    assert third == cadence.Window(at("2026-09-30 10:00"), at("2026-09-30 19:30"))
    also = cadence.window(DAY_3, at("2026-09-29 10:00"), 1, DAILY, before=before.then(third))
    assert also == cadence.Window(at("2026-10-02 09:00"), at("2026-10-02 19:30"))


def test_other_promises_wait_for_the_end_of_the_holiday():
    quality = Rule(1, Unit.DAY, 48)
    window = cadence.window(quality, at("2026-09-30 10:00"), 1, DAILY)
    assert window == cadence.Window(at("2026-10-04 09:00"), at("2026-10-04 19:30"))


def test_a_store_closed_for_months_stops_nobody_else():
    closed = CallingHours([USUAL] * 7, lambda _day: True)
    assert closed.next_moment(at("2026-11-20 10:00")) == at("2026-11-20 10:00")


def test_repeats_count_from_the_anchor_so_that_a_short_month_shifts_nothing():
    rule = Rule(3, Unit.MONTH, 168, every_months=3)
    days = [cadence.nominal(rule, at("2026-11-30 10:00"), number).date() for number in (1, 2, 3, 4)]
    assert days == [date(2027, 2, 28), date(2027, 5, 30), date(2027, 8, 30), date(2027, 11, 30)]


def test_the_named_time_goes_before_the_rule():
    window = cadence.named_window(at("2026-11-19 18:30"), HOURS)
    assert (window.start, window.end) == (at("2026-11-19 18:30"), at("2026-11-19 19:30"))
    assert cadence.named_window(at("2026-11-22 19:20"), HOURS).end == at("2026-11-22 19:50"), "half an hour to keep it"


@given(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.times(),
    st.integers(1, 12),
    st.integers(0, 12),
    st.integers(0, 1500),
)
def test_history_is_not_called(day, clock, every, offset, later):
    rule = Rule(offset, Unit.MONTH, 24, every)
    anchor = datetime.combine(day, clock, tzinfo=HERE)
    moment = anchor + timedelta(days=later)
    first = cadence.first_after(rule, anchor, moment)
    assert cadence.nominal(rule, anchor, first) >= moment
    assert first == 1 or cadence.nominal(rule, anchor, first - 1) < moment


@given(st.dates(date(2024, 1, 1), date(2029, 12, 31)), st.times())
def test_every_promise_of_a_delivery_is_kept_in_its_days_and_by_daylight(day, clock):
    anchor = datetime.combine(day, clock, tzinfo=HERE)
    before: Before | None = None
    calls: list[date] = []
    for rule, last in ((DAY_1, 1), (DAY_3, 3), (DAY_7, 7)):
        window = cadence.window(rule, anchor, 1, HOURS, before=before)
        before = before.then(window) if before else Before(window.end.date())
        assert anchor <= window.start < window.end
        assert window.end.date() <= day + timedelta(days=last)
        assert time(9) <= window.start.time() < time(19, 30)
        assert time(9) < window.end.time() <= time(19, 30)
        calls += {window.start.date(), window.end.date()}
    assert cadence.window(DAY_1, anchor, 1, HOURS).end <= anchor + timedelta(hours=24)
    assert max(calls.count(call) for call in calls) < 3
