"""What Postgres refuses of bookings and work orders, however the rows are written."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from aftersales.models import (
    Appointment,
    QualityCheck,
    ShopHour,
    WorkLine,
    WorkOrder,
)
from tests.factories import WorkOrderFactory, labour_of, reason


@pytest.fixture
def order(db: None) -> WorkOrder:
    """A draft of a car checked in."""
    return WorkOrderFactory.create()


@pytest.fixture
def line(db: None) -> WorkLine:
    """Agreed to by its customer."""
    return labour_of(WorkOrderFactory.create(stage="signed"))


@contextmanager
def breaks(constraint):
    """The database says no, and names the rule."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        yield
    cause = error.value.__cause__
    assert isinstance(cause, psycopg2.Error)
    assert cause.diag.constraint_name == constraint


def statement_breaks(constraint, statement):
    with breaks(constraint), connection.cursor() as cursor:
        cursor.execute(statement)


def test_one_open_work_order_per_car_in_the_group(order, cast, other_store):
    with breaks("workorder_one_open_per_vehicle"):
        WorkOrder.objects.create(
            number="WO-2",
            store=other_store,
            customer=order.customer,
            vehicle=order.vehicle,
            adviser=cast.service_adviser,
        )


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("workline_within_authorisation", "status = 'STARTED', quantity = 9, amount = unit_price * 9"),
        ("workline_within_authorisation", "status = 'DONE', authorisation_id = NULL, authorised_amount = NULL"),
        ("workline_parts_only_when_authorised", "status = 'DECLINED', issued = 0.1"),
        ("workline_amounts_plausible", "issued = 99"),
    ],
)
def test_a_line_never_costs_more_than_was_authorised(line, constraint, change):
    statement_breaks(constraint, f"UPDATE aftersales_workline SET {change}")


def test_raising_the_price_asks_again(line):
    WorkLine.objects.filter(pk=line.pk).update(quantity=9, amount=9 * F("unit_price"))
    line.refresh_from_db()
    assert (line.status, line.authorised_amount) == ("PROPOSED", None)


def test_unsigned_work_does_not_start(order):
    statement_breaks("workorder_authorised_is_signed", "UPDATE aftersales_workorder SET status = 'AUTHORISED'")


def check(order, stage, by, passed=True):
    return QualityCheck.objects.create(work_order=order, stage=stage, passed=passed, by=by)


def test_checks_come_in_order_by_different_people(cast):
    order = WorkOrderFactory.create(stage="work_done")
    technician, leader = cast.technician, cast.team_leader
    WorkLine.objects.update(status="DONE")
    for stage, by, wrong in (("TEAM", leader, "in_order"), ("FINAL", leader, "in_order")):
        with breaks(f"qualitycheck_{wrong}"):
            check(order, stage, by)
    check(order, "SELF", technician)
    WorkOrder.objects.update(status="SELF_CHECKED")
    with breaks("qualitycheck_different_people"):
        check(order, "TEAM", technician)
    check(order, "TEAM", leader)
    WorkOrder.objects.update(status="TEAM_CHECKED")
    statement_breaks("workorder_passed_is_inspected", "UPDATE aftersales_workorder SET status = 'PASSED'")


def test_booked_hours_never_exceed_the_shop_hour(order, cast, store):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    ShopHour.objects.create(store=store, starts_at=hour, capacity=Decimal("2.0"))

    def book(number, at, hours, adviser=None):
        return Appointment.objects.create(
            number=number,
            store=store,
            customer=order.customer,
            vehicle=order.vehicle,
            starts_at=at,
            hours=hours,
            wish="保养",
            slot=(at, at + timedelta(minutes=15)),
            stay=(at, at + timedelta(minutes=1)),
            adviser=adviser,
        )

    book("AP-1", hour, Decimal("1.0"), cast.service_adviser)
    book("AP-2", hour + timedelta(minutes=15), Decimal("0.6"))
    with breaks("shophour_booked_within_capacity"):
        book("AP-3", hour + timedelta(minutes=30), Decimal("0.5"))
    with breaks("appointment_adviser_free"):
        book("AP-3", hour + timedelta(minutes=5), Decimal("0.2"), cast.service_adviser)
    for starts_at, hours in ((hour + timedelta(hours=5), "0.5"), (hour + timedelta(minutes=50), "0.3")):
        with breaks("appointment_in_shop_hours"):
            book("AP-3", starts_at, Decimal(hours))
    Appointment.objects.update(status="CANCELLED", cancel_reason=reason("CANCEL"))
    assert ShopHour.objects.get().booked == 0
