"""Signs of health for whoever starts and watches the processes: alive, and ready to serve."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dms.models import Heartbeat
from dms.web.rights import PUBLIC, requires_right

BEAT_IS_LATE_AFTER = timedelta(seconds=60)


@require_safe
@requires_right(PUBLIC)
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@requires_right(PUBLIC)
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Everything this process needs is there; 503 names what is not, and gives nothing else away."""
    checks = {name: state(check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in checks.values())
    body = {"status": "ok" if ready else "unavailable", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


class Alive:
    """``/healthz`` is answered before session, person and language; around it stands only what every answer carries."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return healthz(request) if request.path == "/healthz" else self.get_response(request)


def state(check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "missing"
    except (DatabaseError, redis.RedisError, OSError):
        return "unreachable"


def database() -> bool:
    with connection.cursor() as cursor:
        # A real trip: a connection that is kept open looks alive after Postgres has gone.
        cursor.execute("SELECT 1")
    return True


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """What the code of this process expects; read from disk once."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations)


def migrations() -> bool:
    return known_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


def broker() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    finally:
        client.close()


def beat() -> bool:
    """The scheduler beats, and a worker writes its beat down: one late heart stands for both."""
    return Heartbeat.objects.filter(name="beat", at__gt=timezone.now() - BEAT_IS_LATE_AFTER).exists()


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database,
    "migrations": migrations,
    "redis": broker,
    "beat": beat,
}
