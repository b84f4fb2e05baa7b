"""Whoever comes through the door is written down once, by one of us, and never lost."""

import datetime as dt
import re
from collections import Counter
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from crm.models import Customer
from dms.models import Absence, Event
from dms.navigation import due_work
from sales import rota
from sales.actions import register as acts
from sales.actions import rota as turns
from sales.actions.register import Guest, Visit
from sales.models import Lead, LeadContact, LevelRule, RotaPlace, ShowroomVisit
from tests.conftest import refuses
from tests.factories import reason
from tests.races import DONE, at_once
from tests.sales.guests import arrive

pytestmark = pytest.mark.django_db


def queue(store):
    return [standing.place.adviser for standing in turns.open_rota(store) if standing.turn]


def test_two_fields_open_a_card_with_adviser_level_and_next_contact(signed_in, cast):
    cast.assemble("adviser")
    page = signed_in(cast.reception).post(
        reverse("sales:register"), {"phone": "138 0000 0001", "name": "谷雨", "kind": "WALK_IN"}
    )
    assert page.status_code == 302
    row = ShowroomVisit.objects.get()
    assert (row.sequence, row.is_first, row.left_contact, row.adviser) == (1, True, True, cast.adviser)
    assert (row.lead.level, row.lead.owner, row.lead.customer.name) == ("N", cast.adviser, "谷雨")
    assert row.lead.next_contact_at > timezone.now()
    assert {"visit.registered", "lead.opened", "customer.registered"} <= set(
        Event.objects.values_list("kind", flat=True)
    )


def test_the_next_contact_falls_into_calling_hours(cast, time_machine):
    cast.assemble("adviser")
    time_machine.move_to(
        dt.datetime(2026, 9, 30, 3, 0, tzinfo=dt.UTC)
    )  # 11:00; 24 hours later it is a holiday, of three days
    lead = arrive("谷雨", "13800000001").lead
    assert timezone.localtime(lead.next_contact_at).strftime("%a %H:%M") == "Sun 09:00"
    LevelRule.objects.filter(level="N").update(hours=2)
    second = arrive("清明", "13800000002").lead
    assert timezone.localtime(second.next_contact_at).strftime("%a %H:%M") == "Wed 13:00"


def test_a_repeat_visitor_is_linked_and_nothing_is_doubled(cast):
    cast.assemble("adviser", "second_adviser")
    first = arrive("谷雨", "13800000001")
    again = arrive("谷先生", "13800000001")
    assert (again.customer, again.lead, again.adviser) == (first.customer, first.lead, first.adviser)
    assert not again.is_first
    assert (Customer.objects.count(), Lead.objects.count()) == (1, 1)


def test_it_may_be_somebody_else_with_the_same_number(cast):
    cast.assemble("adviser")
    first = arrive("谷雨", "13800000001")
    wife = arrive("清明", "13800000001", stranger=True)
    assert wife.customer != first.customer
    assert Lead.objects.count() == 2


def test_the_number_is_recognised_while_it_is_typed(cast, elsewhere, signed_in):
    cast.assemble("adviser")
    arrive("谷雨", "13800000001")
    shown = signed_in(cast.reception).get(reverse("sales:visit_known"), {"phone": "138 0000 0001"}).content.decode()
    assert "谷雨" in shown
    assert "stranger" in shown
    assert (
        "谷雨"
        not in signed_in(elsewhere.adviser).get(reverse("sales:visit_known"), {"phone": "13800000001"}).content.decode()
    )


def test_a_guest_without_name_or_number_is_a_line_to_complete(cast, signed_in):
    cast.assemble("adviser")
    row = arrive()
    assert row.customer is None
    assert row.adviser == cast.adviser
    client = signed_in(cast.reception)
    page = client.get(reverse("sales:register"), {"show": "unfilled"})
    assert page.context["counts"].unfilled == 1
    assert client.post(reverse("sales:visit_complete", args=[row.pk]), {}).status_code == 422
    client.post(reverse("sales:visit_complete", args=[row.pk]), {"phone": "13800000001", "name": "谷雨"})
    row.refresh_from_db()
    assert row.lead.owner == cast.adviser
    assert not ShowroomVisit.objects.unfilled().exists()


