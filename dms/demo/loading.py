"""Load the whole demo group: every step of every app and all their stories in one transaction, then send and run what waits.

Killed anywhere, nothing of it is there, and the next start begins afresh.
"""

from collections.abc import Collection
from datetime import datetime
from time import monotonic

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.module_loading import autodiscover_modules

from dms import demo
from dms.demo import base, traffic
from dms.demo.stage import DAYS, Stage
from dms.models import Store

__all__ = ["base", "is_empty", "load", "traffic"]

LOCK = 20_261_121
"""Number of the advisory lock: two loaders come one after the other."""


def is_empty() -> bool:
    return not Store.objects.exists()


def wanted(*, business: bool) -> list[tuple[str, demo.Step]]:
    """The steps in their order; without business those of the lowest app: stores, people and what moves between them."""
    return [(name, run) for name, run in demo.steps if business or run.__module__.startswith("dms.")]


def load(
    *, business: bool = True, days: int = DAYS, stores: Collection[str] = (), now: datetime | None = None
) -> list[tuple[str, float]]:
    """Add what is missing; returns the steps with their seconds. Loading again adds nothing.

    :param days: how many days of business, up to now.
    :param stores: codes of the stores that are in business; all of them when left out.
    """
    autodiscover_modules("demo")
    stage, taken = Stage(now or timezone.now(), days, stores), []
    with translation.override("zh-hans"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            for name, run in wanted(business=business):
                start = monotonic()
                run(stage)
                taken.append((name, monotonic() - start))
            start = monotonic()
            stage.play()
            cursor.execute("ANALYZE")
            taken.append(("business", monotonic() - start))
        start = monotonic()
        traffic.deliver()
        taken.append(("delivery", monotonic() - start))
    return taken
