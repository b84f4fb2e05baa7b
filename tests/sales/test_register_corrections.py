"""What was written into the register by mistake has its way back, and what was told later is written in."""

import datetime as dt
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from dms.background import exports
from dms.models import Event, Store
from dms.navigation import due_work
from reports.kinds import KINDS, Days
from sales import rota
from sales.actions import register, register_corrections
from sales.actions import rota as turns
from sales.actions.register import Guest, Visit
from sales.models import Lead, RotaPlace, ShowroomVisit, Source
from tests.conftest import refuses
from tests.factories import AbsenceFactory, reason
from tests.races import DONE, at_once
from tests.sales.guests import arrive

pytestmark = pytest.mark.django_db


def queue(store: Store) -> list[str]:
    return [standing.place.adviser.username for standing in turns.open_rota(store) if not standing.away]


def first(store: Store) -> str:
    place = rota.first(turns.open_rota(store))
    assert place is not None
    return place.adviser.username


# --- a line by mistake --------------------------------------------------------------------------------------------------
def test_a_line_by_mistake_returns_the_turn(cast, store):
    cast.assemble("adviser", "second_adviser")
    before = queue(store)
    row = arrive()
    assert queue(store) != before
    register_corrections.void_visit(row, reason="按错", by=cast.reception)
    assert queue(store) == before
    assert set(RotaPlace.objects.values_list("guests", flat=True)) == {0}
    event = Event.objects.get(kind="visit.voided")
    assert event.data["reason"] == "按错"


def test_who_had_another_guest_since_keeps_that_turn_and_loses_the_void_one(cast, store):
    cast.assemble("adviser", "second_adviser")
    started = RotaPlace.objects.values_list("waiting_since", flat=True)
    turns.open_rota(store)
    before = dict(started.values_list("adviser", "waiting_since"))
    rows = [arrive(), arrive(), arrive()]
    mistaken, later = rows[0], rows[2]
    assert mistaken.adviser == later.adviser
    register_corrections.void_visit(mistaken, reason="按错", by=cast.reception)
    place = RotaPlace.objects.get(adviser=mistaken.adviser)
    assert (place.guests, place.waiting_since > before[place.adviser_id]) == (1, True)
    register_corrections.void_visit(ShowroomVisit.objects.get(pk=later.pk), reason="按错", by=cast.reception)
    place.refresh_from_db()
    assert (place.guests, place.waiting_since) == (0, before[place.adviser_id])


def test_a_void_line_counts_nowhere(cast, store, signed_in):
    cast.assemble("adviser")
    kept, void = arrive("谷雨", "13800000001"), arrive()
    register_corrections.void_visit(void, reason="误录", by=cast.reception)
    counted = ShowroomVisit.objects.counted()
    assert [*counted.inside(), *counted.unfilled(), *counted.without_adviser()] == [kept]
    page = signed_in(cast.reception).get(reverse("sales:register"))
    assert page.context["counts"].all == 1
    assert "误录" in page.content.decode()
    visits = next(kind for kind in KINDS if kind.key == "visits")
    day, _month = visits.conditions(Days(timezone.localdate(), timezone.now()))
    assert list(ShowroomVisit.objects.filter(day)) == [kept]


def test_the_next_visit_of_the_same_guest_is_their_first_then(cast):
    cast.assemble("adviser")
    void, again = arrive("谷雨", "13800000001"), arrive("谷雨", "13800000001")
    assert (void.is_first, again.is_first) == (True, False)
    register_corrections.void_visit(void, reason="误录", by=cast.reception)
    again.refresh_from_db()
    assert again.is_first


def test_a_void_line_does_not_change_any_more(cast):
    cast.assemble("adviser")
    row = register_corrections.void_visit(arrive(), reason="误录", by=cast.reception)
    for act in (
        partial(register_corrections.void_visit, row, reason="再来", by=cast.reception),
        partial(register_corrections.correct_visit, row, party_size=3, by=cast.reception),
        partial(register.leave, row, by=cast.reception),
        partial(register.assign_visit, row, by=cast.reception),
        partial(register.complete_visit, row, guest=Guest("13800000001", "谷雨"), by=cast.reception),
    ):
        with refuses("void"):
            act()