def test_who_left_nothing_is_traffic_all_the_same(cast):
    cast.assemble("adviser")
    row = acts.complete_visit(arrive(), guest=Guest(), left_nothing=True, by=cast.reception)
    assert row.left_contact is False
    assert not ShowroomVisit.objects.unfilled().exists()
    with refuses("still_unfilled"):
        acts.complete_visit(arrive(), guest=Guest(), by=cast.reception)


def test_a_double_click_is_one_line(cast):
    cast.assemble("adviser")
    assert arrive("谷雨", "13800000001", key="k") == arrive("谷雨", "13800000001", key="k")
    assert ShowroomVisit.objects.count() == 1


def test_who_waited_longest_is_next(cast, store):
    cast.assemble("adviser", "second_adviser")
    assert queue(store) == [cast.adviser, cast.second_adviser]
    assert arrive("谷雨", "13800000001").adviser == cast.adviser
    assert queue(store) == [cast.second_adviser]  # the first one has a guest
    assert arrive("清明", "13800000002").adviser == cast.second_adviser
    acts.leave(ShowroomVisit.objects.get(name="清明"), by=cast.adviser)
    acts.leave(ShowroomVisit.objects.get(name="谷雨"), by=cast.adviser)
    assert queue(store) == [cast.adviser, cast.second_adviser]


def test_who_is_passed_over_keeps_the_place(cast, store):
    cast.assemble("adviser", "second_adviser")
    turns.open_rota(store)
    turns.skip(RotaPlace.objects.get(adviser=cast.adviser), reason=reason("SKIP", "BREAK"), by=cast.reception)
    assert arrive("谷雨", "13800000001").adviser == cast.second_adviser
    assert arrive("清明", "13800000002").adviser == cast.adviser
    assert Event.objects.get(kind="rota.skipped").data["reason"] == "BREAK"


def test_somebody_who_is_away_has_no_turn(cast, store):
    cast.assemble("adviser", "second_adviser")
    today = timezone.localdate()
    Absence.objects.create(user=cast.adviser, first_day=today, last_day=today)
    assert queue(store) == [cast.second_adviser]


@pytest.fixture
def nobody_there(cast, store):
    """Whose turn it would be has gone out; a guest comes in."""
    cast.assemble("second_adviser")
    turns.open_rota(store)
    turns.set_present(RotaPlace.objects.get(), present=False, by=cast.reception)
    return arrive("谷雨", "13800000001")


def test_a_guest_whom_nobody_receives_is_a_line_to_complete(nobody_there, cast):
    assert (nobody_there.adviser, nobody_there.lead) == (None, None)
    assert ShowroomVisit.objects.unfilled().get() == nobody_there
    with refuses("nobody_there"):
        acts.assign_visit(nobody_there, by=cast.reception)


def test_the_guest_goes_to_who_comes_back(nobody_there, cast):
    turns.set_present(RotaPlace.objects.get(), present=True, by=cast.reception)
    assert acts.assign_visit(nobody_there, by=cast.reception).lead.owner == cast.second_adviser


def test_the_day_begins_with_who_had_the_last_guest_longest_ago(cast, store, time_machine):
    cast.assemble("adviser", "second_adviser")
    time_machine.move_to(dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC))
    arrive("谷雨", "13800000001")
    time_machine.move_to(dt.datetime(2026, 11, 21, 1, 0, tzinfo=dt.UTC))
    assert queue(store) == [cast.second_adviser, cast.adviser]


def test_a_pick_up_opens_no_card(cast):
    cast.assemble("adviser")
    assert arrive("谷雨", "13800000001", purpose="PICK_UP").lead is None


