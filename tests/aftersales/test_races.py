"""Real connections at once: one open order for a car, the last part for one line. Each with the proof that its guard holds it."""

from decimal import Decimal

import pytest
from django.db import connection

from aftersales.actions import work_orders, workshop
from aftersales.models import WorkLine, WorkOrder
from parts.models import Stock
from tests import owner
from tests.factories import PartFactory, WorkOrderFactory, part_of, reason
from tests.races import DONE, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def openings(car, cast, count=4):
    desk = cast.service_adviser
    return [lambda: work_orders.open_work_order(car, store=cast.store, by=desk, complaint="异响")] * count


def test_four_desks_open_one_work_order_for_a_car(cast, car):
    ends = at_once(*openings(car, cast))
    assert ends == [DONE, *["workorder_one_open_per_vehicle"] * 3]
    assert WorkOrder.objects.count() == 1


def test_without_the_index_there_would_be_two(cast, car):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'workorder_one_open_per_vehicle'")
        index = cursor.fetchone()[0]
    owner.as_owner("DROP INDEX workorder_one_open_per_vehicle")
    try:
        assert at_once(*openings(car, cast, 2)) == [DONE] * 2
        assert WorkOrder.objects.count() == 2
    finally:
        WorkOrder.objects.update(status="CANCELLED", cancel_reason=reason("WORK_CANCEL"))
        owner.as_owner(index)


@pytest.fixture
def wanted(db):
    """Two cars whose lines want the last piece of one part."""
    part = PartFactory.create(pieces=1)
    return part, [part_of(WorkOrderFactory.create(stage="in_work", part=part)) for _car in range(2)]


def issues(cast, lines):
    clerk = cast.parts_clerk
    return [
        lambda line=line: workshop.issue_part(line, quantity=Decimal(1), signed_by="石斛", by=clerk) for line in lines
    ]


def test_the_last_part_goes_to_one_of_two_lines(cast, wanted):
    part, lines = wanted
    assert at_once(*issues(cast, lines)) == [DONE, "not_enough_stock"]
    assert Stock.objects.get(part=part).on_hand == 0
    assert sorted(WorkLine.objects.filter(part=part).values_list("issued", flat=True)) == [0, 1]


def test_two_clerks_never_issue_more_than_the_line(cast):
    line = part_of(WorkOrderFactory.create(stage="in_work", part=PartFactory.create(pieces=9)))
    assert at_once(*issues(cast, [line, line])) == [DONE, "more_than_the_line"]
    assert Stock.objects.get(part=line.part).on_hand == 8
