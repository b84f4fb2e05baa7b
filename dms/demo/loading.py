"""Load the whole demo group: first what all stores share, then the business of the stores, half of them by a second process.

The group is one transaction, each half of the business another. Killed anywhere, a half is there wholly or not at all, and the
next start plays what is missing: a store with a numbered document is in business.
"""

import gc
import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.module_loading import autodiscover_modules

from dms import base_data, demo
from dms.demo import base, traffic
from dms.demo.stage import DAYS, Stage
from dms.models import NumberCounter, Store

__all__ = ["base", "is_empty", "load", "traffic"]

LOCK = 20_261_121
"""First key of the advisory locks: two loaders of the group, or of a store, come one after the other."""
GROUP = 0
HALVES = (("JJ01", "SL01"), ("GX01", "TF01"))
"""As much work each; the second goes to a process of its own."""


@dataclass
class Loaded:
    """The steps with their seconds, and what the core refused."""

    steps: list[tuple[str, float]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(seconds for _name, seconds in self.steps)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        start = monotonic()
        yield
        self.steps.append((name, monotonic() - start))


def is_empty(*, business: bool = True) -> bool:
    """Nothing is there, or a killed loader left stores of the demo without their business."""
    stores = {store.code: store for store in Store.objects.all()}
    ours = {row["code"] for row in base_data.read("demo/stores.json")}
    if not stores or not business:
        return not stores
    return set(stores) == ours and not all(in_business(store) for store in stores.values())


def in_business(store: Store) -> bool:
    return NumberCounter.objects.filter(store=store).exists()


@contextmanager
def locked(*keys: int) -> Iterator[None]:
    """Hold the locks, whatever becomes of the transaction within: in one beside it, as no session is ours behind a pooler."""
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            for key in sorted(keys):
                # In one order of keys: two loaders of the same stores do not wait crosswise.
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, key])
        yield
    finally:
        holder.close()


def load(*, business: bool = True, days: int = DAYS, now: datetime | None = None) -> Loaded:
    """Add what is missing: the group, and the business of all its stores. Loading again adds nothing."""
    now, loaded = now or timezone.now(), Loaded()
    load_group(loaded, now)
    if business:
        with second_half(days, now):
            play(loaded, HALVES[0], days=days, now=now)
        with loaded.timed("statistics"), connection.cursor() as cursor:
            # The planner still believes in the empty tables of a minute ago.
            cursor.execute("ANALYZE")
    with loaded.timed("delivery"), translation.override("zh-hans"):
        traffic.deliver()
    return loaded


def load_group(loaded: Loaded, now: datetime) -> None:
    """Stores, people, catalogues and what moves between them."""
    autodiscover_modules("demo")
    with locked(GROUP), translation.override("zh-hans"), transaction.atomic():
        stage = Stage(now)
        for part in demo.parts:
            if part.of_group:
                with loaded.timed(part.name):
                    part.run(stage)


def play(loaded: Loaded, codes: Collection[str], *, days: int = DAYS, now: datetime) -> None:
    """The business of these stores, but for those that have theirs."""
    autodiscover_modules("demo")
    stores = list(Store.objects.filter(code__in=codes))
    with locked(*(store.pk for store in stores)), translation.override("zh-hans"), loaded.timed("business"):
        waiting = [store.code for store in stores if not in_business(store)]
        if not waiting:
            return
        on_its_own = not connection.in_atomic_block
        with transaction.atomic():
            if on_its_own:  # what the other half commits meanwhile is none of ours
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            stage = Stage(now, days, waiting)
            for part in demo.parts:
                if not part.of_group:
                    part.run(stage)
            with nothing_collected():
                stage.play()
        loaded.refused += stage.refused


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Python looks for no rubbish meanwhile: a fifteenth of the time, for some ten megabytes until the end."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


@contextmanager
def second_half(days: int, now: datetime) -> Iterator[None]:
    """The other stores are played by a second process at the same time.

    :raises CalledProcessError: when it failed.
    """
    command = [
        sys.executable,
        "manage.py",
        "load_demo",
        "--stores",
        *HALVES[1],
        "--days",
        str(days),
        "--now",
        now.isoformat(),
    ]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ.copy(), stdout=subprocess.DEVNULL) as other:  # noqa: S603
        try:
            yield
        except BaseException:
            other.kill()
            raise
        if other.wait():
            raise subprocess.CalledProcessError(other.returncode, command)
