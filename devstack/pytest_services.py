"""Throw-away Postgres and Redis for a test run, so that plain `python -m pytest` works as well as `make test`.

Loaded by `-p devstack.pytest_services`. The database per xdist worker is pytest-django's business; the Redis number
per worker is settled here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator

import pytest

from devstack import chromium
from devstack.say import Trouble
from devstack.throwaway import Servers

servers = Servers()


def redis_url_for(worker: str, url: str) -> str:
    """The same server, another database number: gw0 takes 1, gw1 takes 2; 0 is for runs without workers."""
    number = int(worker.removeprefix("gw")) + 1
    return re.sub(r"(?<!/)/\d*$", "", url) + f"/{number}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Before Django's settings are read: a wrapper comes before every other plugin."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] = redis_url_for(worker, os.environ["REDIS_URL"])
    else:
        os.environ.setdefault("CHROMIUM", chromium.find() or "")
        try:
            servers.start()
        except Trouble as trouble:
            servers.stop()
            raise pytest.UsageError(str(trouble)) from trouble
    return (yield)


def pytest_unconfigure() -> None:
    servers.stop()
