"""A day is closed in the evening, once; what acts change of it afterwards is a line of its own."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

from django.db import connection, transaction
from django.db.models import Max, Min, Sum

from dms.formats.days import add_months, day_of
from dms.models import Event, Store
from reports.daily import by_store
from reports.kinds import BY_KEY, BY_MODEL, KINDS, Days
from reports.models import DailyFact, LateChange

AFTER_MIDNIGHT = timedelta(minutes=30)
"""So long after the day: whatever was begun before midnight has been committed or given up by then."""

LOOKED_BACK = 400
"""So many days are closed afterwards, where nothing was closed yet: a year, and the month before it."""

Values = dict[tuple[int, str], tuple[Decimal, Decimal | None]]
"""(store, figure) → of the day, of the month."""


def close_due(now: datetime) -> int:
    """Every day that is over is closed, the oldest first, each in a transaction of its own. Returns how many were."""
    last, closed = day_of(now - AFTER_MIDNIGHT) - timedelta(days=1), 0
    day = _next_to_close(last)
    while day <= last and close_day(day, now):
        day, closed = day + timedelta(days=1), closed + 1
    return closed


def _next_to_close(last: date) -> date:
    """The day after the last that is closed: between closed days there is none that is open."""
    closed: date | None = DailyFact.objects.aggregate(day=Max("day"))["day"]
    if closed is not None:
        return closed + timedelta(days=1)
    began: datetime | None = Event.objects.aggregate(at=Min("at"))["at"]
    # From the first of a month: the first month is then whole, too.
    return max(last - timedelta(days=LOOKED_BACK), day_of(began) if began else last).replace(day=1)


@transaction.atomic
def close_day(day: date, now: datetime) -> bool:
    """The figures of the day are written down for every store as they are now. False, when another worker is at it, or was."""
    # In this order: a worker that closed the day has committed it before it let go of the lock.
    if not _alone() or DailyFact.objects.filter(day=day).exists():
        return False
    stores = list(Store.objects.order_by("pk").values_list("pk", flat=True))
    # Stores without a figure get their line of nothing: a day is whole, or it counts as open.
    lines = (
        DailyFact(store_id=store, day=day, key=key, value=value, month=month)
        for (store, key), (value, month) in _values(day, now, stores).items()
    )
    DailyFact.objects.bulk_create(lines, batch_size=1000)
    return True


def _alone() -> bool:
    """Nobody closes or corrects meanwhile, and no act is under way that changes a day gone by (late_change.sql)."""
    with connection.cursor() as cursor:
        # Tried, not waited for: the next beat does what this one leaves, and waiting beats fill the workers.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('reports.daily_facts', 0))")
        return bool(cursor.fetchone()[0])


# --- corrections --------------------------------------------------------------------------------------------------------
@transaction.atomic
def correct_days(now: datetime) -> int:
    """Closed days that acts have changed since are counted anew; each figure that differs gets a line. Returns how many did."""
    if not _alone():
        return 0
    # Only what is held here is deleted below: a note that comes while we count is for the next round.
    notes = LateChange.objects.lock_all()
    of_store: dict[int, list[date]] = defaultdict(list)
    for note in notes:
        of_store[note.store_id].append(note.day)
    written = sum(_correct(store, min(days), max(days), now) for store, days in of_store.items())
    LateChange.objects.filter(pk__in=[note.pk for note in notes]).delete()
    return written


def _correct(store: int, first: date, last: date, now: datetime) -> int:
    """From the first day on: months reach to their end, balances to yesterday, and end earlier where nothing differs any more."""
    open_again, written = _next_to_close(first), 0
    whole_months = add_months(last.replace(day=1), 1)
    for day in (first + timedelta(days=step) for step in range((open_again - first).days)):
        lines = list(_corrections(day, now, store))
        # Within the month its sums may differ later on; after it only balances can, and these did not.
        if not lines and day >= whole_months:
            break
        DailyFact.objects.bulk_create(lines)
        written += len(lines)
    return written


def _corrections(day: date, now: datetime, store: int) -> Iterator[DailyFact]:
    lines = DailyFact.objects.filter(day=day, store=store).order_by().values_list("key")
    sums = lines.annotate(day=Sum("value"), month=Sum("month"), line=Max("line"))
    known = {key: (value, month or 0, line) for key, value, month, line in sums}
    for (of, key), (value, month) in _values(day, now, [store]).items():
        known_value, known_month, line = known.get(key, (Decimal(0), Decimal(0), 0))
        more, month_more = value - known_value, None if month is None else month - known_month
        # What was seen once is what it was: its rows have been worked on since.
        if not BY_KEY[key].seen_once and (more or month_more):
            yield DailyFact(store_id=of, day=day, key=key, line=line + 1, value=more, month=month_more)


# --- figures of all stores ----------------------------------------------------------------------------------------------
def _values(day: date, now: datetime, stores: list[int]) -> Values:
    """Every figure of that day for each of these stores: a query for each model, whatever the number of stores."""
    days, before = Days(day, now), _day_before(day, stores)
    values: Values = {}
    for _model, kinds in BY_MODEL:
        sums = {row["of"]: row for row in by_store(kinds, days, stores, since=bool(before))}
        for store, kind in product(stores, kinds):
            of_day, month = (sums.get(store, {}).get(f"{kind.key}_{span}") for span in ("day", "month"))
            # A balance goes on from yesterday's: counted from its beginning it would read all rows.
            carried = before.get((store, kind.key), Decimal(0)) if kind.balance else Decimal(0)
            has_month = kind.conditions(days)[1] is not None
            values[store, kind.key] = carried + Decimal(of_day or 0), Decimal(month or 0) if has_month else None
    return values


def _day_before(day: date, stores: list[int]) -> dict[tuple[int, str], Decimal]:
    """The balances of the evening before, as they are known now; none, when that day is not closed."""
    keys = [kind.key for kind in KINDS if kind.balance]
    facts = DailyFact.objects.filter(day=day - timedelta(days=1), store__in=stores, key__in=keys)
    sums = facts.order_by().values("store_id", "key").annotate(sum=Sum("value"))
    return {(row["store_id"], row["key"]): row["sum"] for row in sums}
