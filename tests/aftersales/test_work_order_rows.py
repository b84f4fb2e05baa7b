"""What Postgres refuses of bookings and work orders, however the rows are written."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from aftersales.models import (
    Appointment,
    Authorisation,
    GatePass,
    QualityCheck,
    Settlement,
    ShopHour,
    WorkLine,
    WorkOrder,
)
from tests.factories import WorkOrderFactory


@pytest.fixture
def order(db: None) -> WorkOrder:
    """A draft of a car checked in."""
    return WorkOrderFactory.create()


@pytest.fixture
def line(order, cast):
    consent = Authorisation.objects.create(
        work_order=order, amount=390, method="SIGNATURE", given_by="夏至", by=cast.service_adviser
    )
    return WorkLine.objects.create(
        work_order=order,
        position=1,
        kind="LABOUR",
        text="保养",
        unit_price=390,
        amount=390,
        status="AUTHORISED",
        authorisation=consent,
        authorised_amount=390,
        added_by=cast.service_adviser,
    )


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
        ("workline_within_authorisation", "status = 'STARTED', amount = 390.01"),
        ("workline_within_authorisation", "status = 'DONE', authorisation_id = NULL, authorised_amount = NULL"),
        ("workline_parts_only_when_authorised", "status = 'DECLINED', issued = 1"),
        ("workline_amounts_plausible", "issued = 2"),
    ],
)
def test_a_line_never_costs_more_than_was_authorised(line, constraint, change):
    statement_breaks(constraint, f"UPDATE aftersales_workline SET {change}")


def test_raising_the_price_asks_again(line):
    WorkLine.objects.filter(pk=line.pk).update(amount=Decimal(400))
    line.refresh_from_db()
    assert (line.status, line.authorised_amount) == ("PROPOSED", None)


def test_unsigned_work_does_not_start(order):
    statement_breaks("workorder_authorised_is_signed", "UPDATE aftersales_workorder SET status = 'AUTHORISED'")


def check(order, stage, by, passed=True):
    return QualityCheck.objects.create(work_order=order, stage=stage, passed=passed, by=by)


def test_checks_come_in_order_by_different_people(order, cast):
    technician, leader = cast.hire("technician", username="t"), cast.hire("team_leader", username="l")
    for stage, by, wrong in (("TEAM", leader, "in_order"), ("FINAL", leader, "in_order")):
        with breaks(f"qualitycheck_{wrong}"):
            check(order, stage, by)
    check(order, "SELF", technician)
    with breaks("qualitycheck_different_people"):
        check(order, "TEAM", technician)
    check(order, "TEAM", leader)
    statement_breaks(
        "workorder_passed_is_inspected",
        "UPDATE aftersales_workorder SET status = 'PASSED', signed_name = 'x', technician_id = adviser_id",
    )


def test_nothing_is_settled_incomplete_and_no_pass_opens_the_gate_unpaid(order, line, cast):
    ready = "status = 'SETTLED', signed_name = '夏至', technician_id = adviser_id"
    statement_breaks("workorder_settled_is_complete", f"UPDATE aftersales_workorder SET {ready}")
    Settlement.objects.create(
        number="ST-1",
        work_order=order,
        store=order.store,
        labour=390,
        parts=0,
        other=0,
        customer_pays=390,
        by=cast.service_adviser,
    )
    with breaks("gatepass_after_payment"):
        GatePass.objects.create(number="GP-1", work_order=order, issued_by=cast.service_adviser)
    statement_breaks("aftersales_settlement_append_only", "UPDATE aftersales_settlement SET customer_pays = 0")
    statement_breaks(
        "workorder_released_by_gate_pass",
        f"UPDATE aftersales_workorder SET {ready.replace('SETTLED', 'RELEASED')}, released_at = now()",
    )


def test_the_first_promise_is_frozen(order):
    now = timezone.now()
    WorkOrder.objects.update(first_promised_at=now, promised_at=now)
    WorkOrder.objects.update(promised_at=now + timedelta(hours=1))
    statement_breaks(
        "workorder_first_promise_frozen",
        "UPDATE aftersales_workorder SET first_promised_at = now() + interval '1 hour'",
    )


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
    Appointment.objects.update(status="CANCELLED")
    assert ShopHour.objects.get().booked == 0
