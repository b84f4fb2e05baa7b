"""Real connections at once: one open order for a car, the last part for one line. Each with the proof that its guard holds it."""

from decimal import Decimal

import pytest
from django.db import connection

from aftersales.actions import work_orders, workshop
from aftersales.models import WorkLine, WorkOrder
from parts.models import Stock
from tests.aftersales.cast import part_of
from tests.races import DONE, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def openings(shop, store, count=4):
    car = shop.car()
    desk = shop.desk
    return [lambda: work_orders.open_work_order(car, store=store, by=desk, complaint="异响")] * count


def test_four_desks_open_one_work_order_for_a_car(shop, store):
    ends = at_once(*openings(shop, store))
    assert ends == [DONE, *["workorder_one_open_per_vehicle"] * 3]
    assert WorkOrder.objects.count() == 1


def test_without_the_index_there_would_be_two(shop, store):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'workorder_one_open_per_vehicle'")
        index = cursor.fetchone()[0]
        cursor.execute("DROP INDEX workorder_one_open_per_vehicle")
    try:
        assert at_once(*openings(shop, store, 2)) == [DONE] * 2
        assert WorkOrder.objects.count() == 2
    finally:
        WorkOrder.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(index)


@pytest.fixture
def wanted(shop):
    """Two cars whose lines want the last piece of one part."""
    part = shop.part(pieces=1)
    orders = [shop.in_work(part=part), shop.in_work(part=part, car=shop.car("川AB0002", "立春", "13800000022"))]
    return part, [part_of(order) for order in orders]


def issues(shop, lines):
    clerk = shop.clerk
    return [
        lambda line=line: workshop.issue_part(line, quantity=Decimal(1), signed_by="石斛", by=clerk) for line in lines
    ]


def test_the_last_part_goes_to_one_of_two_lines(shop, wanted):
    part, lines = wanted
    assert at_once(*issues(shop, lines)) == [DONE, "not_enough_stock"]
    assert Stock.objects.get(part=part).on_hand == 0
    assert sorted(WorkLine.objects.filter(part=part).values_list("issued", flat=True)) == [0, 1]


def test_two_clerks_never_issue_more_than_the_line(shop):
    line = part_of(shop.in_work(part=shop.part(pieces=9)))
    assert at_once(*issues(shop, [line, line])) == [DONE, "more_than_the_line"]
    assert Stock.objects.get(part=line.part).on_hand == 8
