"""What the callback desk reminds of: over New Year, and for those born on a leap day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from crm import reminders
from crm.models import Customer
from crm.reminders import Occasion, Reminder, next_birthday
from dms.formats import display
from tests.factories import FollowUpFactory


@pytest.mark.parametrize(
    ("born", "today", "birthday"),
    [
        (date(1990, 5, 20), date(2026, 5, 20), date(2026, 5, 20)),
        (date(1990, 5, 20), date(2026, 5, 19), date(2026, 5, 20)),
        (date(1990, 5, 20), date(2026, 5, 21), date(2027, 5, 20)),
        (date(1990, 1, 3), date(2026, 12, 28), date(2027, 1, 3)),  # over New Year
        (date(1990, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
        (date(1992, 2, 29), date(2026, 2, 20), date(2026, 2, 28)),  # a common year
        (date(1992, 2, 29), date(2026, 3, 1), date(2027, 2, 28)),
        (date(1992, 2, 29), date(2028, 2, 20), date(2028, 2, 29)),  # a leap year
        (date(1992, 2, 29), date(2027, 12, 31), date(2028, 2, 29)),
    ],
)
def test_the_next_birthday(born, today, birthday):
    assert next_birthday(born, today) == birthday


@given(st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_birthday_lies_within_a_year(born, today):
    assert timedelta() <= next_birthday(born, today) - today <= timedelta(days=366)


TODAY = date(2026, 12, 20)


@pytest.mark.parametrize(
    ("facts", "occasions"),
    [
        ({}, []),
        ({"insurance": TODAY}, [Occasion.INSURANCE]),
        ({"insurance": TODAY - timedelta(days=1)}, []),
        ({"inspection": TODAY + timedelta(days=30)}, [Occasion.INSPECTION]),
        ({"inspection": TODAY + timedelta(days=31)}, []),
        ({"born": date(1980, 12, 20)}, [Occasion.BIRTHDAY]),
        ({"born": date(1980, 12, 19)}, []),
        ({"born": date(1980, 1, 2)}, [Occasion.BIRTHDAY]),
        ({"born": date(1980, 1, 3)}, []),
        ({"insurance": date(2027, 1, 5), "born": date(1980, 12, 25)}, [Occasion.INSURANCE, Occasion.BIRTHDAY]),
    ],
)
def test_what_is_near_is_mentioned_and_what_has_passed_is_not(facts, occasions):
    assert [reminder.occasion for reminder in reminders.of(TODAY, **facts)] == occasions


def test_a_reminder_says_the_day_of_this_year():
    assert reminders.of(TODAY, born=date(1980, 1, 2)) == [Reminder(Occasion.BIRTHDAY, date(2027, 1, 2))]


@pytest.mark.django_db
def test_the_desk_opens_for_somebody_born_on_a_leap_day(cast, signed_in, time_machine):
    time_machine.move_to("2026-02-20 10:00+08:00")
    row = FollowUpFactory.create()
    Customer.objects.filter(pk=row.customer_id).update(birthday=date(1992, 2, 29))
    answer = signed_in(cast.callback).get(reverse("crm:call", args=[row.pk]))
    assert answer.status_code == 200
    assert display.date(date(2026, 2, 28)) in answer.content.decode()
