"""What was changed about people, from the database to every process that remembers them (docs/who_asks.md).

Triggers say whose rights, stores or row a statement changed. The process that wrote hears it with its statement, and writes it
into one stream of Redis when it has committed, before it answers. Who remembers people reads the stream from where it read
last, at every request, in the round trip that fetches the session.
"""

import logging
from functools import partial
from typing import NamedTuple, Protocol, cast

from django.core.cache import cache
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations import RunSQL
from django.db.transaction import TransactionManagementError
from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

CHANNEL = "dms_people"
EVERYBODY = "all"
STREAM = "people"
KEPT_ENTRIES = 1000
"""Who has not asked for so many changes begins anew."""


class Announce(RunSQL):
    """Every change of the table's rows is announced (dms/migrations/sql/announce_people.sql).

    ``column`` names the person whose row it is; without one a change concerns everybody.
    """

    EVENTS = (("INSERT", "NEW TABLE AS written"), ("DELETE", "OLD TABLE AS gone"))
    BOTH = "OLD TABLE AS gone NEW TABLE AS written"

    def __init__(self, table: str, column: str = "") -> None:
        self.table, self.column = table, column
        call = f"FOR EACH STATEMENT EXECUTE FUNCTION dms_announce_people({column})"
        rows = "".join(
            f"CREATE TRIGGER {table}_announce_{event.lower()} AFTER {event} ON {table} REFERENCING {names} {call};"
            for event, names in (*self.EVENTS, ("UPDATE", self.BOTH))
        )
        emptied = f"CREATE TRIGGER {table}_announce_truncate AFTER TRUNCATE ON {table} {call};"
        names = [f"{table}_announce_{event}" for event in ("insert", "delete", "update", "truncate")]
        super().__init__(rows + emptied, "".join(f"DROP TRIGGER {name} ON {table};" for name in names))

    def deconstruct(self) -> tuple[str, list[str], dict[str, object]]:
        return self.__class__.__qualname__, [self.table, self.column], {}

    def describe(self) -> str:
        return f"Announce changes of {self.table}"


class Notices(list[str]):
    """What Postgres says beside its answers, on one connection: announcements go on when the transaction is committed."""

    PREFIX = f"INFO:  {CHANNEL} "
    LONGEST = 50

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        super().__init__()
        self.connection = connection

    def append(self, text: str) -> None:
        if not text.startswith(self.PREFIX):
            super().append(text)
            del self[: -self.LONGEST]
            return
        try:
            transaction.on_commit(partial(publish, text.removeprefix(self.PREFIX).strip()), using=self.connection.alias)
        except TransactionManagementError:  # transactions by hand: nobody tells when they end, NOTIFY does
            log.info("a change of people outside of atomic blocks is left to the listeners")


def listen_to_notices(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """For each new connection to the database. With no transaction open, the statement is committed when its notice arrives."""
    if connection.vendor == "postgresql":
        connection.connection.notices = Notices(connection)


class Entry(NamedTuple):
    """One announcement: where it stands in the stream, and whose keys it names (none is a mark)."""

    position: bytes
    changed: str

    @property
    def order(self) -> tuple[int, ...]:
        return order(self.position)


def order(position: bytes) -> tuple[int, ...]:
    """Milliseconds and a number within them, to compare."""
    return tuple(int(part) for part in position.split(b"-"))


class RedisClient(Protocol):
    """What django-redis offers beyond Django's words for a cache; its package has no types."""

    def get_client(self) -> Redis: ...

    def make_key(self, key: str) -> str: ...

    def decode(self, value: bytes) -> object: ...


class RedisCache(Protocol):
    client: RedisClient


def client() -> RedisClient:
    """The connections and the keys of the cache."""
    return cast("RedisCache", cache).client


def publish(changed: str) -> None:
    """Tell all processes. A lost Redis stops nobody: the listeners hear it from Postgres a moment later."""
    try:
        client().get_client().xadd(
            client().make_key(STREAM), {"changed": changed}, maxlen=KEPT_ENTRIES, approximate=True
        )
    except RedisError as error:
        log.warning("Redis did not take a change of people (%s); the listeners hear of it", error)


def mark() -> bytes:
    """The position of a new entry that names nobody. Unlike “the last one” it cannot come again when Redis lost something.

    :raises RedisError: when Redis is away.
    """
    key = client().make_key(STREAM)
    return cast("bytes", client().get_client().xadd(key, {"changed": ""}, maxlen=KEPT_ENTRIES, approximate=True))


def ask(position: bytes, name: str = "") -> tuple[list[Entry], object]:
    """The entries from that position on, with the one that stands there; and a cached value, in the same round trip.

    :raises RedisError: when Redis is away.
    """
    redis = client()
    pipeline = redis.get_client().pipeline(transaction=False)
    pipeline.xrange(redis.make_key(STREAM), min=position)
    if name:
        pipeline.get(redis.make_key(name))
    # Both in one trip: asked one by one, every request would wait for Redis twice.
    entries, *values = pipeline.execute()
    value = redis.decode(values[0]) if values and values[0] is not None else None
    return [Entry(place, fields[b"changed"].decode()) for place, fields in entries], value