def test_a_line_is_not_void_without_a_reason(cast):
    cast.assemble("adviser")
    with refuses("reason_missing"):
        register_corrections.void_visit(arrive(), reason=" ", by=cast.reception)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE sales_showroomvisit SET voided_at = now()", "showroomvisit_void_says_why"),
        (
            "UPDATE sales_showroomvisit SET voided_at = now(), voided_by_id = registered_by_id, void_reason = ' '",
            "says",
        ),
    ],
)
def test_the_database_wants_to_know_why(cast, statement, constraint):
    cast.assemble("adviser")
    arrive()
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("column", ["party_size = 4", "voided_at = NULL, voided_by_id = NULL, void_reason = NULL"])
def test_the_database_keeps_a_void_line_as_it_is(cast, column):
    cast.assemble("adviser")
    register_corrections.void_visit(arrive(), reason="误录", by=cast.reception)
    with pytest.raises(DatabaseError, match="void"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE sales_showroomvisit SET {column}")  # noqa: S608 # of this test


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_line_that_two_desks_take_back_returns_one_turn(cast, store):
    cast.assemble("adviser", "second_adviser")
    row, desk = arrive(), cast.reception
    arrive()
    arrive()
    back = partial(register_corrections.void_visit, row, reason="误录", by=desk)
    assert at_once(back, back) == [DONE, "void"]
    assert RotaPlace.objects.get(adviser=row.adviser).guests == 1


# --- twice, and by name -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("guest", [Guest("13800000001", "谷雨"), Guest("", "谷女士"), Guest()])
def test_the_same_guest_within_a_minute_is_asked_for(cast, store, guest):
    cast.assemble("adviser", "second_adviser")
    enter = partial(register.register_visit, guest, store=store, by=cast.reception)
    enter(visit=Visit())
    with refuses("twice"):
        enter(visit=Visit())
    assert ShowroomVisit.objects.count() == 1
    enter(visit=Visit(again=True))
    assert ShowroomVisit.objects.count() == 2


def test_after_a_minute_and_by_another_name_nobody_asks(cast, store, time_machine):
    cast.assemble("adviser")
    time_machine.move_to(dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC), tick=False)
    enter = partial(register.register_visit, visit=Visit(), store=store, by=cast.reception)
    enter(Guest("", "谷女士"))
    enter(Guest("", "清先生"))
    time_machine.move_to(dt.datetime(2026, 11, 20, 3, 1, 1, tzinfo=dt.UTC), tick=False)
    enter(Guest("", "谷女士"))
    assert ShowroomVisit.objects.count() == 3


