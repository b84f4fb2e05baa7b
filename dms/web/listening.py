"""The listener: a thread of each process that answers requests, which hears from Postgres what was changed about people.

Announcements of our own processes come by Redis, before their answer; this is the way of all others: psql, another program, a
process that died after its commit, a Redis that was away. It has a connection of its own, which may not go through a pooler
that shares connections between transactions: ``DMS_DIRECT_DATABASE_URL`` names the direct way.
"""

import logging
import select
import threading
import time
from collections.abc import Callable
from contextlib import closing

import psycopg2
from django.conf import settings
from django.db import connections
from psycopg2 import extensions

from dms.core.announcements import CHANNEL, EVERYBODY

log = logging.getLogger(__name__)


class Listener:
    """Awake while Postgres answered a moment ago; whoever remembers something asks that first."""

    BEAT = 1.0
    """Seconds after which a silent connection is asked whether it still lives."""
    AWAKE = 3.0
    """Seconds after an answer for which it counts as living."""
    PAUSE = 1.0
    """Seconds between two attempts to connect."""
    # A cable that was pulled is noticed in seconds, and not after the hours that systems wait.
    KEEPALIVE = {"keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 2, "tcp_user_timeout": 3000}

    def __init__(self, forget: Callable[[str], None]) -> None:
        self.forget = forget
        self.awake_until = 0.0
        self.thread: threading.Thread | None = None
        self.ended = threading.Event()
        self.lock = threading.Lock()

    def is_awake(self) -> bool:
        """Whether no change can have been missed; the first question starts the thread."""
        if self.thread is None:
            self.start()
        return time.monotonic() < self.awake_until

    def start(self) -> None:
        with self.lock:
            if self.thread is None and not self.ended.is_set():
                self.thread = threading.Thread(target=self.run, name="listener", daemon=True)
                self.thread.start()

    def stop(self) -> None:
        """For good, as a process that ends needs none."""
        self.ended.set()
        self.awake_until = 0.0
        if self.thread is not None:
            self.thread.join(2 * self.BEAT)

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                with closing(self.connect()) as postgres:
                    self.listen(postgres)
            except (psycopg2.Error, OSError) as error:
                log.warning("the listener lost Postgres (%s): people are read at every request until it is back", error)
            self.awake_until = 0.0
            self.ended.wait(self.PAUSE)

    def connect(self) -> extensions.connection:
        if settings.DIRECT_DATABASE_URL:
            postgres = psycopg2.connect(settings.DIRECT_DATABASE_URL, connect_timeout=5, **self.KEEPALIVE)
        else:
            postgres = psycopg2.connect(**{**connections["default"].get_connection_params(), **self.KEEPALIVE})
        postgres.autocommit = True
        return postgres

    def listen(self, postgres: extensions.connection) -> None:
        """Hear until the connection breaks. What was changed before it stood nobody has heard: everything is forgotten."""
        with postgres.cursor() as cursor:
            # A pooler lends each statement another backend: what is announced would reach somebody else.
            cursor.execute("SELECT pg_backend_pid()")
            if cursor.fetchone() != (postgres.info.backend_pid,):
                raise psycopg2.OperationalError(
                    "a pooler stands between: DMS_DIRECT_DATABASE_URL must name Postgres itself"
                )
            # First hear, then forget: whatever changes between the two is heard.
            cursor.execute(f"LISTEN {CHANNEL}")
            self.forget(EVERYBODY)
            ear = select.poll()
            ear.register(postgres.fileno(), select.POLLIN)
            while not self.ended.is_set():
                self.awake_until = time.monotonic() + self.AWAKE
                if ear.poll(self.BEAT * 1000):
                    postgres.poll()
                else:
                    # The dead are silent as well: only an answer shows that nothing was announced.
                    cursor.execute("SELECT 1")
                while postgres.notifies:
                    self.forget(postgres.notifies.pop(0).payload)
