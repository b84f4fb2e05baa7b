"""Document numbers run on without gap or double, however many draw at once and however many documents fail."""

import threading
from datetime import date
from functools import partial

import pytest
from django.db import connection, transaction

from dms.models import NumberCounter, NumberSeries
from dms.records.numbering import next_number
from tests.races import at_once

DAY = date(2026, 11, 21)


@pytest.fixture
def series(db):
    def make(restart: str = "DAY", digits: int = 4) -> NumberSeries:
        return NumberSeries.objects.create(kind="test_order", name="Test", prefix="ZZ", restart=restart, digits=digits)

    return make


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("restart", "number"),
    [("DAY", "ZZ-JJ01-20261121-0001"), ("MONTH", "ZZ-JJ01-202611-0001"), ("YEAR", "ZZ-JJ01-2026-0001")],
)
def test_a_number_names_series_store_and_period(series, store, restart, number):
    series(restart)
    assert next_number("test_order", store, on=DAY) == number


@pytest.mark.django_db
def test_each_store_and_each_period_counts_for_itself(series, store, other_store):
    series("MONTH")
    drawn = [
        next_number("test_order", store, on=DAY),
        next_number("test_order", other_store, on=DAY),
        next_number("test_order", store, on=date(2026, 11, 30)),
        next_number("test_order", store, on=date(2026, 12, 1)),
    ]
    assert drawn == ["ZZ-JJ01-202611-0001", "ZZ-GX01-202611-0001", "ZZ-JJ01-202611-0002", "ZZ-JJ01-202612-0001"]


@pytest.mark.django_db
def test_numbers_run_on_when_their_digits_overflow(series, store):
    found = series(digits=2)
    NumberCounter.objects.create(series=found, store=store, period=DAY, last=99)
    assert next_number("test_order", store, on=DAY).endswith("-100")


@pytest.mark.django_db
def test_a_kind_without_series_is_named(store):
    with pytest.raises(LookupError, match="nothing"):
        next_number("nothing", store)


@pytest.mark.django_db(transaction=True)
def test_a_number_is_not_drawn_outside_a_transaction(series, store):
    series()
    with pytest.raises(transaction.TransactionManagementError):
        next_number("test_order", store)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_connections_with_failing_documents_leave_no_gap(series, store):
    series()
    kept: list[str] = []

    def write_documents(clerk: int) -> None:
        for document in range(12):
            with transaction.atomic():
                number = next_number("test_order", store, on=DAY)
                failed = (clerk + document) % 3 == 0
                transaction.set_rollback(failed)
            if not failed:
                kept.append(number)

    at_once(*(partial(write_documents, clerk) for clerk in range(8)))
    assert sorted(kept) == [f"ZZ-JJ01-20261121-{number:04}" for number in range(1, len(kept) + 1)]
    assert len(kept) == 64


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_row_lock_the_same_race_gives_doubles(series, store):
    """The control: reading the counter and writing it back, as one would without the lock, fails in this race."""
    NumberCounter.objects.create(series=series(), store=store, period=DAY)
    both_have_read, kept = threading.Barrier(2), []

    def write_document() -> None:
        with transaction.atomic():
            counter = NumberCounter.objects.get(store=store)
            both_have_read.wait(10)
            counter.last += 1
            counter.save()
        kept.append(counter.last)

    at_once(write_document, write_document)
    assert kept == [1, 1]
    connection.ensure_connection()
