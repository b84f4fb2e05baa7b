"""Working days and calling hours."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from dms.formats.opening_hours import OpeningHours
from dms.models import CallingHour, HolidayOverride
from dms.navigation import own_due_work
from dms.records import business_hours
from dms.records.calling_calendar import CallingCalendar
from tests.factories import StoreFactory

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 10, 1), False),  # National Day, a Wednesday
        (date(2025, 9, 28), True),  # the Sunday worked in exchange
        (date(2025, 11, 22), False),  # a Saturday
        (date(2025, 11, 24), True),
        (date(1990, 1, 2), True),  # before the calendar begins: a Tuesday
        (date(1990, 1, 1), False),  # New Year, in any year
        (date(2029, 2, 12), False),  # the eve of the Spring Festival, a Monday of a year that nobody has published
        (date(2029, 2, 15), False),
        (date(2029, 2, 16), True),
        (date(2029, 4, 4), False),  # Tomb-Sweeping Day
        (date(2029, 5, 1), False),
        (date(2029, 5, 2), False),
        (date(2028, 5, 28), False),  # Dragon Boat Festival on a Sunday
        (date(2031, 6, 24), False),  # Dragon Boat Festival, a Tuesday: the third month was doubled
        (date(2031, 10, 1), False),  # National Day and Mid-Autumn on one day
        (date(2031, 10, 2), False),
        (date(2031, 10, 6), True),
        (date(2099, 10, 3), False),  # long before it is published: a Saturday
    ],
)
def test_the_official_calendar_is_followed_and_weekdays_where_it_is_silent(day, worked):
    assert business_hours.is_workday(day) is worked


@pytest.mark.django_db
def test_an_override_beats_the_official_calendar():
    HolidayOverride.objects.create(day=date(2025, 11, 24), is_workday=False)
    HolidayOverride.objects.create(day=date(2025, 11, 23), is_workday=True)
    assert not business_hours.is_workday(date(2025, 11, 24))
    assert business_hours.workdays(date(2025, 11, 21), date(2025, 11, 25)) == [
        date(2025, 11, 21),
        date(2025, 11, 23),
        date(2025, 11, 25),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("2025-11-24 10:15", "2025-11-24 10:15"),
        ("2025-11-24 07:00", "2025-11-24 09:00"),
        ("2025-11-24 12:00", "2025-11-24 13:30"),
        ("2025-11-24 13:29", "2025-11-24 13:30"),
        ("2025-11-24 13:30", "2025-11-24 13:30"),
        ("2025-11-24 19:00", "2025-11-24 19:00"),
        ("2025-11-24 19:30", "2025-11-25 09:00"),
        ("2025-11-22 10:00", "2025-11-22 10:00"),  # Saturday
        ("2025-09-30 20:00", "2025-10-04 09:00"),  # after the days of the law
    ],
)
def test_nobody_is_called_at_night_on_a_holiday_or_in_the_break(store, at, found):
    store.opens_at, store.closes_at, store.break_from, store.break_until = time(8, 30), time(18), time(12), time(13, 30)
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    assert business_hours.calling_time(moment, store) == datetime.fromisoformat(found).replace(tzinfo=SHANGHAI)


@pytest.mark.django_db
def test_calling_hours_are_those_of_the_clock_here_not_of_utc():
    at = datetime(2025, 11, 24, 23, 30, tzinfo=ZoneInfo("UTC"))  # 07:30 of the 25th
    assert business_hours.calling_time(at) == datetime(2025, 11, 25, 9, tzinfo=SHANGHAI)


@pytest.mark.django_db
def test_hours_and_holidays_are_those_of_the_store_else_of_the_group(store):
    saturday, holiday = date(2025, 11, 22), date(2025, 10, 1)
    other = StoreFactory.create(code="GX01")
    CallingHour.objects.create(weekday=5, calls_from=time(10), calls_until=time(16))
    CallingHour.objects.create(store=store, weekday=5, calls_from=None, calls_until=None)
    HolidayOverride.objects.create(day=holiday, is_workday=True)
    HolidayOverride.objects.create(day=holiday, store=store)
    calendar = CallingCalendar.read()
    assert calendar.of(store).on(saturday) is None
    assert calendar.of(other).on(saturday) == OpeningHours(time(10), time(16))
    assert not calendar.of(store).is_workday(holiday)
    assert calendar.of(other).is_workday(holiday)
    assert calendar.of(None).is_workday(holiday)
    assert business_hours.is_workday(holiday), "a day of one store changes nothing for the group"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"weekday": 7}, "callinghour_weekday_known"),
        ({"weekday": 0, "calls_from": time(20)}, "callinghour_begins_before_it_ends"),
        ({"weekday": 6, "calls_from": None}, "callinghour_begins_before_it_ends"),
        ({"weekday": 0, "calls_from": None, "calls_until": None}, "callinghour_on_working_days"),
    ],
)
def test_the_database_refuses_hours_that_hide_a_day(row, rule):
    with pytest.raises(IntegrityError, match=rule):
        CallingHour.objects.create(**row)


def test_a_month_before_the_known_calendar_ends_who_configures_is_told(cast):
    ends = business_hours.LAST_KNOWN
    before, told = (datetime.combine(ends - timedelta(days=days), time(12), SHANGHAI) for days in (32, 30))
    assert not own_due_work.calendar_ends(cast.admin, None, before)
    (item,) = own_due_work.calendar_ends(cast.admin, None, told)
    assert str(ends.year + 1) in item.title
    HolidayOverride.objects.create(day=date(ends.year + 1, 2, 20), is_workday=True)
    assert not own_due_work.calendar_ends(cast.admin, None, told)