def test_the_first_row_of_the_card_is_the_visit(lead, cast):
    row = LeadContact.objects.get()
    assert (row.lead, row.channel, row.level_after, row.by) == (lead, "SHOWROOM", "N", cast.adviser)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_desks_at_once_number_without_gaps_and_share_the_guests_fairly(cast, store):
    cast.assemble("adviser", "second_adviser")
    turns.open_rota(store)
    reception = cast.reception

    def desk(number):
        guest = Guest(f"1390000{number:04}", f"客人{number}")
        acts.register_visit(guest, visit=Visit(kind="CALL"), store=store, by=reception)

    assert at_once(*(partial(desk, number) for number in range(8))) == [DONE] * 8
    rows = list(ShowroomVisit.objects.order_by("sequence"))
    assert [row.sequence for row in rows] == list(range(1, 9))
    assert all(a.adviser != b.adviser for a, b in zip(rows, rows[1:], strict=False))
    assert set(Counter(row.adviser for row in rows).values()) == {4}


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE sales_showroomvisit SET left_at = came_at - interval '1 hour'", "showroomvisit_leaves_after_coming"),
        ("UPDATE sales_showroomvisit SET party_size = 0", "showroomvisit_party"),
        (
            (
                "INSERT INTO sales_showroomvisit"
                " (store_id, day, sequence, kind, came_at, party_size, purpose, name, is_first, note)"
                " SELECT store_id, day, sequence, kind, came_at, 1, purpose, '', true, '' FROM sales_showroomvisit"
            ),
            "showroomvisit_sequence_unique",
        ),
        (
            (
                "INSERT INTO sales_rotaplace"
                " (store_id, day, adviser_id, waiting_since, guests, calls, calls_since, skipped, present)"
                " SELECT store_id, day, adviser_id, now(), 0, 0, now(), 0, true FROM sales_rotaplace"
            ),
            "rota_once_a_day",
        ),
    ],
)
def test_the_database_keeps_the_register(lead, statement, constraint):
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_page_costs_the_same_for_few_and_many_lines(cast, signed_in, django_assert_max_num_queries):
    cast.assemble("adviser")
    client = signed_in(cast.reception)
    for number in range(12):
        arrive(f"客人{number}", f"1390000{number:04}")
    with django_assert_max_num_queries(45):
        client.get(reverse("sales:register"))


def test_only_the_store_sees_its_register(cast, elsewhere, signed_in):
    cast.assemble("adviser")
    row = arrive("谷雨", "13800000001")
    client = signed_in(elsewhere.adviser)
    assert client.post(reverse("sales:visit_leave", args=[row.pk])).status_code == 404
    assert "谷雨" not in client.get(reverse("sales:register")).content.decode()


def test_the_api_registers_and_hands_on(cast, store, signed_in):
    cast.assemble("adviser", "second_adviser")
    client = signed_in(cast.reception)
    made = client.post(
        "/api/v1/sales/visits/",
        {
            "store": store.code,
            "phone": "13800000001",
            "name": "谷雨",
            "kind": "WALK_IN",
            "source": "IN_SHOWROOM",
            "key": "a",
        },
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    assert made.json()["adviser"] == cast.adviser.pk
    pk = made.json()["id"]
    moved = client.post(
        f"/api/v1/sales/visits/{pk}/assign/", {"adviser": cast.second_adviser.pk}, content_type="application/json"
    )
    assert moved.json()["adviser"] == cast.second_adviser.pk
    assert client.post(f"/api/v1/sales/visits/{pk}/leave/").json()["left_at"]
    assert client.get("/api/v1/sales/rota/").json()
    place = rota.first(turns.open_rota(store))
    answer = client.post(f"/api/v1/sales/rota/{place.pk}/skip/", {"reason": "BREAK"}, content_type="application/json")
    assert answer.status_code == 200, answer.content


def test_where_all_stores_are_chosen_the_register_says_whose_it_is(cast, other_store, signed_in):
    heading = re.compile(r'<h1 class="fs-3" id="register-title">(.*?)</h1>', re.DOTALL)
    page = reverse("sales:register")
    assert "锦江店" not in heading.search(signed_in(cast.sales_manager).get(page).text)[1]
    cast.sales_manager.stores.add(other_store)
    assert "高新店" in heading.search(signed_in(cast.sales_manager).get(page).text)[1], "the first by code"


def kinds_of_work(user, store):
    return [(str(item.kind), str(item.act_label)) for item in due_work.due(user, store, timezone.now())]


def test_a_line_waits_to_be_completed_by_whose_guest_it_is(cast, store):
    cast.assemble("adviser", "second_adviser")
    arrive()
    assert ("待补全", "补全") in kinds_of_work(cast.adviser, store)
    assert kinds_of_work(cast.second_adviser, store) == []


def test_a_guest_whom_nobody_receives_waits_at_the_desk(nobody_there, cast, store):
    assert kinds_of_work(cast.reception, store) == [("待补全", "指派")]
