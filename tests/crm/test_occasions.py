"""Birthdays, anniversaries and festivals: on the right day of either calendar, once a year, to whoever lets us."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm import reminders
from crm.actions import consents, customers, occasions, rounds
from crm.models import Cadence, ContactPerson, Customer, Festival, FollowUp, Ownership, Vehicle
from dms.formats.lunar import lunar_day, solar_day
from dms.models import Message
from tests.clock import at
from tests.factories import owners
from tests.races import DONE, at_once

pytestmark = pytest.mark.django_db
DAYS_OF_EVE = [("2026-02-16", True), ("2025-01-28", True), ("2024-02-09", True), ("2024-02-08", False)]


@pytest.fixture
def rule(cast):
    """``rule("birthday_text")`` switches the rule of the default preset on."""
    cast.assemble("callback")

    def switched_on(code, **changes):
        one = Cadence.objects.get(code=code, preset__is_default=True)
        for name, value in (changes | {"active": True}).items():
            setattr(one, name, value)
        one.save()
        Cadence.objects.filter(pk=one.pk).update(active_since=None)
        return Cadence.objects.get(pk=one.pk)

    return switched_on


@pytest.fixture
def owner(store):
    """``owner(birthday=…)`` is a customer of the store with a car."""

    def make(*, bought=date(2025, 5, 20), **facts):
        [(customer, car)] = owners(store, 1, bought_on=bought)
        Customer.objects.filter(pk=customer.pk).update(**facts)
        customer.refresh_from_db()
        return customer, car

    return make


def wished(day, time_machine, clock="09:30"):
    time_machine.move_to(at(f"{day} {clock}"), tick=False)
    rounds.run_due(timezone.now())
    return list(Message.objects.filter(channel="sms").order_by("pk").values_list("body", flat=True))


# --- the calendars ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        ("2024-02-10", (2024, 1, 1, False)),
        ("2025-01-29", (2025, 1, 1, False)),
        ("2026-02-17", (2026, 1, 1, False)),
        ("2026-02-16", (2025, 12, 29, False)),
        ("2025-10-06", (2025, 8, 15, False)),
        ("2023-03-22", (2023, 2, 1, True)),
        ("2025-07-25", (2025, 6, 1, True)),
        ("2025-06-25", (2025, 6, 1, False)),
    ],
)
def test_the_chinese_calendar(solar, lunar):
    here = lunar_day(date.fromisoformat(solar))
    assert (here.year, here.month, here.day, here.is_leap) == lunar


def test_each_day_of_ten_years_comes_back():
    day, end = date(2020, 1, 1), date(2030, 1, 1)
    while day < end:
        here = lunar_day(day)
        if not here.is_leap:
            assert solar_day(here.year, here.month, here.day) == day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "falls"), [("2026-02-17", "spring"), ("2026-09-25", "mid_autumn"), ("2026-10-01", "national")]
)
def test_festivals_fall_on_their_days(day, falls):
    today = date.fromisoformat(day)
    assert {one.code for one in Festival.objects.all() if occasions.is_festival(one, today)} == {falls}


@pytest.mark.parametrize(
    ("day", "is_eve"), [("2026-02-16", True), ("2025-01-28", True), ("2024-02-09", True), ("2024-02-08", False)]
)
def test_the_eve_is_the_last_day_of_the_year_short_or_long(day, is_eve):
    eve = Festival.objects.get(code="new_years_eve")
    assert occasions.is_festival(eve, date.fromisoformat(day)) == is_eve


def test_a_day_that_never_comes_is_refused():
    for facts in (
        {"is_lunar": True, "day": 31},
        {"is_lunar": False, "month": 2, "day": 30},
        {"is_lunar": True, "month": 13},
    ):
        with pytest.raises(IntegrityError, match="festival_day_exists"), transaction.atomic():
            Festival.objects.create(**{"code": "X", "name": "X", "month": 1, "day": 1} | facts)


# --- birthdays ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("born", "is_lunar", "day"),
    [
        (date(1985, 12, 1), False, "2026-12-01"),
        (date(1988, 2, 29), False, "2026-02-28"),
        (date(1988, 2, 29), False, "2028-02-29"),
        (date(1985, 8, 15), True, "2026-09-25"),
        # The 30th of the twelfth month, which has 29 days in 2025.
        (date(1985, 12, 30), True, "2026-02-16"),
        # In the sixth month of 2025, not in the leap month after it.
        (date(1990, 6, 1), True, "2025-06-25"),
    ],
)
def test_a_birthday_is_wished_on_its_day(rule, owner, time_machine, born, is_lunar, day):
    rule("birthday_text")
    owner(birthday=born, birthday_is_lunar=is_lunar)
    before = date.fromisoformat(day) - timedelta(days=1)
    assert wished(before, time_machine) == []
    [said] = wished(day, time_machine)
    assert "生日快乐" in said
    assert "{" not in said


@pytest.mark.parametrize("day", ["2025-07-25", "2028-02-28", "2027-03-01"])
def test_and_on_no_other(rule, owner, time_machine, day):
    """The leap month after the sixth; the day before a 29 February; the day after it where there is none."""
    rule("birthday_text")
    owner(birthday=date(1990, 6, 1), birthday_is_lunar=True)
    owner(birthday=date(1988, 2, 29))
    assert wished(day, time_machine) == []


def test_the_family_is_wished_well_by_name(rule, owner, time_machine):
    rule("family_birthday_text")
    customer, _car = owner()
    ContactPerson.objects.create(customer=customer, role="FAMILY", name="小满", birthday=date(2018, 12, 1))
    ContactPerson.objects.create(customer=customer, role="COLLEAGUE", name="大暑", birthday=date(1980, 12, 1))
    [said] = wished("2026-12-01", time_machine)
    assert "小满的生日" in said


def test_once_a_year_however_often_the_round_runs_and_the_day_is_mended(rule, owner, time_machine):
    rule("birthday_text")
    customer, _car = owner(birthday=date(1985, 12, 1))
    wished("2026-12-01", time_machine)
    Cadence.objects.update(wished_on=None)
    assert len(wished("2026-12-01", time_machine, "15:00")) == 1
    Customer.objects.filter(pk=customer.pk).update(birthday=date(1985, 12, 5))
    assert len(wished("2026-12-05", time_machine)) == 1
    assert len(wished("2027-12-05", time_machine)) == 2


def test_who_said_no_or_sold_the_car_or_only_looked_hears_nothing(rule, owner, store, cast, time_machine):
    rule("birthday_text")
    unwilling, _car = owner(birthday=date(1985, 12, 1))
    consents.withdraw(unwilling, by=cast.callback, purposes=["CARE"], channels=["SMS"])
    refusing, _car = owner(birthday=date(1985, 12, 1), data_refused=True)
    _sold, car = owner(birthday=date(1985, 12, 1))
    Vehicle.objects.filter(pk=car.pk).update(gone=True)
    guest = customers.register_customer(name="寒露", phone="13700000321", store=store, by=cast.reception).customer
    Customer.objects.filter(pk=guest.pk).update(birthday=date(1985, 12, 1))
    assert wished("2026-12-01", time_machine) == []
    assert not Ownership.objects.filter(customer=guest).exists()


def test_a_rule_that_is_off_wishes_nobody(owner, time_machine):
    owner(birthday=date(1985, 12, 1))
    assert wished("2026-12-01", time_machine) == []


# --- the car, the festival ----------------------------------------------------------------------------------------------
def test_the_car_has_its_anniversary(rule, owner, time_machine):
    rule("car_anniversary_text")
    owner(bought=date(2024, 12, 1))
    owner(bought=date(2026, 12, 1))
    [said] = wished("2026-12-01", time_machine)
    assert "2周年" in said


def test_at_a_festival_everybody_with_a_car_hears_once(rule, store, other_store, time_machine):
    rule("mid_autumn_text")
    owners(store, 3)
    owners(other_store, 2)
    assert len(wished("2026-09-25", time_machine)) == 5
    assert len(wished("2026-09-25", time_machine, "18:00")) == 5


def test_a_letter_is_written_a_week_before(rule, owner, time_machine):
    rule("birthday_text", channel="LETTER")
    customer, _car = owner(birthday=date(1985, 12, 8))
    wished("2026-12-01", time_machine)
    letter = FollowUp.objects.get(customer=customer).letter
    assert (letter.kind, timezone.localdate(letter.follow_up.due_until)) == ("THANKS", date(2026, 12, 8))


def test_days_without_a_round_are_told_as_missed_and_nobody_is_wished_late(rule, owner, time_machine):
    rule("birthday_text")
    wished("2026-12-01", time_machine)
    late, _car = owner(birthday=date(1985, 12, 3))
    today, _car = owner(birthday=date(1985, 12, 5))
    assert len(wished("2026-12-05", time_machine)) == 1
    ends = dict(FollowUp.objects.values_list("customer", "ended_why"))
    assert ends == {late.pk: "MISSED", today.pk: "SENT"}


def test_a_rule_switched_on_begins_with_today(rule, owner, time_machine):
    rule("birthday_text")
    owner(birthday=date(1985, 11, 29))
    assert wished("2026-12-01", time_machine) == []
    assert not FollowUp.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_wish_once(rule, store, time_machine):
    time_machine.move_to(at("2026-09-25 09:30"), tick=False)
    rule("mid_autumn_text")
    owners(store, 20)
    now = timezone.now()
    assert at_once(*[lambda: occasions.begin_due(now)] * 3) == [DONE] * 3
    assert FollowUp.objects.count() == 20


def test_the_statements_do_not_grow_with_the_customers(rule, store, time_machine, django_assert_max_num_queries):
    rule("mid_autumn_text")
    owners(store, 40)
    time_machine.move_to(at("2026-09-25 09:30"), tick=False)
    with django_assert_max_num_queries(40):
        assert occasions.begin_due(timezone.now()) == 40


def test_the_desk_knows_a_lunar_birthday():
    told = reminders.of(date(2026, 9, 20), born=date(1985, 8, 15), lunar=True)
    assert [reminder.on for reminder in told] == [date(2026, 9, 25)]
