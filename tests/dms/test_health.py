"""Alive and ready: what a watcher of the processes is told."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from dms.models import Heartbeat
from tests import owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def beating(db):
    return Heartbeat.objects.create(name="beat", at=timezone.now())


def ready(**headers) -> tuple[int, dict[str, str]]:
    answer = Client().get("/readyz", **headers)
    return answer.status_code, answer.json()["checks"]


def test_a_living_process_answers_without_asking_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/healthz").json() == {"status": "ok"}


def test_it_is_ready_when_database_migrations_redis_and_beat_are_there(beating):
    assert ready() == (200, dict.fromkeys(("database", "migrations", "redis", "beat"), "ok"))


def test_a_beat_older_than_a_minute_is_missing(beating):
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=61))
    status, checks = ready()
    assert (status, checks["beat"], checks["database"]) == (503, "missing", "ok")


def test_a_migration_that_did_not_run_is_missing(beating):
    owner.as_owner("DELETE FROM django_migrations WHERE app = 'dms' AND name = '0001_core'")
    assert ready()[1]["migrations"] == "missing"


def test_a_lost_redis_is_named_and_nothing_else_is_given_away(beating, settings):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    status, checks = ready()
    assert (status, checks["redis"]) == (503, "unreachable")
    assert "secret" not in Client().get("/readyz").content.decode()


def test_a_lost_database_is_named(beating):
    with connection.execute_wrapper(lost):
        status, checks = ready()
    assert (status, checks["database"], checks["redis"]) == (503, "unreachable", "ok")


def lost(*_args):
    raise OperationalError("gone")


def test_watchers_are_not_sent_to_https(beating, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").status_code == 200
    assert Client().get("/sign-in/").status_code == 301
