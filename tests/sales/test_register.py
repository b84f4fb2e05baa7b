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
from dms.core.refusals import Refusal
from dms.models import Absence, Event
from sales import rota
from sales.actions import register as acts
from sales.actions import rota as turns
from sales.actions.register import Guest, Visit
from sales.models import Lead, LeadContact, LevelRule, RotaPlace, ShowroomVisit
from tests.races import DONE, at_once

pytestmark = pytest.mark.django_db


def queue(store):
    return [standing.place.adviser for standing in turns.open_rota(store) if standing.turn]


def test_two_fields_open_a_card_with_adviser_level_and_next_contact(signed_in, reception, adviser):
    page = signed_in(reception).post(
        reverse("sales:register"), {"phone": "138 0000 0001", "name": "谷雨", "kind": "WALK_IN"}
    )
    assert page.status_code == 302
    row = ShowroomVisit.objects.get()
    assert (row.sequence, row.is_first, row.left_contact, row.adviser) == (1, True, True, adviser)
    assert (row.lead.level, row.lead.owner, row.lead.customer.name) == ("N", adviser, "谷雨")
    assert row.lead.next_contact_at > timezone.now()
    assert {"visit.registered", "lead.opened", "customer.registered"} <= set(
        Event.objects.values_list("kind", flat=True)
    )


def test_the_next_contact_falls_into_calling_hours(arrive, adviser, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC))  # Friday 11:00; 24 hours later it is Saturday
    lead = arrive("谷雨", "13800000001").lead
    assert timezone.localtime(lead.next_contact_at).strftime("%a %H:%M") == "Mon 08:30"
    LevelRule.objects.filter(level="N").update(hours=2)
    second = arrive("清明", "13800000002").lead
    assert timezone.localtime(second.next_contact_at).strftime("%a %H:%M") == "Fri 13:00"


def test_a_repeat_visitor_is_linked_and_nothing_is_doubled(arrive, adviser, second):
    first = arrive("谷雨", "13800000001")
    again = arrive("谷先生", "13800000001")
    assert (again.customer, again.lead, again.adviser) == (first.customer, first.lead, first.adviser)
    assert not again.is_first
    assert (Customer.objects.count(), Lead.objects.count()) == (1, 1)


def test_it_may_be_somebody_else_with_the_same_number(arrive, adviser):
    first = arrive("谷雨", "13800000001")
    wife = arrive("清明", "13800000001", stranger=True)
    assert wife.customer != first.customer
    assert Lead.objects.count() == 2


def test_the_number_is_recognised_while_it_is_typed(arrive, adviser, reception, outsider, signed_in):
    arrive("谷雨", "13800000001")
    shown = signed_in(reception).get(reverse("sales:visit_known"), {"phone": "138 0000 0001"}).content.decode()
    assert "谷雨" in shown
    assert "stranger" in shown
    assert (
        "谷雨" not in signed_in(outsider).get(reverse("sales:visit_known"), {"phone": "13800000001"}).content.decode()
    )


def test_a_guest_without_name_or_number_is_a_line_to_complete(arrive, adviser, reception, signed_in):
    row = arrive()
    assert row.customer is None
    assert row.adviser == adviser
    client = signed_in(reception)
    page = client.get(reverse("sales:register"), {"show": "unfilled"})
    assert page.context["counts"].unfilled == 1
    assert client.post(reverse("sales:visit_complete", args=[row.pk]), {}).status_code == 422
    client.post(reverse("sales:visit_complete", args=[row.pk]), {"phone": "13800000001", "name": "谷雨"})
    row.refresh_from_db()
    assert row.lead.owner == adviser
    assert not ShowroomVisit.objects.unfilled().exists()


def test_who_left_nothing_is_traffic_all_the_same(arrive, adviser, reception):
    row = acts.complete_visit(arrive(), guest=Guest(), left_nothing=True, by=reception)
    assert row.left_contact is False
    assert not ShowroomVisit.objects.unfilled().exists()
    with pytest.raises(Refusal) as refusal:
        acts.complete_visit(arrive(), guest=Guest(), by=reception)
    assert refusal.value.code == "still_unfilled"


def test_a_double_click_is_one_line(arrive, adviser):
    assert arrive("谷雨", "13800000001", key="k") == arrive("谷雨", "13800000001", key="k")
    assert ShowroomVisit.objects.count() == 1


def test_who_waited_longest_is_next(arrive, adviser, second, store):
    assert queue(store) == [adviser, second]
    assert arrive("谷雨", "13800000001").adviser == adviser
    assert queue(store) == [second]  # the first one has a guest
    assert arrive("清明", "13800000002").adviser == second
    acts.leave(ShowroomVisit.objects.get(name="清明"), by=adviser)
    acts.leave(ShowroomVisit.objects.get(name="谷雨"), by=adviser)
    assert queue(store) == [adviser, second]


def test_who_is_passed_over_keeps_the_place(arrive, adviser, second, store, reception, reason):
    turns.open_rota(store)
    turns.skip(RotaPlace.objects.get(adviser=adviser), reason=reason("SKIP", "BREAK"), by=reception)
    assert arrive("谷雨", "13800000001").adviser == second
    assert arrive("清明", "13800000002").adviser == adviser
    assert Event.objects.get(kind="rota.skipped").data["reason"] == "BREAK"


