"""Long reads go to a standby of the database while it is a few seconds behind at most, and to the primary when it is not.

Nothing goes there by itself: a dashboard or an export says so by reading through ``read`` or ``read_when_level``. Whoever just
wrote reads the primary until the standby must have it. The mark is kept in the cache and not in a cookie: it holds for all
browsers and API clients of a person, whichever web they meet. A cache that is away remembers no marks: then all read the primary.
"""

import logging
import math
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Protocol, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError, connections
from django.db.models import Model

from dms.core.databases import REPLICA

log = logging.getLogger(__name__)
T = TypeVar("T")

FRESH = "replica.fresh"
"""The key under which the last look at the standby is kept, for all processes."""
KEPT = 1
"""Seconds for which a standby that was fresh counts as fresh."""
RETRY = 5
"""Seconds for which one that was not, or did not answer, is left alone."""
reading_elsewhere: ContextVar[bool] = ContextVar("reading_elsewhere", default=False)


class Person(Protocol):
    """Whoever reads and writes."""

    @property
    def pk(self) -> object: ...


class Router:
    """Inside ``read`` rows come from the standby, but in a transaction: it must see what it wrote itself, and what it locked."""

    def db_for_read(self, model: type[Model], **hints: object) -> str:
        return reading_from()

    def db_for_write(self, model: type[Model], **hints: object) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: object) -> bool:
        """Both hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == DEFAULT_DB_ALIAS


def reading_from() -> str:
    """The database whose rows are read at this moment."""
    return REPLICA if reading_elsewhere.get() and not in_transaction() else DEFAULT_DB_ALIAS


def in_transaction() -> bool:
    return bool(connections[DEFAULT_DB_ALIAS].in_atomic_block)


def exists() -> bool:
    return REPLICA in connections


# --- reading ------------------------------------------------------------------------------------------------------------
def read(work: Callable[[], T], *, by: Person) -> T:
    """What a person looks at: it may be some seconds old, unless they just wrote themselves. ``work`` may run twice."""
    return _elsewhere(work) if exists() and not in_transaction() and _may_read(by) else work()


def read_when_level(work: Callable[[], T]) -> T:
    """What a worker reads: all that is written by now, for which it waits a little. ``work`` may run twice."""
    return _elsewhere(work) if exists() and not in_transaction() and _becomes_level() else work()


def _elsewhere(work: Callable[[], T]) -> T:
    """What the standby breaks off (it restarts, or a row goes away that is being read) is read again at the primary."""
    before = reading_elsewhere.set(True)
    try:
        return work()
    except (OperationalError, InterfaceError):
        cache.set(FRESH, value=False, timeout=RETRY)
        log.warning("the replica broke off a reading; the primary is asked", exc_info=True)
    finally:
        reading_elsewhere.reset(before)
    return work()


# --- who just wrote -----------------------------------------------------------------------------------------------------
def just_wrote(person: Person) -> None:
    """They read the primary as long as a standby that counts as fresh may be without what they wrote."""
    if exists():
        # As long as the standby may lag, and as a fresh one is believed without a look; one for rounding.
        cache.set(_mark(person), value=True, timeout=math.ceil(settings.REPLICA_LAG_SECONDS) + KEPT + 1)


def _mark(person: Person) -> str:
    return f"replica.wrote.{person.pk}"


def _may_read(person: Person) -> bool:
    known = cache.get_many((FRESH, _mark(person)))
    if known:
        return _mark(person) not in known and bool(known[FRESH])
    # Refused when another process is looking just now; or the cache is away, and with it the marks of who wrote.
    if not cache.add(FRESH, value=False, timeout=RETRY):
        return False
    fresh = lag() <= settings.REPLICA_LAG_SECONDS
    if fresh:
        cache.set(FRESH, value=True, timeout=KEPT)
    return fresh


# --- how far it is ------------------------------------------------------------------------------------------------------
def lag() -> float:
    """Seconds that the standby is behind; infinite when it does not answer, or is a standby no more.

    It is compared with the primary's position and clock: a standby that is cut off believes that it has everything.
    """
    try:
        position, now = _primary()
        level, replayed = _replica(position)
    except (DatabaseError, InterfaceError):
        return math.inf
    return 0 if level else now - replayed


def _becomes_level() -> bool:
    until = time.monotonic() + settings.REPLICA_LAG_SECONDS
    try:
        position, _now = _primary()
        while not (level := _replica(position)[0]) and time.monotonic() < until:
            time.sleep(0.05)
    except (DatabaseError, InterfaceError):
        return False
    return level


def _primary() -> tuple[str, float]:
    """The end of its write-ahead log, and its clock."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        # clock_timestamp and not now(), which stands still within a transaction.
        cursor.execute("SELECT pg_current_wal_lsn(), extract(epoch FROM clock_timestamp())")
        position, now = cursor.fetchone()
    return str(position), float(now)


def _replica(position: str) -> tuple[bool, float]:
    """Whether it has come to this position, and when its last transaction was committed at the primary.

    One that was promoted has a history of its own: it never counts as level.
    """
    with connections[REPLICA].cursor() as cursor:
        # In one statement: what it has and whether it is a standby must be said of one moment.
        cursor.execute(
            "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn,"
            " CASE WHEN pg_is_in_recovery() THEN extract(epoch FROM pg_last_xact_replay_timestamp()) END",
            [position],
        )
        level, replayed = cursor.fetchone()
    return bool(level), -math.inf if replayed is None else float(replayed)
