"""The arithmetic of promises, beside an oracle written the long way."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import cadence
from crm.cadence import CallingHours, Rule, Unit
from dms.formats.days import HERE
from dms.formats.opening_hours import OpeningHours
from dms.records import business_hours

HOURS = CallingHours(OpeningHours(time(8, 30), time(18), time(12), time(13)), business_hours.official)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-11-20 10:00", "2026-11-20 10:00"),  # a Friday
        ("2026-11-20 07:00", "2026-11-20 08:30"),
        ("2026-11-20 12:30", "2026-11-20 13:00"),
        ("2026-11-20 18:00", "2026-11-23 08:30"),
        ("2026-11-21 10:00", "2026-11-23 08:30"),
        ("2026-09-30 19:00", "2026-10-08 08:30"),  # the October holiday
        ("2026-10-10 10:00", "2026-10-10 10:00"),  # a Saturday worked for it
    ],
)
def test_nobody_is_called_at_night_on_a_holiday_or_in_the_break(moment, allowed):
    assert HOURS.next_moment(at(moment)) == at(allowed)


@pytest.mark.parametrize(
    ("end", "deadline"),
    [
        ("2026-11-20 10:00", "2026-11-20 10:00"),
        ("2026-11-20 21:00", "2026-11-20 18:00"),
        ("2026-11-20 06:00", "2026-11-20 18:00"),
        ("2026-11-21 10:00", "2026-11-23 18:00"),
    ],
)
def test_a_deadline_outside_calling_hours_is_the_close_of_that_or_the_next_working_day(end, deadline):
    assert HOURS.deadline(at(end), at("2026-11-19 09:00")) == at(deadline)


def test_a_window_is_never_empty():
    """Delivered on Friday evening: the 24 hours end on Saturday, the first calling time is Monday."""
    rule = Rule(0, Unit.HOUR, 24)
    window = cadence.window(rule, at("2026-11-20 18:30"), 1, HOURS)
    assert (window.start, window.end) == (at("2026-11-23 08:30"), at("2026-11-23 18:00"))


def test_repeats_count_from_the_anchor_so_that_a_short_month_shifts_nothing():
    rule = Rule(3, Unit.MONTH, 168, every_months=3)
    days = [cadence.nominal(rule, at("2026-11-30 10:00"), number).date() for number in (1, 2, 3, 4)]
    assert days == [date(2027, 2, 28), date(2027, 5, 30), date(2027, 8, 30), date(2027, 11, 30)]


def test_the_named_time_goes_before_the_rule():
    window = cadence.named_window(at("2026-11-19 15:20"), HOURS)
    assert (window.start, window.end) == (at("2026-11-19 15:20"), at("2026-11-19 18:00"))


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


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.times())
def test_a_window_lies_in_calling_hours(day, clock):
    for rule in (Rule(0, Unit.HOUR, 24), Rule(1, Unit.DAY, 48), Rule(3, Unit.MONTH, 168, 3)):
        window = cadence.window(rule, datetime.combine(day, clock, tzinfo=HERE), 1, HOURS)
        assert HOURS.allow(window.start)
        assert window.start < window.end
        assert HOURS.is_workday(window.end.date())
        assert HOURS.open.opens <= window.end.time() <= HOURS.open.closes


@pytest.mark.django_db
@given(st.dates(date(2025, 1, 1), date(2026, 12, 20)), st.times())
def test_calling_hours_are_those_of_the_house(day, clock):
    moment = datetime.combine(day, clock, tzinfo=HERE)
    plain = CallingHours(business_hours.GROUP_HOURS, business_hours.official)
    assert plain.next_moment(moment) == business_hours.calling_time(moment)
