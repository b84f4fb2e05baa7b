"""Who asks costs nothing, and what was taken away is gone at the next request, whoever took it and in which process."""

import threading

import psycopg2
import pytest
from django.core.cache import cache
from django.db import connection, transaction
from rest_framework.test import APIClient

from dms.actions import people as people_actions
from dms.actions import preferences
from dms.core import announcements
from dms.models import User
from dms.web import who_asks
from dms.web.memory import Memory, Person
from tests.dms import stack

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _awake(settings):
    """The listener of this process hears, and nothing is remembered of the test before."""
    settings.ROOT_URLCONF = "tests.dms.who_asks_site"
    who_asks.memory.forget(announcements.EVERYBODY)
    assert stack.wait_until(who_asks.listener.is_awake)


@pytest.fixture
def visitor(cast, signed_in):
    """The adviser's, who has been here before."""
    visitor = signed_in(cast.adviser)
    for _ in range(3):
        assert visitor.get("/empty/").status_code == 200
    return visitor


def by_hand(statement: str, *values: object) -> None:
    """By psql: no process of ours has to do with it. The listeners hear of it a moment later."""
    db = connection.get_connection_params()
    with psycopg2.connect(**db) as psql, psql.cursor() as cursor:
        cursor.execute(statement, values)
    psql.close()


