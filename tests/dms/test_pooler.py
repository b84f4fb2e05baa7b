"""Behind PgBouncer in transaction mode: no statement leaves anything on its connection, and the product works there."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from bench.cluster import Pooler
from devstack.places import throw_away_home
from devstack.postgres import Postgres
from dms.core.databases import database
from tests import session_state
from tests.architecture.sources import APPS, BASE

STAYS = (
    "SET statement_timeout = 0",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "RESET ALL",
    "LISTEN work",
    "PREPARE due AS SELECT 1",
    "DISCARD ALL",
    "CREATE TEMPORARY TABLE rows (id int)",
    "DECLARE names CURSOR WITH HOLD FOR SELECT 1",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock(1, 2)",
    "SELECT set_config('TimeZone', 'UTC', false)",
)
OF_THE_TRANSACTION = ("SET LOCAL lock_timeout = 1", "SELECT pg_advisory_xact_lock(1)")
HARMLESS = (
    "UPDATE dms_user SET language = 'en'",
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SELECT set_config('dms.by', '1', true)",
    "NOTIFY work",
)


@pytest.mark.parametrize("statement", STAYS)
def test_what_stays_on_a_connection_is_a_fault_in_any_case(statement):
    assert "stays on the connection" in session_state.fault(statement, in_transaction=True)
    assert "stays on the connection" in session_state.fault(statement, in_transaction=False)


@pytest.mark.parametrize("statement", OF_THE_TRANSACTION)
def test_what_ends_with_the_transaction_is_a_fault_where_there_is_none(statement):
    assert "ends with its statement" in session_state.fault(statement, in_transaction=False)
    assert session_state.fault(statement, in_transaction=True) == ""


@pytest.mark.parametrize("statement", HARMLESS)
def test_everything_else_may_be_sent(statement):
    assert session_state.fault(statement, in_transaction=False) == ""


@pytest.mark.django_db
def test_the_statements_of_all_tests_are_looked_at():
    with (
        pytest.raises(session_state.SessionStateError, match="stays on the connection"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_advisory_lock(7)")


def test_no_source_names_what_stays_on_a_connection():
    """What no test runs is read: triggers, and the SQL of commands. The listener has a connection of its own, past the pooler."""
    words = r"pg_(try_)?advisory_(un)?lock|\bLISTEN [{\w]|CREATE TEMP|WITH HOLD|DISCARD ALL"
    paths = [path for app in APPS for path in (BASE / app).rglob("*") if path.suffix in {".py", ".sql"}]
    done = subprocess.run(["grep", "-lE", words, *paths], capture_output=True, text=True, check=False)
    assert done.stdout.split() == [str(BASE / "dms/web/listening.py")]


def test_a_cursor_of_the_server_never_outlives_its_transaction_behind_a_pooler():
    assert database("postgresql://h/n", pooled=True)["DISABLE_SERVER_SIDE_CURSORS"]
    assert not database("postgresql://h/n")["DISABLE_SERVER_SIDE_CURSORS"]


# --- PgBouncer itself, where it is installed ------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def pooler() -> Iterator[Pooler]:
    """Two connections for everybody, so that they change hands all the time."""
    if Pooler.program() is None:
        pytest.skip("PgBouncer is not installed")
    home = throw_away_home("dms-pooled-")
    server = Postgres(home, settings=("fsync=off", "timezone=Asia/Shanghai")).start()
    pooler = Pooler(home, server, pool=2).start()
    yield pooler
    pooler.stop()
    server.stop()
    shutil.rmtree(home)


def clients_of(pooler: Pooler, **env: str) -> subprocess.CompletedProcess[str]:
    """Real threads over real connections: see pooled.py."""
    env = {
        **os.environ,
        "DATABASE_URL": pooler.url,
        "REDIS_URL": settings.REDIS_URL,
        "DMS_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "dms.settings",
        **env,
    }
    command = [sys.executable, str(Path(__file__).with_name("pooled.py"))]
    return subprocess.run(command, cwd=BASE, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_several_clients_share_two_connections_and_take_nothing_from_each_other(pooler):
    done = clients_of(pooler, DMS_PGBOUNCER="1")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["read"] == [200] * 6, "a long reading goes on although its connection went to others between its parts"
    assert set(facts["zones"]) == {"UTC"}, "PgBouncer carries the time zone that Django sets from client to client"
    assert facts["inside at most"] == 1, "the lock of a transaction holds"
    assert facts["connections"] <= 2


def test_with_cursors_of_the_server_they_would_lose_their_place(pooler):
    assert "does not exist" in clients_of(pooler, DMS_PGBOUNCER="0").stderr
