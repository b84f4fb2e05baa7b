"""Postgres and Redis for one test run: fast because nothing is kept, and gone afterwards whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

from devstack.guard import Guard
from devstack.places import throw_away_home
from devstack.postgres import Postgres
from devstack.valkey import Valkey


class Servers:
    """What this run started; nothing, when DATABASE_URL and REDIS_URL name servers from outside."""

    def __init__(self) -> None:
        self.home: Path | None = None
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.guard: Guard | None = None

    def start(self) -> None:
        """Start what is missing, and name it in the environment of this process and its children."""
        wants_postgres, wants_redis = not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")
        if not (wants_postgres or wants_redis):
            return
        self.home = throw_away_home("dms-test-")
        self.guard = Guard()
        self.guard.rubbish(self.home)
        if wants_redis:
            self.valkey = Valkey(self.home, throw_away=True).start()
            self.guard.server(self.valkey)
            os.environ["REDIS_URL"] = self.valkey.url
        if wants_postgres:
            self.postgres = Postgres(self.home, throw_away=True).start()
            self.guard.server(self.postgres, first=signal.SIGQUIT)
            os.environ["DATABASE_URL"] = self.postgres.url

    def stop(self) -> None:
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        if self.home:
            shutil.rmtree(self.home, ignore_errors=True)
        if self.guard:
            self.guard.dismiss()