# --- it costs nothing ---------------------------------------------------------------------------------------------------
def test_a_page_that_needs_nothing_runs_no_statement(visitor, cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = visitor.get("/empty/")
    assert page.text == f"{cast.adviser.display_name} auto 销售顾问 JJ01 JJ01 JJ01"


def test_nor_does_it_for_who_sees_all_stores_and_works_in_one(cast, other_store, signed_in, django_assert_num_queries):
    preferences.choose_store(cast.gm, other_store)
    visitor = signed_in(cast.gm)
    for _ in range(3):
        visitor.get("/empty/")
    with django_assert_num_queries(0):
        page = visitor.get("/empty/")
    assert page.text.endswith(" GX01 JJ01 GX01 JJ01")


def test_a_program_with_a_key_runs_none_either(cast, django_assert_num_queries):
    token, key = people_actions.create_token(cast.adviser, by=cast.adviser)
    client = APIClient(headers={"Authorization": f"Token {key}"})
    for _ in range(3):
        assert client.get("/api/v1/dms/me/").status_code == 200
    with django_assert_num_queries(0):
        assert client.get("/api/v1/dms/me/").json()["username"] == cast.adviser.username
    people_actions.revoke_token(token, by=cast.adviser)
    assert client.get("/api/v1/dms/me/").status_code == 401


def test_the_health_page_asks_nobody(visitor, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = visitor.get("/healthz")
    assert answer.json() == {"status": "ok"}
    assert not hasattr(answer.wsgi_request, "session")


def test_what_is_not_remembered_of_a_person_is_read_when_somebody_looks(visitor, cast):
    user = visitor.get("/empty/").wsgi_request.user
    assert user == cast.adviser
    assert user.updated_at == User.objects.get(pk=user.pk).updated_at
    user.display_name = "白芷二"
    user.save()
    assert User.objects.get(pk=user.pk).display_name == "白芷二"
    assert visitor.get("/empty/").text.startswith("白芷二")


def test_a_request_that_changes_its_person_changes_nobody_elses(visitor):
    first = visitor.get("/empty/").wsgi_request.user
    first.display_name = "somebody else"
    first.own_stores.clear()
    second = visitor.get("/empty/").wsgi_request.user
    assert second is not first
    assert second.display_name != "somebody else"
    assert second.own_stores


# --- it is true at the next request -------------------------------------------------------------------------------------
def test_what_is_undone_is_announced_to_nobody(cast, visitor):
    position = who_asks.memory.position
    with transaction.atomic():
        User.objects.filter(pk=cast.adviser.pk).update(display_name="never")
        transaction.set_rollback(True)
    assert len(announcements.ask(position)[0]) == 1
    assert "never" not in visitor.get("/empty/").text


def test_nothing_is_remembered_of_a_transaction_that_may_be_undone(cast, visitor):
    with transaction.atomic():
        User.objects.filter(pk=cast.adviser.pk).update(display_name="never")
        assert visitor.get("/empty/").text.startswith("never"), "one's own transaction is seen"
        transaction.set_rollback(True)
    assert "never" not in visitor.get("/empty/").text


@pytest.mark.parametrize(
    ("taken", "status"),
    [
        (lambda user: User.objects.filter(pk=user.pk).update(is_active=False), 302),
        (lambda user: people_actions.change_password(user, password="xia-ban-lu-6202", by=user), 302),
        (lambda user: user.groups.clear(), 403),
    ],
)
def test_what_is_taken_away_is_gone_at_the_next_request(cast, visitor, taken, status):
    taken(cast.adviser)
    assert visitor.get("/empty/").status_code == status


def test_it_is_gone_though_the_listener_has_not_heard_of_it_yet(cast, visitor, monkeypatch):
    monkeypatch.setattr(who_asks.listener, "forget", lambda _changed: None)
    User.objects.filter(pk=cast.adviser.pk).update(is_active=False)
    assert visitor.get("/empty/").status_code == 302


def test_a_change_by_hand_is_heard(cast, visitor):
    by_hand("UPDATE dms_user SET is_active = false WHERE id = %s", cast.adviser.pk)
    assert stack.wait_until(lambda: visitor.get("/empty/").status_code == 302, 2)


def overtake_the_reader(cast, visitor, monkeypatch) -> int:
    """A reader has the row of before; the change is committed, heard by another request and by the listener; then the reader
    would keep what it has. What the next request is answered."""
    colleague, read = cast.cashier, who_asks.read

    def change() -> None:
        heard = who_asks.memory.forgotten + 2
        User.objects.filter(pk=cast.adviser.pk).update(is_active=False)
        assert who_asks.find(colleague.pk), "another request catches up"
        assert stack.wait_until(lambda: who_asks.memory.forgotten >= heard, 5)

    def overtaken(pk, house):
        person = read(pk, house)
        monkeypatch.setattr(who_asks, "read", read)
        other = threading.Thread(target=stack.closing(change))
        other.start()
        other.join()
        return person

    who_asks.memory.forget(str(cast.adviser.pk))
    monkeypatch.setattr(who_asks, "read", overtaken)
    assert visitor.get("/empty/").status_code == 200, "the request that came before the change"
    return int(visitor.get("/empty/").status_code)


def test_a_person_read_while_they_change_is_not_remembered(cast, visitor, monkeypatch):
    assert overtake_the_reader(cast, visitor, monkeypatch) == 302


def test_the_same_without_the_guard_lets_somebody_in_who_left(cast, visitor, monkeypatch):
    keep = Memory.keep

    def believe(self: Memory, pk: int, person: Person, *, forgotten: int) -> None:
        keep(self, pk, person, forgotten=self.forgotten)

    monkeypatch.setattr(Memory, "keep", believe)
    assert overtake_the_reader(cast, visitor, monkeypatch) == 200


# --- what may be lost ---------------------------------------------------------------------------------------------------
def test_a_redis_that_forgot_everything_is_noticed(cast, visitor, django_assert_num_queries):
    """Its stream is gone, and with it changes that nobody has read."""
    who_asks.listener.awake_until = 0.0
    cache.delete(announcements.STREAM)
    assert visitor.get("/empty/").status_code == 200
    assert who_asks.memory.people == {}


def test_a_process_that_slept_through_too_many_changes_begins_anew(cast, visitor):
    position = who_asks.memory.position
    for _ in range(announcements.KEPT_ENTRIES + 300):
        announcements.mark()
    assert announcements.ask(position)[0][0].position != position
    visitor.get("/empty/")
    assert who_asks.memory.people == {}


def test_without_the_listener_everybody_is_read_at_every_request(cast, visitor, django_assert_num_queries):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' OR query = 'SELECT 1'"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert stack.wait_until(lambda: not who_asks.listener.is_awake(), 2)
    with django_assert_num_queries(2):
        assert visitor.get("/empty/").status_code == 200
    by_hand("UPDATE dms_user SET is_active = false WHERE id = %s", cast.adviser.pk)
    assert visitor.get("/empty/").status_code == 302
    assert stack.wait_until(who_asks.listener.is_awake, 5), "it comes back by itself"


def test_nobody_is_believed_for_ever(cast, visitor, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(Memory, "SECONDS_AT_MOST", 0)
    with django_assert_num_queries(1):
        assert visitor.get("/empty/").status_code == 200


def test_no_more_people_are_remembered_than_there_is_room_for(cast, visitor, monkeypatch):
    monkeypatch.setattr(Memory, "PEOPLE_AT_MOST", 2)
    for user in (cast.adviser, cast.cashier, cast.gm):
        assert who_asks.find(user.pk)
    assert list(who_asks.memory.people) == [cast.cashier.pk, cast.gm.pk]


def test_a_child_remembers_nothing_of_its_parent(visitor):
    def child() -> None:
        assert who_asks.memory.people == {}
        assert who_asks.listener.thread is None

    assert who_asks.memory.people
    assert stack.ended_well(stack.fork(child))