def test_the_page_asks_and_takes_yes_for_an_answer(cast, signed_in):
    cast.assemble("adviser")
    desk, typed = signed_in(cast.reception), {"phone": "", "name": "谷女士", "kind": "WALK_IN"}
    assert desk.post(reverse("sales:register"), typed).status_code == 302
    asked = desk.post(reverse("sales:register"), typed)
    assert (asked.status_code, 'name="again"' in asked.content.decode()) == (422, True)
    assert desk.post(reverse("sales:register"), {**typed, "again": "1"}).status_code == 302
    answer = desk.post("/api/v1/sales/visits/", {"store": "JJ01", "name": "谷女士"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "twice")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_desks_that_write_down_one_guest_at_once_are_asked(cast, store):
    cast.assemble("adviser")
    enter = partial(register.register_visit, Guest("", "谷女士"), visit=Visit(), store=store, by=cast.reception)
    assert at_once(enter, enter) == [DONE, "twice"]
    assert ShowroomVisit.objects.count() == 1


def test_a_guest_is_given_to_a_named_adviser_on_the_page(cast, signed_in, store):
    cast.assemble("adviser", "second_adviser")
    named = next(person for person in (cast.adviser, cast.second_adviser) if person.username != first(store))
    data = {"phone": "", "name": "谷女士", "kind": "WALK_IN", "adviser": named.pk}
    assert signed_in(cast.reception).post(reverse("sales:register"), data).status_code == 302
    assert ShowroomVisit.objects.get().adviser == named
    assert RotaPlace.objects.get(adviser=named).guests == 1


def test_nobody_is_given_to_an_adviser_who_is_away(cast, store):
    cast.assemble("adviser", "second_adviser")
    AbsenceFactory.create(user=cast.second_adviser)
    with refuses("is_away"):
        register.register_visit(
            Guest("", "谷女士"), visit=Visit(), store=store, by=cast.reception, adviser=cast.second_adviser
        )


def test_a_guest_given_to_another_returns_the_turn_of_the_first(cast, store):
    cast.assemble("adviser", "second_adviser")
    row = arrive("", "")
    other = cast.second_adviser if row.adviser == cast.adviser else cast.adviser
    register.assign_visit(row, adviser=other, by=cast.reception)
    assert dict(RotaPlace.objects.values_list("adviser", "guests")) == {row.adviser_id: 0, other.pk: 1}


# --- floor and phone ----------------------------------------------------------------------------------------------------
def test_a_call_takes_no_turn_of_the_floor_and_calls_go_round(cast, store):
    cast.assemble("adviser", "second_adviser")
    before = queue(store)
    calls = [arrive(kind="CALL").adviser, arrive(kind="CALL").adviser]
    assert queue(store) == before
    assert set(calls) == {cast.adviser, cast.second_adviser}
    assert set(RotaPlace.objects.values_list("guests", "calls")) == {(0, 1)}


def test_who_has_a_guest_takes_no_call_while_somebody_is_free(cast, store):
    cast.assemble("adviser", "second_adviser")
    busy = arrive("谷雨", "13800000001").adviser
    assert busy not in {arrive(kind="CALL").adviser, arrive(kind="CALL").adviser}


def test_a_void_call_returns_the_turn_of_the_phone(cast, store):
    cast.assemble("adviser", "second_adviser")
    turns.open_rota(store)
    row = arrive(kind="CALL")
    register_corrections.void_visit(row, reason="打错", by=cast.reception)
    assert arrive(kind="CALL").adviser == row.adviser


def test_passing_over_lets_the_next_guest_go_to_another_also_when_all_have_guests(cast, store):
    cast.assemble("adviser", "second_adviser")
    arrive("谷雨", "13800000001")
    arrive("清明", "13800000002")
    place = rota.first(turns.open_rota(store))
    assert place is not None
    turns.skip(place, reason=reason("SKIP"), by=cast.reception)
    assert first(store) != place.adviser.username
    assert arrive().adviser != place.adviser


def test_who_is_passed_over_stands_behind_those_with_a_guest_too(cast, store):
    cast.assemble("adviser", "second_adviser")
    busy = arrive("谷雨", "13800000001").adviser
    place = rota.first(turns.open_rota(store))
    assert place is not None
    turns.skip(place, reason=reason("SKIP"), by=cast.reception)
    assert arrive().adviser == busy


# --- still here, corrected ----------------------------------------------------------------------------------------------
def test_a_guest_who_is_said_to_have_left_is_still_here(cast, store, signed_in):
    cast.assemble("adviser")
    row = register.leave(arrive("谷雨", "13800000001"), by=cast.reception)
    signed_in(cast.reception).post(reverse("sales:visit_still_here", args=[row.pk]))
    row.refresh_from_db()
    assert row.is_inside
    with refuses("not_left"):
        register_corrections.still_here(row, by=cast.reception)


def test_a_caller_is_never_still_here(cast):
    cast.assemble("adviser")
    with refuses("not_left"):
        register_corrections.still_here(arrive(kind="CALL"), by=cast.reception)


def source() -> Source:
    return Source.objects.filter(parent__isnull=False).order_by("pk")[0]


def test_what_was_left_open_is_filled_in_on_the_day_without_a_reason(cast, signed_in):
    cast.assemble("adviser")
    row = arrive()
    data = {"party_size": 3, "purpose": "TEST_DRIVE", "source": source().pk, "note": "带老人"}
    assert signed_in(cast.reception).post(reverse("sales:visit_correct", args=[row.pk]), data).status_code == 302
    row.refresh_from_db()
    assert (row.party_size, row.purpose, row.source, row.note) == (3, "TEST_DRIVE", source(), "带老人")


def test_a_figure_of_a_day_that_is_over_changes_with_a_reason(cast, time_machine):
    cast.assemble("adviser")
    row = arrive()
    time_machine.move_to(timezone.now() + dt.timedelta(days=1))
    with refuses("reason_missing"):
        register_corrections.correct_visit(row, party_size=2, by=cast.reception)
    register_corrections.correct_visit(row, source=source(), by=cast.reception)  # it was empty: nothing was counted
    with refuses("reason_missing"):
        register_corrections.correct_visit(row, source=None, by=cast.reception)
    register_corrections.correct_visit(row, party_size=2, reason="漏记一人", by=cast.reception)
    event = Event.objects.filter(kind="visit.corrected").order_by("-pk")[0]
    assert event.data == {"before": {"party_size": "1"}, "after": {"party_size": "2"}, "reason": "漏记一人"}


def test_a_line_of_yesterday_is_completed_today_and_stays_due_until_then(cast, store, time_machine, signed_in):
    cast.assemble("adviser")
    row = arrive()
    time_machine.move_to(timezone.now() + dt.timedelta(days=1))
    day = f"{row.day}"

    def due() -> bool:
        return any(
            f"/register/{row.pk}/" in item.url for item in due_work.due(cast.sales_manager, store, timezone.now())
        )

    assert due()
    data = {"phone": "13800000001", "name": "谷雨"}
    page = signed_in(cast.reception).post(reverse("sales:visit_complete", args=[row.pk]), data)
    assert page.url == f"{reverse('sales:register')}?day={day}"
    assert not due()
    assert Lead.objects.get().customer.name == "谷雨"


# --- any day ------------------------------------------------------------------------------------------------------------
def test_the_register_shows_any_day_with_the_days_beside_it(cast, signed_in, time_machine):
    cast.assemble("adviser")
    yesterday = arrive("谷雨", "13800000001")
    time_machine.move_to(timezone.now() + dt.timedelta(days=1))
    arrive("清明", "13800000002")
    desk = signed_in(cast.reception)
    page = desk.get(reverse("sales:register"), {"day": f"{yesterday.day}"}).content.decode()
    assert ("谷雨" in page, "清明" in page, 'name="phone"' in page) == (True, False, False)
    today = timezone.localdate()
    assert f'href="?day={today}"' in page
    assert desk.get(reverse("sales:register"), {"day": f"{today + dt.timedelta(days=9)}"}).context["day"] == today


def test_the_register_of_a_day_is_printed_and_taken_along(cast, signed_in, store):
    cast.assemble("adviser")
    row = arrive("谷雨", "13800000001")
    paper = signed_in(cast.reception).get(reverse("sales:register_pdf"), {"day": f"{row.day}"})
    assert paper.content.startswith(b"%PDF")
    listing = exports.LISTINGS["register"]
    columns = listing.columns(cast.sales_manager, store)
    rows = list(listing.narrowed(cast.sales_manager, store, f"day={row.day}"))
    assert rows == [row]
    cells = {str(column.label): column.of(rows[0]) for column in columns}
    assert "13800000001" not in str(cells)  # numbers leave masked


# --- whose guest --------------------------------------------------------------------------------------------------------
def test_a_returning_guest_of_a_leaver_goes_to_the_rota_and_the_card_goes_with_them(cast, store):
    cast.assemble("adviser", "second_adviser")
    row = arrive("谷雨", "13800000001")
    leaver = row.adviser
    leaver.is_active = False
    leaver.save(update_fields=["is_active"])
    again = arrive("谷雨", "13800000001")
    assert again.adviser not in {leaver, None}
    assert again.turn_before is not None
    row.lead.refresh_from_db()
    assert row.lead.owner == again.adviser


def test_a_returning_guest_of_an_absent_adviser_goes_to_the_deputy_and_the_card_stays(cast, store):
    cast.assemble("adviser", "second_adviser")
    row = arrive("谷雨", "13800000001")
    owner, deputy = row.adviser, cast.second_adviser if row.adviser == cast.adviser else cast.adviser
    AbsenceFactory.create(user=owner, deputy=deputy)
    again = arrive("谷雨", "13800000001")
    assert (again.adviser, again.turn_before) == (deputy, None)
    row.lead.refresh_from_db()
    assert row.lead.owner == owner


def test_without_a_deputy_the_guest_goes_by_turn(cast, store):
    cast.assemble("adviser", "second_adviser")
    row = arrive("谷雨", "13800000001")
    AbsenceFactory.create(user=row.adviser, deputy=None)
    again = arrive("谷雨", "13800000001")
    assert again.adviser not in {row.adviser, None}


def test_who_has_left_has_no_place_in_the_rota(cast, store):
    cast.assemble("adviser", "second_adviser")
    turns.open_rota(store)
    cast.adviser.is_active = False
    cast.adviser.save(update_fields=["is_active"])
    assert queue(store) == [cast.second_adviser.username]


def test_the_figures_of_a_closed_day_follow_when_a_line_of_it_is_void():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'sales_showroomvisit_late_change'")
        [definition] = cursor.fetchone()
    assert "voided_at" in definition
