"""Document numbers without gaps: ``WO-JJ01-20261121-0007``.

The counter's row is locked from the moment a number is drawn until the document's transaction ends. Others who need a
number of the same series, store and period wait; when the document is rolled back, its number is given to the next.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from dms.models import NumberCounter, NumberSeries

if TYPE_CHECKING:
    from dms.models import Store

DRAW = f"""
INSERT INTO {NumberCounter._meta.db_table} AS counter (series_id, store_id, period, last)
VALUES (%(series)s, %(store)s, %(period)s, %(count)s)
ON CONFLICT (series_id, store_id, period) DO UPDATE SET last = counter.last + %(count)s
RETURNING last
"""  # noqa: S608, SLF001 # our own table's name


def next_number(kind: str, store: "Store", *, on: date | None = None) -> str:
    """Draw the next number of a kind of document in the transaction that creates it (late in it: others wait).

    :raises LookupError: when no series of this kind is configured.
    :raises TransactionManagementError: outside a transaction, where a lost document would leave a gap.
    """
    return next_numbers(kind, store, 1, on=on)[0]


def next_numbers(kind: str, store: "Store", count: int, *, on: date | None = None) -> list[str]:
    """Draw several numbers in a row, for documents that are made together; as :func:`next_number` otherwise."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a number is drawn inside the transaction of its document")
    series = NumberSeries.objects.filter(kind=kind).first()
    if series is None:
        raise LookupError(f"no number series is configured for {kind!r}")
    day = on or timezone.localdate()
    period, stamp = period_of(series, day)
    with connection.cursor() as cursor:
        cursor.execute(DRAW, {"series": series.pk, "store": store.pk, "period": period, "count": count})
        last = cursor.fetchone()[0]
    drawn = range(last - count + 1, last + 1)
    return [f"{series.prefix}-{store.code}-{stamp}-{number:0{series.digits}}" for number in drawn]


def period_of(series: NumberSeries, day: date) -> tuple[date, str]:
    """The first day of the period in which numbers run on, and how the period is written."""
    if series.restart == NumberSeries.Restart.YEAR:
        return day.replace(month=1, day=1), f"{day:%Y}"
    if series.restart == NumberSeries.Restart.MONTH:
        return day.replace(day=1), f"{day:%Y%m}"
    return day, f"{day:%Y%m%d}"
