"""A delivery is appointed while the store that hands the car over is open, with an adviser who is there."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from dms.models import Absence
from sales.actions import deliveries
from sales.models import DeliverySheet
from tests.conftest import refuses
from tests.factories import fresh

pytestmark = pytest.mark.django_db


def day(ahead):
    return timezone.localdate() + dt.timedelta(days=ahead)


def at(clock, *, ahead=2):
    return timezone.make_aware(dt.datetime.combine(day(ahead), dt.time.fromisoformat(clock)))


@pytest.fixture(autouse=True)
def hours(store):
    """08:30 to 18:00, with a break, and closed three days from now."""
    store.opens_at, store.closes_at = dt.time(8, 30), dt.time(18)
    store.break_from, store.break_until, store.closed_on = dt.time(12), dt.time(13, 30), [day(3)]
    store.save()


TIMES = [
    (at("08:29"), "outside_hours", "08:30"),
    (at("11:46"), "outside_hours", "13:30"),  # the break would begin while the keys change hands
    (at("12:30"), "outside_hours", "13:30"),
    (at("17:46"), "outside_hours", "08:30"),
    (at("10:00", ahead=3), "closed_day", "08:30"),
]


@pytest.mark.parametrize(("time", "code", "nearest"), TIMES)
def test_no_delivery_is_appointed_while_nobody_hands_over(sheet, order, cast, signed_in, time, code, nearest):
    with refuses(code, match=nearest):
        deliveries.plan_delivery(order, at=time, by=cast.adviser)
    page = signed_in(cast.adviser).post(
        reverse("sales:delivery_plan", args=[order.pk]), {"at": f"{timezone.localtime(time):%Y-%m-%dT%H:%M}"}
    )
    assert page.status_code == 422
    assert nearest in page.text
    assert page.context["form"].errors.keys() == {"at"}
    answer = signed_in(cast.adviser).post(
        reverse("api:sales:orders-plan", args=[order.pk]), {"at": time.isoformat()}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    with pytest.raises(DatabaseError, match="hands over no cars"), transaction.atomic():
        DeliverySheet.objects.filter(pk=sheet.pk).update(appointment_at=time)
    assert fresh(sheet).appointment_at is None


@pytest.mark.parametrize("clock", ["08:30", "11:45", "13:30", "17:45"])
def test_a_delivery_is_appointed_by_the_minute(sheet, order, cast, clock):
    assert deliveries.plan_delivery(order, at=at(clock), by=cast.adviser).appointment_at == at(clock)


def test_no_delivery_is_appointed_with_an_adviser_who_is_away(sheet, order, cast):
    Absence.objects.create(user=order.adviser, first_day=day(2), last_day=day(4), kind="LEAVE")
    with refuses("is_away"):
        deliveries.plan_delivery(order, at=at("10:00"), by=cast.sales_manager)
    assert deliveries.plan_delivery(order, at=at("10:00", ahead=5), by=cast.sales_manager).appointment_at


def test_hours_that_change_later_do_not_spoil_what_was_agreed(sheet, order, cast, store):
    deliveries.plan_delivery(order, at=at("17:00"), by=cast.adviser)
    store.closes_at = dt.time(16)
    store.save()
    deliveries.note_step(sheet, step="cleaned", by=cast.adviser)
    assert fresh(sheet).appointment_at == at("17:00")
