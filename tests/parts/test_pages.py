"""The parts room on the screen: a scanner drives it, and each act stands beside its fact."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dms.background import exports
from dms.models import Event, Reason
from dms.navigation import due_work, search
from parts.actions import stock as stock_actions
from parts.demand import demand, months_until
from parts.models import Bin, LostSale, Part, Stock, StockMove
from parts.stock_page import panel
from tests.factories.workshop import WorkOrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(pads, store, cast):
    """Eight pads on the shelf, two of them kept for a work order."""
    stock_actions.receive(pads, store=store, quantity=8, cost="318.50", by=cast.parts_clerk)
    stock_actions.reserve(pads, store=store, quantity=2, source_line="WO-7/3", by=cast.parts_clerk)
    return Stock.objects.get(part=pads, store=store)


def limits(row, minimum, maximum):
    Stock.objects.filter(pk=row.pk).update(minimum=minimum, maximum=maximum)


def test_a_scanned_number_opens_its_part(signed_in, cast, shelf):
    page = signed_in(cast.parts_clerk).get(reverse("parts:stock"), {"scan": " sy-4411 "}, follow=True)
    assert page.context["panel"].stock == shelf
    assert page.request["PATH_INFO"] == reverse("parts:stock_at", args=[shelf.pk])
    text = page.text
    assert "WO-7/3" in text
    assert 'value="SY-4411"' in text


def test_a_scanned_part_lies_on_its_page_of_the_list(signed_in, cast, store, shelf):
    others = Part.objects.bulk_create(
        Part(number=f"AA-{n:03}", number_code=f"AA{n:03}", name="螺栓", unit="件") for n in range(60)
    )
    Stock.objects.bulk_create(Stock(part=part, store=store) for part in others)
    page = signed_in(cast.parts_clerk).get(reverse("parts:stock"), {"scan": "SY-4411"}, follow=True)
    assert page.context["page_obj"].number == 2
    assert shelf in page.context["page_obj"].object_list


def test_what_is_no_number_is_searched_for(signed_in, cast, shelf):
    page = signed_in(cast.parts_clerk).get(reverse("parts:stock"), {"scan": "qzd"}, follow=True)
    assert [row.part.number for row in page.context["page_obj"]] == ["SY-4411"]
    assert page.context["panel"] is None


def test_a_part_that_was_never_here_shows_where_it_is(signed_in, cast, pads):
    page = signed_in(cast.parts_clerk).get(reverse("parts:stock"), {"scan": "SY-4411"}, follow=True)
    assert page.request["PATH_INFO"] == reverse("parts:part", args=[pads.pk])


@pytest.mark.parametrize(
    ("minimum", "issued", "shown"), [(0, 0, set()), (7, 0, {"low"}), (4, 6, {"low", "out"}), (6, 0, set())]
)
def test_the_segments_find_what_is_short(signed_in, cast, shelf, store, minimum, issued, shown):
    limits(shelf, minimum, 20)
    if issued:
        stock_actions.issue(
            shelf.part, store=store, quantity=issued, by=cast.parts_clerk, signed_by="石斛", source_line="WO-9/1"
        )
    client = signed_in(cast.parts_clerk)
    for name in ("low", "out", "slow"):
        rows = client.get(reverse("parts:stock"), {"show": name}).context["page_obj"].object_list
        assert bool(rows) is (name in shown), name


def test_a_part_that_rests_half_a_year_is_slow(pads, store, cast):
    with time_machine.travel("2026-01-05 10:00+08:00"):
        stock_actions.receive(pads, store=store, quantity=3, cost="300", by=cast.parts_clerk)
    with time_machine.travel("2026-06-05 10:00+08:00"):
        assert not Stock.objects.slow(timezone.now()).exists()
    with time_machine.travel("2026-08-05 10:00+08:00"):
        assert Stock.objects.slow(timezone.now()).get().part == pads
        stock_actions.issue(pads, store=store, quantity=1, by=cast.parts_clerk, signed_by="石斛", source_line="WO-1/1")
        assert not Stock.objects.slow(timezone.now()).exists()


def test_demand_counts_issues_less_returns_and_lost_sales(pads, store, cast):
    with time_machine.travel("2026-03-10 10:00+08:00"):
        stock_actions.receive(pads, store=store, quantity=20, cost="300", by=cast.parts_clerk)
        move = stock_actions.issue(
            pads, store=store, quantity=5, by=cast.parts_clerk, signed_by="石斛", source_line="WO-1/1"
        )
        stock_actions.return_issue(move, quantity=2, by=cast.parts_clerk)
    with time_machine.travel("2026-05-31 23:30+08:00"):
        stock_actions.note_lost_sale(pads, store=store, by=cast.parts_clerk, quantity=4)
    row = Stock.objects.select_related("part", "store", "bin").get()
    demand = panel(row, date(2026, 6, 15)).demand
    by_month = {f"{month:%m}": asked for month, asked in zip(demand.months, demand.asked, strict=True) if asked}
    assert by_month == {"03": Decimal(3), "05": Decimal(4)}
    assert demand.lost == 4


def test_a_month_of_returns_asks_for_nothing():
    months = months_until(date(2026, 2, 3))
    assert (months[0].isoformat(), months[-1].isoformat()) == ("2025-03-01", "2026-02-01")
    assert demand(months, {months[3]: Decimal(-2)}, {}).asked == [0] * 12


def test_the_panel_says_what_was_on_hand_after_each_move(shelf, store, cast):
    stock_actions.issue(
        shelf.part, store=store, quantity=3, by=cast.parts_clerk, signed_by="石斛", source_line="WO-9/1"
    )
    row = Stock.objects.select_related("part", "store", "bin").get()
    assert [line.after for line in panel(row, timezone.localdate()).moves] == [5, 8]


def test_the_panel_knows_free_pieces_of_other_stores(shelf, other_store, cast):
    stock_actions.receive(shelf.part, store=other_store, quantity=6, cost="300", by=cast.parts_clerk)
    stock_actions.reserve(shelf.part, store=other_store, quantity=2, source_line="WO-2/1", by=cast.parts_clerk)
    best = panel(shelf, timezone.localdate()).best_elsewhere
    assert (best.store, best.available) == (other_store, 4)


def test_receiving_stays_on_the_page_and_learns_the_bin(signed_in, cast, pads):
    client = signed_in(cast.parts_clerk)
    sent = {"number": "sy-4411", "quantity": "3", "cost": "300", "shelf": "c02-02", "key": "once"}
    for _ in range(2):
        answer = client.post(reverse("parts:receive"), sent)
        assert answer["Location"] == reverse("parts:receive")
    row = Stock.objects.get()
    assert (row.on_hand, row.bin.code, Bin.objects.count()) == (3, "C02-02", 1)
    client.post(reverse("parts:receive"), {"number": "SY-4411", "quantity": "1", "key": "again"})
    row.refresh_from_db()
    assert (row.on_hand, row.average_cost) == (4, 300)
    assert len(client.get(reverse("parts:receive")).context["moves"]) == 2


def test_an_unknown_number_is_refused_and_what_was_typed_stays(signed_in, cast):
    answer = signed_in(cast.parts_clerk).post(reverse("parts:receive"), {"number": "NO-1", "quantity": "3"})
    assert answer.status_code == 422
    assert 'value="NO-1"' in answer.text


def test_one_key_notes_a_lost_sale(signed_in, cast, shelf):
    page = signed_in(cast.parts_clerk).post(reverse("parts:stock_lost_sale", args=[shelf.pk]), follow=True)
    assert 'data-key="x"' in page.text
    assert LostSale.objects.get().quantity == 1


def test_a_correction_says_why(signed_in, cast, shelf):
    client, address = signed_in(cast.parts_manager), reverse("parts:stock_correct", args=[shelf.pk])
    assert client.post(address, {"counted": "7"}).status_code == 422
    reason = Reason.objects.of(Reason.Kind.STOCK_DIFFERENCE).first()
    client.post(address, {"counted": "7", "reason": reason.pk})
    assert StockMove.objects.first().reason == reason
    refused = client.post(address, {"counted": "1", "reason": reason.pk})
    assert refused.status_code == 422
    shelf.refresh_from_db()
    assert shelf.on_hand == 7


def test_limits_are_kept_in_order(signed_in, cast, shelf):
    client, address = signed_in(cast.parts_planner), reverse("parts:stock_limits", args=[shelf.pk])
    assert client.post(address, {"minimum": "9", "maximum": "3"}).status_code == 422
    client.post(address, {"minimum": "3", "maximum": "9"})
    shelf.refresh_from_db()
    assert (shelf.minimum, shelf.maximum) == (3, 9)
    assert Event.objects.get(kind="stock.limits_changed").data["after"] == ["3", "9"]


def test_a_released_reservation_is_free_for_others(signed_in, cast, shelf):
    reservation = shelf.reservations.get()
    signed_in(cast.parts_clerk).post(reverse("parts:reservation_release", args=[reservation.pk]))
    shelf.refresh_from_db()
    assert shelf.reserved == 0


def test_a_part_is_registered_and_superseded(signed_in, cast, pads):
    client = signed_in(cast.parts_planner)
    facts = {
        "number": "sy-4411a",
        "name": "前制动片 新",
        "unit": "套",
        "price": "580",
        "handling": "NORMAL",
        "active": "on",
    }
    client.post(reverse("parts:part_new"), facts)
    new = Part.objects.get(number="sy-4411a")
    old = {
        "number": "SY-4411",
        "name": "前制动片",
        "unit": "套",
        "price": "560",
        "handling": "NORMAL",
        "superseded_by": "SY-4411A",
    }
    client.post(reverse("parts:part_edit", args=[pads.pk]), old)
    pads.refresh_from_db()
    assert pads.superseded_by == new
    ring = client.post(reverse("parts:part_edit", args=[new.pk]), facts | {"superseded_by": "SY-4411"})
    assert ring.status_code == 422
    assert ring.context["form"].errors["superseded_by"]
    assert client.post(reverse("parts:part_new"), facts).status_code == 422
    assert set(Event.objects.filter(kind__startswith="part.").values_list("kind", flat=True)) == {
        "part.registered",
        "part.changed",
    }


def test_parts_are_found_by_number_name_and_initials(cast, shelf):
    for text in ("4411", "制动", "qzd", "qianzhi"):
        assert [hit.label for hit in search.find(text, cast.parts_clerk)] == ["SY-4411"], text


def test_the_planner_is_told_what_to_order(cast, store, shelf):
    assert [due for due in due_work.due(cast.parts_planner, store, timezone.now()) if "show=low" in due.url] == []
    limits(shelf, 9, 20)
    assert len([due for due in due_work.due(cast.parts_planner, store, timezone.now()) if "show=low" in due.url]) == 1
    assert [due for due in due_work.due(cast.parts_clerk, store, timezone.now()) if "show=low" in due.url] == []


def test_another_stores_shelf_is_not_ours(signed_in, shelf, elsewhere):
    client = signed_in(elsewhere.parts_manager)
    assert list(client.get(reverse("parts:stock")).context["page_obj"]) == []
    assert list(client.get(reverse("parts:moves")).context["page_obj"]) == []
    assert client.get(reverse("parts:stock_at", args=[shelf.pk])).status_code == 404
    assert client.get(reverse("parts:stock"), {"scan": "SY-4411"})["Location"] == reverse(
        "parts:part", args=[shelf.part_id]
    )


@pytest.mark.parametrize("key", ["parts_stock", "stock_moves", "lost_sales"])
def test_every_list_can_be_exported(cast, shelf, store, key):
    stock_actions.note_lost_sale(shelf.part, store=store, by=cast.parts_planner)
    listing = exports.LISTINGS[key]
    row = listing.narrowed(cast.parts_planner, store, "q=4411").first()
    assert "SY-4411" in [column.of(row) for column in listing.columns(cast.parts_planner, store)]


def test_the_panel_costs_the_same_for_many_moves(signed_in, cast, shelf, store, other_store, django_assert_num_queries):
    client, address = signed_in(cast.parts_clerk), reverse("parts:stock_at", args=[shelf.pk])
    stock_actions.issue(
        shelf.part, store=store, quantity="0.1", by=cast.parts_clerk, signed_by="石斛", source_line="WO-A/1"
    )
    client.get(address)
    few = _queries(client, address)
    for n in range(12):
        stock_actions.issue(
            shelf.part, store=store, quantity="0.1", by=cast.parts_clerk, signed_by="石斛", source_line=f"WO-{n}/1"
        )
        stock_actions.reserve(shelf.part, store=store, quantity="0.1", by=cast.parts_clerk, source_line=f"WO-{n}/2")
    stock_actions.receive(shelf.part, store=other_store, quantity=6, cost="300", by=cast.parts_clerk)
    with django_assert_num_queries(few):
        client.get(address)


def test_what_goes_over_the_counter_is_sold_and_what_a_work_order_takes_is_drawn(signed_in, cast, shelf, store):
    order = WorkOrderFactory.create(store=store)
    for line in (f"{order.number}/1", "外销-0001"):
        stock_actions.issue(
            shelf.part, store=store, quantity=1, by=cast.parts_clerk, signed_by="石斛", source_line=line
        )
    client = signed_in(cast.parts_clerk)
    for address in (reverse("parts:moves"), reverse("parts:stock_at", args=[shelf.pk])):
        page = client.get(address).text
        assert page.count("销售出库") == 1, address
        assert page.count("领料") >= 1, address


def _queries(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@pytest.mark.parametrize("quantity", ["-5", "abc", "0"])
def test_a_lost_sale_of_no_number_is_not_noted(pads, store, cast, signed_in, quantity):
    move = stock_actions.receive(pads, store=store, quantity=1, cost="300", by=cast.parts_clerk)
    answer = signed_in(cast.parts_clerk).post(
        reverse("parts:stock_lost_sale", args=[move.stock_id]), {"quantity": quantity}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["quantity"]
    assert not LostSale.objects.exists()
