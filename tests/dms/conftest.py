"""A job that counts, step by step: each must happen once."""

from datetime import date

import pytest

from dms.background import jobs
from dms.models import Job, NumberCounter, NumberSeries
from tests.dms import stack_jobs  # noqa: F401 # registers the jobs of the tests


@pytest.fixture
def counter(store):
    series = NumberSeries.objects.create(kind="test", name="Test", prefix="ZZZZ")
    return NumberCounter.objects.create(series=series, store=store, period=date(2026, 1, 1))


@pytest.fixture
def count(cast, counter):
    """A waiting job of so many steps."""

    def make(steps: int, pause: float = 0) -> Job:
        return jobs.request(
            "count_up", by=cast.sales_manager, params={"steps": steps, "counter": counter.pk, "pause": pause}
        )

    return make