def test_somebody_who_is_away_has_no_turn(arrive, adviser, second, store, reception):
    today = timezone.localdate()
    Absence.objects.create(user=adviser, first_day=today, last_day=today)
    assert queue(store) == [second]
    turns.set_present(RotaPlace.objects.get(adviser=second), present=False, by=reception)
    row = arrive("谷雨", "13800000001")
    assert row.adviser is None
    assert row.lead is None
    assert ShowroomVisit.objects.unfilled().get() == row
    with pytest.raises(Refusal) as refusal:
        acts.assign_visit(row, by=reception)
    assert refusal.value.code == "nobody_there"
    turns.set_present(RotaPlace.objects.get(adviser=second), present=True, by=reception)
    assert acts.assign_visit(row, by=reception).lead.owner == second


def test_the_day_begins_with_who_had_the_last_guest_longest_ago(arrive, adviser, second, store, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC))
    arrive("谷雨", "13800000001")
    time_machine.move_to(dt.datetime(2026, 11, 21, 1, 0, tzinfo=dt.UTC))
    assert queue(store) == [second, adviser]


def test_one_key_gives_the_guest_in_the_door_to_the_next(reception, adviser, signed_in):
    signed_in(reception).post(reverse("sales:visit_next"), {"key": "n"})
    assert ShowroomVisit.objects.get().adviser == adviser


def test_a_pick_up_opens_no_card(arrive, adviser):
    assert arrive("谷雨", "13800000001", purpose="PICK_UP").lead is None


def test_the_first_row_of_the_card_is_the_visit(lead, adviser):
    row = LeadContact.objects.get()
    assert (row.lead, row.channel, row.level_after, row.by) == (lead, "SHOWROOM", "N", adviser)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_desks_at_once_number_without_gaps_and_share_the_guests_fairly(adviser, second, store, reception):
    turns.open_rota(store)

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
                "INSERT INTO sales_rotaplace (store_id, day, adviser_id, waiting_since, guests, skipped, present)"
                " SELECT store_id, day, adviser_id, now(), 0, 0, true FROM sales_rotaplace"
            ),
            "rota_once_a_day",
        ),
    ],
)
def test_the_database_keeps_the_register(lead, statement, constraint):
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_page_costs_the_same_for_few_and_many_lines(
    arrive, adviser, reception, signed_in, django_assert_max_num_queries
):
    client = signed_in(reception)
    for number in range(12):
        arrive(f"客人{number}", f"1390000{number:04}")
    with django_assert_max_num_queries(45):
        client.get(reverse("sales:register"))


def test_only_the_store_sees_its_register(arrive, adviser, outsider, signed_in):
    row = arrive("谷雨", "13800000001")
    client = signed_in(outsider)
    assert client.post(reverse("sales:visit_leave", args=[row.pk])).status_code == 404
    assert "谷雨" not in client.get(reverse("sales:register")).content.decode()


def test_the_api_registers_and_hands_on(reception, adviser, second, store, signed_in):
    client = signed_in(reception)
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
    assert made.json()["adviser"] == adviser.pk
    pk = made.json()["id"]
    moved = client.post(f"/api/v1/sales/visits/{pk}/assign/", {"adviser": second.pk}, content_type="application/json")
    assert moved.json()["adviser"] == second.pk
    assert client.post(f"/api/v1/sales/visits/{pk}/leave/").json()["left_at"]
    assert client.get("/api/v1/sales/rota/").json()
    place = rota.first(turns.open_rota(store))
    told = client.post(f"/api/v1/sales/rota/{place.pk}/skip/", {"reason": "BREAK"}, content_type="application/json")
    assert told.status_code == 200, told.content


def test_where_all_stores_are_chosen_the_register_says_whose_it_is(manager, other_store, signed_in):
    heading = re.compile(r'<h1 class="t16" id="register-title">(.*?)</h1>', re.DOTALL)
    page = reverse("sales:register")
    assert "锦江店" not in heading.search(signed_in(manager).get(page).text)[1]
    manager.stores.add(other_store)
    assert "高新店" in heading.search(signed_in(manager).get(page).text)[1], "the first by code"


def test_whoever_waits_longest_is_received_before_a_new_line_begins(arrive, adviser, store, reception):
    turns.set_present(rota.first(turns.open_rota(store)), present=False, by=reception)
    waiting = [arrive("谷雨", "13800000001"), arrive("清明", "13800000002")]
    turns.set_present(RotaPlace.objects.get(adviser=adviser), present=True, by=reception)
    assert acts.take_next_guest(store, by=reception) == waiting[0]
    assert ShowroomVisit.objects.without_adviser().get() == waiting[1]
    assert ShowroomVisit.objects.count() == 2


def test_a_guest_whom_nobody_can_receive_waits_on(arrive, adviser, store, reception):
    turns.set_present(rota.first(turns.open_rota(store)), present=False, by=reception)
    arrive("谷雨", "13800000001")
    with pytest.raises(Refusal) as refusal:
        acts.take_next_guest(store, by=reception)
    assert refusal.value.code == "nobody_there"
    assert ShowroomVisit.objects.without_adviser().count() == 1


def test_the_next_guest_is_taken_by_api_once_for_a_key(adviser, store, reception, signed_in):
    client, body = signed_in(reception), {"store": store.code, "key": "n"}
    made = [client.post("/api/v1/sales/visits/next/", body, content_type="application/json") for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["adviser"] == adviser.pk
    assert ShowroomVisit.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_desks_that_press_at_once_take_two_guests(arrive, adviser, second, store, reception):
    turns.open_rota(store)
    RotaPlace.objects.update(present=False)
    arrive("谷雨", "13800000001")
    arrive("清明", "13800000002")
    RotaPlace.objects.update(present=True)
    assert at_once(*[partial(acts.take_next_guest, store, by=reception)] * 2) == [DONE] * 2
    assert ShowroomVisit.objects.count() == 2
    assert set(ShowroomVisit.objects.values_list("adviser", flat=True)) == {adviser.pk, second.pk}
