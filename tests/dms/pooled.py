"""Run by test_pooler.py: six clients of a pooler that has two connections; prints what they saw."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock

import django

django.setup()

from django.contrib.sessions.models import Session  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

CLIENTS = 6
counting, inside, most = Lock(), 0, 0


def read(_client: int) -> int:
    count = 0
    for _row in Session.objects.order_by("pk").iterator(chunk_size=20):
        count += 1
        time.sleep(0.0005)
    connection.close()
    return count


def zone(_client: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW TimeZone")
        (name,) = cursor.fetchone()
    return str(name)


def hold(_client: int) -> None:
    global inside, most  # noqa: PLW0603 - one number that all threads see
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(1)")
        with counting:
            inside += 1
            most = max(most, inside)
        time.sleep(0.01)
        with counting:
            inside -= 1


def main() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS django_session")
    with connection.schema_editor() as editor:
        editor.create_model(Session)
    until = timezone.now() + timedelta(days=1)
    Session.objects.bulk_create(Session(pk=f"{n:032}", session_data="", expire_date=until) for n in range(200))
    with ThreadPoolExecutor(CLIENTS) as pool:
        facts = {
            "read": list(pool.map(read, range(CLIENTS))),
            "zones": list(pool.map(zone, range(CLIENTS * 4))),
            "held": list(pool.map(hold, range(CLIENTS * 4))),
        }
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'dms'")
        (connections,) = cursor.fetchone()
    print(json.dumps({**facts, "inside at most": most, "connections": connections}))


main()
