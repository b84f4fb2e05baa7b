"""Throw-away Postgres and Redis for a test run, so that plain `python -m pytest` works as well as `make test`.

Loaded by `-p devstack.pytest_services`. Servers named by DATABASE_URL and REDIS_URL are used when they are set.
The database per xdist worker is pytest-django's business; the Redis number per worker is settled here.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from devstack.guard import Guard
from devstack.places import throw_away_home
from devstack.postgres import Postgres
from devstack.say import Trouble
from devstack.valkey import Valkey


class Servers:
    """What this run started; nothing, when everything was named from outside."""

    def __init__(self) -> None:
        self.home: Path | None = None
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.guard: Guard | None = None

    def start(self) -> None:
        wants_postgres, wants_redis = not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")
        if not (wants_postgres or wants_redis):
            return
        began = time.monotonic()
        self.home = throw_away_home("dms-test-")
        self.guard = Guard()
        self.guard.rubbish(self.home)
        if wants_redis:
            self.valkey = Valkey(self.home, throw_away=True).start()
            self._guard_child(self.valkey.process)
            os.environ["REDIS_URL"] = self.valkey.url
        if wants_postgres:
            self.postgres = Postgres(self.home, throw_away=True).start()
            self._guard_child(self.postgres.process, first=signal.SIGQUIT)
            os.environ["DATABASE_URL"] = self.postgres.url
        print(f"throw-away servers in {self.home}: {time.monotonic() - began:.1f} s")

    def _guard_child(self, process: object, *, first: signal.Signals = signal.SIGTERM) -> None:
        pid = getattr(process, "pid", None)
        if self.guard and isinstance(pid, int):
            self.guard.child(pid, first=first)

    def stop(self) -> None:
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        if self.home:
            shutil.rmtree(self.home, ignore_errors=True)
        if self.guard:
            self.guard.dismiss()


servers = Servers()


def redis_url_for(worker: str, url: str) -> str:
    """The same server, another database number: gw0 takes 1, gw1 takes 2; 0 is for runs without workers."""
    number = int(worker.removeprefix("gw")) + 1
    return re.sub(r"/\d*$", "", url.rstrip("/")) + f"/{number}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Before Django's settings are read: a wrapper comes before every other plugin."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] = redis_url_for(worker, os.environ["REDIS_URL"])
    else:
        try:
            servers.start()
        except Trouble as trouble:
            servers.stop()
            raise pytest.UsageError(str(trouble)) from trouble
    return (yield)


def pytest_unconfigure() -> None:
    servers.stop()
