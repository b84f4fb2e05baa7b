"""One stock truth: never negative, always the sum of its moves, and exactly the pieces there go out."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum

from dms.models import Reason
from parts.actions import stock as stock_actions
from parts.models import Bin, Part, Reservation, Stock, StockMove
from tests.conftest import refuses
from tests.races import at_once


def on_hand(part, store):
    return Stock.objects.get(part=part, store=store).on_hand


def take(part, store, clerk, line, quantity=1, **more):
    return stock_actions.issue(
        part, store=store, quantity=quantity, by=clerk, signed_by="石斛", source_line=line, **more
    )


def test_receiving_keeps_the_average_cost(pads, store, cast):
    stock_actions.receive(pads, store=store, quantity=2, cost="300", by=cast.parts_clerk)
    stock_actions.receive(pads, store=store, quantity=1, cost="330", by=cast.parts_clerk)
    row = Stock.objects.get()
    assert (row.on_hand, row.average_cost) == (Decimal(3), Decimal(310))


def test_an_issue_goes_out_at_average_cost_signed_and_for_a_line(pads, store, cast):
    stock_actions.receive(pads, store=store, quantity=2, cost="300", by=cast.parts_clerk)
    move = take(pads, store, cast.parts_clerk, "WO-7/3")
    assert (move.quantity, move.unit_cost, move.signed_by) == (Decimal(-1), Decimal(300), "石斛")
    with refuses("issue_unsigned"):
        stock_actions.issue(pads, store=store, quantity=1, by=cast.parts_clerk, signed_by=" ", source_line="WO-7/3")


def test_more_than_there_is_is_refused_with_the_figure(pads, store, cast):
    stock_actions.receive(pads, store=store, quantity=2, cost="300", by=cast.parts_clerk)
    with refuses("not_enough_stock", match="2"):
        take(pads, store, cast.parts_clerk, "WO-7/3", 3)
    assert on_hand(pads, store) == 2


def test_a_double_click_issues_once(pads, store, cast):
    stock_actions.receive(pads, store=store, quantity=2, cost="300", by=cast.parts_clerk)
    assert take(pads, store, cast.parts_clerk, "WO-7/3", key="once") == take(
        pads, store, cast.parts_clerk, "WO-7/3", key="once"
    )
    assert on_hand(pads, store) == 1


def test_what_is_reserved_goes_only_to_its_line(pads, store, cast):
    stock_actions.receive(pads, store=store, quantity=3, cost="300", by=cast.parts_clerk)
    stock_actions.reserve(pads, store=store, quantity=2, source_line="WO-7/3", by=cast.parts_clerk)
    with refuses("not_enough_stock"):
        take(pads, store, cast.parts_clerk, "WO-8/1", 2)
    take(pads, store, cast.parts_clerk, "WO-7/3", 1)
    row = Stock.objects.get()
    assert (row.on_hand, row.reserved) == (Decimal(2), Decimal(1))
    stock_actions.release(Reservation.objects.get(ended_at=None), by=cast.parts_clerk)
    take(pads, store, cast.parts_clerk, "WO-8/1", 2)
    assert on_hand(pads, store) == 0


def test_no_more_comes_back_than_went_out(pads, store, cast):
    stock_actions.receive(pads, store=store, quantity=5, cost="300", by=cast.parts_clerk)
    move = take(pads, store, cast.parts_clerk, "WO-7/3", 2)
    stock_actions.return_issue(move, quantity=1, by=cast.parts_clerk)
    with refuses("more_than_issued"):
        stock_actions.return_issue(move, quantity=2, by=cast.parts_clerk)
    assert on_hand(pads, store) == 4


def test_a_count_difference_needs_its_reason(pads, store, cast):
    stock_actions.receive(pads, store=store, quantity=5, cost="300", by=cast.parts_clerk)
    reason = Reason.objects.create(kind=Reason.Kind.STOCK_DIFFERENCE, code="test", name="破损")
    move = stock_actions.correct(pads, store=store, counted=4, reason=reason, by=cast.parts_clerk)
    assert (move.quantity, on_hand(pads, store)) == (Decimal(-1), Decimal(4))
    with refuses("no_difference"):
        stock_actions.correct(pads, store=store, counted=4, reason=reason, by=cast.parts_clerk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parts_stock SET on_hand = 99",
        "UPDATE parts_stock SET reserved = 1",
        "UPDATE parts_stockmove SET quantity = 9",
        "DELETE FROM parts_stockmove",
        (
            "INSERT INTO parts_stockmove (stock_id, kind, quantity, unit_cost, source_line, note, by_id, signed_by, at, key)"
            " SELECT stock_id, 'ISSUE', -99, 1, 'x', '', by_id, 'x', now(), 'k2' FROM parts_stockmove"
        ),
        (
            "INSERT INTO parts_stockmove (stock_id, kind, quantity, unit_cost, source_line, note, by_id, signed_by, at, key)"
            " SELECT stock_id, 'ISSUE', -1, 1, 'x', '', by_id, '', now(), 'k2' FROM parts_stockmove"
        ),
        (
            "INSERT INTO parts_reservation (stock_id, quantity, source_line, by_id, at)"
            " SELECT stock_id, 99, 'x', by_id, now() FROM parts_stockmove"
        ),
    ],
)
def test_the_database_refuses_another_truth(pads, store, cast, statement):
    stock_actions.receive(pads, store=store, quantity=2, cost="300", by=cast.parts_clerk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def race(count, act):
    """How many of ``act(number)``, begun together, are refused for want of pieces."""
    return at_once(*(partial(act, number) for number in range(count))).count("not_enough_stock")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pieces", [1, 5, 8])
def test_eight_clerks_take_exactly_the_pieces_there_are(pads, store, cast, pieces):
    stock_actions.receive(pads, store=store, quantity=pieces, cost="300", by=cast.parts_clerk)
    refused = race(8, lambda number: take(pads, store, cast.parts_clerk, f"WO-{number}/1"))
    assert refused == 8 - pieces
    assert on_hand(pads, store) == 0
    assert StockMove.objects.filter(kind="ISSUE").count() == pieces


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_reserving_issuing_and_receiving_at_once_never_oversell(pads, store, cast):
    stock_actions.receive(pads, store=store, quantity=4, cost="300", by=cast.parts_clerk)

    def act(number):
        if number % 3 == 0:
            stock_actions.receive(pads, store=store, quantity=1, cost="310", by=cast.parts_clerk)
        elif number % 3 == 1:
            stock_actions.reserve(pads, store=store, quantity=2, source_line=f"WO-{number}/1", by=cast.parts_clerk)
        else:
            take(pads, store, cast.parts_clerk, f"WO-{number}/1", 2)

    race(9, act)
    row = Stock.objects.get()
    assert row.on_hand == StockMove.objects.aggregate(moved=Sum("quantity"))["moved"]
    assert 0 <= row.reserved <= row.on_hand
    live = Reservation.objects.filter(ended_at=None).aggregate(total=Sum("quantity"))["total"] or 0
    assert row.reserved == live


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_first_movement_of_a_part_is_made_by_two_at_once(pads, store, cast):
    clerk = cast.parts_clerk
    race(4, lambda _number: stock_actions.receive(pads, store=store, quantity=1, cost="10", by=clerk))
    assert on_hand(pads, store) == 4


@pytest.mark.django_db
def test_a_negative_price_and_a_number_of_other_signs_are_refused():
    for wrong in ({"price": -1}, {"number": "sy_1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Part.objects.create(**{"number": "SY-1", "name": "x", "unit": "件", "price": 1} | wrong)


def test_a_key_that_moved_something_else_is_refused(pads, store, other_store, cast):
    disc = Part.objects.create(number="SY-4412", name="前制动盘", unit="套", price=Decimal(560))
    stock_actions.receive(pads, store=store, quantity=2, cost="300", by=cast.parts_clerk, key="once")
    for act in (
        partial(stock_actions.receive, disc, store=store, quantity=2, cost="300", by=cast.parts_clerk, key="once"),
        partial(
            stock_actions.receive, pads, store=other_store, quantity=2, cost="300", by=cast.parts_clerk, key="once"
        ),
        partial(stock_actions.receive, pads, store=store, quantity=3, cost="300", by=cast.parts_clerk, key="once"),
        partial(take, pads, store, cast.parts_clerk, "7/3", key="once"),
    ):
        with refuses("key_reused"):
            act()
    assert StockMove.objects.count() == 1


def test_a_refused_receipt_leaves_no_new_bin_behind(pads, store, cast):
    with refuses("quantity_not_positive"):
        stock_actions.receive(pads, store=store, quantity=0, cost="300", by=cast.parts_clerk, shelf="A-01")
    assert not Bin.objects.exists()


def test_goods_without_a_cost_cost_what_such_a_piece_cost_so_far(pads, store, cast):
    stock_actions.receive(pads, store=store, quantity=2, cost="300", by=cast.parts_clerk, shelf="A-01")
    move = stock_actions.receive(pads, store=store, quantity=2, by=cast.parts_clerk)
    assert (move.unit_cost, move.bin.code) == (300, "A-01")
