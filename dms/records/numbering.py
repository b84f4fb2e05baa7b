"""Document numbers without gaps: ``WO-JJ01-20261121-0007``.

The counter's row is locked from the moment a number is drawn until the document's transaction ends. Others who need a
number of the same series, store and period wait; when the document is rolled back, its number is given to the next.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from dms.models import NumberSeries

if TYPE_CHECKING:
    from dms.models import Store

DRAW = """
WITH series AS (SELECT id, prefix, digits, restart FROM dms_numberseries WHERE kind = %(kind)s)
INSERT INTO dms_numbercounter AS counter (series_id, store_id, period, last)
SELECT id, %(store)s, date_trunc(restart, %(day)s::timestamp)::date, %(count)s FROM series
ON CONFLICT (series_id, store_id, period) DO UPDATE SET last = counter.last + excluded.last
RETURNING
    last, (SELECT prefix FROM series), (SELECT digits FROM series), (SELECT restart FROM series)
"""
"""How numbers look and restart is read with the number: what the configuration says now counts for the next document."""
STAMPS = {
    NumberSeries.Restart.DAY: "%Y%m%d",
    NumberSeries.Restart.MONTH: "%Y%m",
    NumberSeries.Restart.YEAR: "%Y",
}
"""How the period is written in which numbers run on."""


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
    day = on or timezone.localdate()
    with connection.cursor() as cursor:
        # One statement counts on and locks: read first and written then, two papers would get one number.
        cursor.execute(DRAW, {"kind": kind, "store": store.pk, "day": day, "count": count})
        drawn = cursor.fetchone()
    if drawn is None:
        raise LookupError(f"no number series is configured for {kind!r}")
    last, prefix, digits, restart = drawn
    stamp = day.strftime(STAMPS[restart])
    return [f"{prefix}-{store.code}-{stamp}-{number:0{digits}}" for number in range(last - count + 1, last + 1)]
