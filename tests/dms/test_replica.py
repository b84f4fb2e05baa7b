"""Long reads at a standby made by pg_basebackup: when they go there, when they must not, and what happens when it is lost."""

import math
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connections, transaction
from django.db.models import CharField
from django.db.utils import ConnectionHandler
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from bench.cluster import Standby, sql
from devstack.places import throw_away_home
from devstack.postgres import Postgres
from devstack.processes import wait_until
from dms.core import databases, replica
from dms.core.databases import REPLICA
from dms.core.reads import Bound, Read
from dms.core.redis_connection import PatientConnection
from dms.models import User
from dms.web.long_reads import WhoJustWrote, long_read

QUICK = ("fsync=off", "shared_buffers=32MB")


@dataclass
class Servers:
    """A primary and what follows it."""

    primary: Postgres
    standby: Standby

    def pause(self) -> None:
        """The standby goes on receiving, and shows nothing of it."""
        sql(self.standby, "SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        sql(self.standby, "SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    home = throw_away_home("dms-pair-")
    primary = Postgres(home / "primary", settings=QUICK).start()
    standby = Standby(home / "standby", primary, QUICK).start()
    yield Servers(primary, standby)
    standby.stop()
    primary.stop()
    shutil.rmtree(home)


@pytest.fixture
def pair(servers: Servers, settings, django_db_blocker: DjangoDbBlocker, monkeypatch) -> Iterator[Servers]:
    """Both as Django's databases, with one table and no row in it."""
    handler = ConnectionHandler(
        {"default": databases.database(servers.primary.url), REPLICA: databases.replica(servers.standby.url)}
    )
    monkeypatch.setitem(connections.settings, REPLICA, handler.settings[REPLICA])
    settings.DATABASE_ROUTERS = ["dms.core.replica.Router"]
    with django_db_blocker.unblock():
        usual = connections["default"]
        for alias in handler:
            connections[alias] = handler[alias]
        with connections["default"].cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS django_session")
        with connections["default"].schema_editor() as editor:
            editor.create_model(Session)
        assert replica.read_when_level(alias_of_reading) == REPLICA
        yield servers
        servers.resume()
        for alias in handler:
            connections[alias].close()
        connections["default"] = usual
        del connections[REPLICA]


def follow(standby: Standby) -> None:
    """This one is the standby from here on."""
    address = databases.replica(standby.url)
    connections[REPLICA] = ConnectionHandler({"default": {}, REPLICA: address})[REPLICA]


@pytest.fixture
def somebody() -> User:
    return User(pk=1)


def write(name: str = "x") -> None:
    Session.objects.create(pk=name, session_data="", expire_date=timezone.now() + timedelta(days=1))


def alias_of_reading() -> str:
    """Where rows come from at this moment."""
    return Session.objects.all().db


def rows() -> int:
    return Session.objects.count()


def test_only_what_asks_for_it_reads_the_standby(pair, somebody):
    assert alias_of_reading() == "default"
    assert replica.read(alias_of_reading, by=somebody) == REPLICA
    assert alias_of_reading() == "default"


def test_a_long_read_may_be_a_little_old_but_not_for_who_just_wrote(pair, somebody):
    another = User(pk=2)
    pair.pause()
    write()
    replica.just_wrote(somebody)
    assert replica.read(rows, by=another) == 0, "this is the standby"
    assert replica.read(rows, by=somebody) == 1


def test_the_mark_holds_as_long_as_a_fresh_standby_may_be_without_the_row(pair, somebody, settings):
    replica.just_wrote(somebody)
    seconds = cast("Any", cache).ttl(f"replica.wrote.{somebody.pk}")
    assert settings.REPLICA_LAG_SECONDS + replica.KEPT < seconds <= 6


def test_a_standby_too_far_behind_is_not_read(pair, somebody, settings):
    settings.REPLICA_LAG_SECONDS = 0.3
    pair.pause()
    write()
    time.sleep(0.5)
    assert replica.lag() > 0.3
    assert replica.read(rows, by=somebody) == 1


def test_an_idle_primary_leaves_no_lag_behind(pair):
    time.sleep(0.3)
    assert replica.lag() == 0


def test_the_standby_is_looked_at_once_a_second_for_all(pair, somebody, django_assert_num_queries):
    replica.read(rows, by=somebody)
    with django_assert_num_queries(0, connection=connections["default"]):
        assert replica.read(alias_of_reading, by=User(pk=2)) == REPLICA


def test_a_transaction_reads_what_it_wrote(pair, somebody):
    pair.pause()
    with transaction.atomic():
        write()
        assert replica.read(rows, by=somebody) == 1
    with transaction.atomic():
        assert replica.read_when_level(alias_of_reading) == "default"


def test_a_lock_and_a_change_go_to_the_primary_wherever_the_row_was_read(pair, somebody):
    write()
    row = replica.read_when_level(Session.objects.get)
    assert row._state.db == REPLICA
    row.session_data = "changed"
    row.save()
    assert Session.objects.get().session_data == "changed"
    assert replica.read(lambda: Session.objects.select_for_update().db, by=somebody) == "default"


def test_a_worker_waits_until_the_standby_has_what_is_written(pair):
    pair.pause()
    write()
    threading.Timer(0.5, pair.resume).start()
    assert replica.read_when_level(lambda: (alias_of_reading(), rows())) == (REPLICA, 1)


def test_a_worker_that_waited_in_vain_reads_the_primary(pair, settings):
    settings.REPLICA_LAG_SECONDS = 0.2
    pair.pause()
    write()
    assert replica.read_when_level(lambda: (alias_of_reading(), rows())) == ("default", 1)


def test_a_query_put_together_once_is_asked_where_rows_are_read(pair):
    kept = Read(lambda: Session.objects.filter(pk=Bound("key", CharField(max_length=40))))
    write()
    assert [row._state.db for row in kept.fetch(key="x")] == ["default"]
    assert [row._state.db for row in replica.read_when_level(lambda: kept.fetch(key="x"))] == [REPLICA]


def test_rows_stream_from_the_standby_without_a_transaction(pair):
    for number in range(30):
        write(str(number))
    assert replica.read_when_level(lambda: sum(1 for _row in Session.objects.iterator(chunk_size=10))) == 30


def test_what_the_standby_breaks_off_is_read_at_the_primary(pair, somebody, caplog):
    def reading() -> str:
        alias = alias_of_reading()
        if alias == REPLICA:
            with connections[REPLICA].cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return alias

    assert replica.read(reading, by=somebody) == "default"
    assert "broke off" in caplog.text
    assert replica.read(alias_of_reading, by=somebody) == "default", "it is left alone for a while"


def test_without_the_cache_nobody_knows_who_wrote_so_all_read_the_primary(pair, somebody, settings, monkeypatch):
    monkeypatch.setattr(PatientConnection, "away_until", 0.0)  # the tests after this one have their Redis at once
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert replica.read(alias_of_reading, by=somebody) == "default"


def test_a_standby_that_is_down_makes_nothing_unavailable(pair, somebody):
    pair.standby.stop()
    connections[REPLICA].close()
    assert replica.lag() == math.inf
    assert replica.read(rows, by=somebody) == 0
    assert replica.read_when_level(alias_of_reading) == "default"
    pair.standby.start()
    follow(pair.standby)


def test_a_standby_that_was_promoted_has_a_history_of_its_own_and_is_not_read(pair, somebody):
    other = Standby(pair.primary.home.parent / "other", pair.primary, QUICK).start()
    follow(other)
    assert wait_until(lambda: replica.lag() == 0, 20)
    assert replica.read(alias_of_reading, by=somebody) == REPLICA
    other.promote()
    cache.clear()
    assert replica.lag() == math.inf
    assert replica.read(alias_of_reading, by=somebody) == "default"
    connections[REPLICA].close()
    other.stop()


def test_of_two_servers_the_one_that_may_be_written_is_taken(pair):
    standby_first = pair.primary.url.replace(
        f":{pair.primary.port}/", f":{pair.standby.port},127.0.0.1:{pair.primary.port}/"
    )
    made = ConnectionHandler({"default": databases.database(standby_first)})["default"]
    with made.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        assert cursor.fetchone() == (False,)
    made.close()


# --- pages ----------------------------------------------------------------------------------------------------------------
@long_read
def dashboard(request) -> HttpResponse:
    return HttpResponse(alias_of_reading())


def page(user: User, method: str = "GET") -> str:
    request = RequestFactory().generic(method, "/")
    request.user = user
    answer: Any = WhoJustWrote(cast("Any", dashboard))(request)
    return answer.content.decode()


def test_whoever_sends_a_form_sees_the_primary_on_the_next_pages(pair, somebody):
    assert page(somebody) == REPLICA
    page(somebody, "POST")
    assert page(somebody) == "default"
    assert page(User(pk=2)) == REPLICA


def test_without_a_standby_nothing_is_marked_and_nothing_is_asked():
    assert not replica.exists()
    assert replica.read(lambda: "read", by=User(pk=1)) == "read"
