"""Days as moments, months ahead, anniversaries."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from dms.formats.days import HERE, add_months, day_of, end_of, in_year, months_between, start_of


def test_days_begin_by_the_zone_the_site_is_set_to():
    assert HERE.key == settings.TIME_ZONE


def test_a_day_begins_at_midnight_here_and_ends_where_the_next_begins():
    assert start_of(date(2026, 3, 1)) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert end_of(date(2026, 2, 28)) == start_of(date(2026, 3, 1))
    assert end_of(date(2026, 12, 31)) == start_of(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 1, 1, 15, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 16, 0, tzinfo=UTC), date(2026, 1, 2)),
    ],
)
def test_a_moment_lies_on_the_day_it_has_here(at, day):
    assert day_of(at) == day


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # a shorter month
        (date(2028, 1, 31), 1, date(2028, 2, 29)),  # of a leap year
        (date(2026, 2, 28), 1, date(2026, 3, 28)),  # the end of a month is not kept
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),  # over New Year
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
        (date(2026, 5, 31), 36, date(2029, 5, 31)),
    ],
)
def test_so_many_months_later_it_is_the_same_day_or_the_last_of_a_shorter_month(day, months, later):
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("day", "year", "anniversary"),
    [
        (date(1990, 7, 4), 2026, date(2026, 7, 4)),
        (date(1992, 2, 29), 2026, date(2026, 2, 28)),
        (date(1992, 2, 29), 2028, date(2028, 2, 29)),
        (date(1990, 12, 31), 2027, date(2027, 12, 31)),
    ],
)
def test_who_was_born_on_a_leap_day_has_a_birthday_every_year(day, year, anniversary):
    assert in_year(day, year) == anniversary


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(-600, 600))
def test_months_are_counted_as_they_are_added(day, months):
    assert months_between(day, add_months(day, months)) == months
