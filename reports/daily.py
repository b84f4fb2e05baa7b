"""A day in figures, and the month beside it: a closed day as it was that evening; today, the closed days and what came since.

Where a day of the month is not closed yet, or an act has changed a closed one that is not corrected yet, the rows are counted.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, F, Max, Min, Model, Q, QuerySet, Sum, Value
from django.utils import timezone

from dms.core.reads import Bound
from dms.core.scope import scoped_rows
from dms.core.untyped import Facts, ValueRows
from dms.models import Store, User
from dms.navigation.asks import Ask, Asking, ReadsOfDay, united
from dms.navigation.figures import summed
from reports.kinds import BY_MODEL, KINDS, Days, Figure, Kind, Today
from reports.models import DailyFact, ExactField, LateChange

READS = ReadsOfDay()
FIRST, LAST, DAY, MONTH = (Bound(name, DateField()) for name in ("first", "last", "day", "month"))
LATE = "late"
"""In place of a figure: rows of closed days were changed, and are not corrected yet."""


def figures(user: User, store: Store | None, days: Days) -> list[Figure]:
    """Every figure of the day that this person may know."""
    asking = Asking(user, store, days.now)
    today = timezone.localdate(days.now)
    known = _closed(asking, days.day) if days.day < today else _today(asking, today)
    return [figure for figure in known or counted(user, store, days) if figure.kind.is_for(user)]


# --- a closed day -------------------------------------------------------------------------------------------------------
def _closed(asking: Asking, day: date) -> list[Figure]:
    """The figures as they were that evening; none, when the day was not closed."""
    facts = {row["key"]: row for row in READS.fetch("closed", _facts_of_day, asking, day=day)}
    # A kind that a newer version brought has no line on that day: then all are counted from the rows.
    if not all(kind.key in facts for kind in KINDS):
        return []
    return [_as_that_evening(kind, facts[kind.key]) for kind in KINDS]


def _facts_of_day(ask: Ask) -> ValueRows:
    that_evening = Q(line=0)
    rows: ValueRows = ask.of(DailyFact.objects.filter(day=DAY)).order_by().values("key")
    facts: ValueRows = rows.annotate(
        evening=Sum("value", filter=that_evening),
        evening_month=Sum("month", filter=that_evening),
        since=Sum("value"),
        month_since=Sum("month"),
    )
    return facts


def _as_that_evening(kind: Kind, fact: Facts) -> Figure:
    day, month = fact["evening"] or Decimal(0), fact["evening_month"]
    since, month_since = fact["since"], fact["month_since"]
    return Figure(
        kind,
        day,
        month,
        since if since != day else None,
        month_since if month_since != month else None,
        closed=True,
    )


# --- today --------------------------------------------------------------------------------------------------------------
def _today(asking: Asking, today: date) -> list[Figure]:
    """The closed days of the month and what came today; nothing, when that is not the whole truth."""
    yesterday, first = today - timedelta(days=1), today.replace(day=1)
    # On the first of a month yesterday is of the month before, and balances go on from it.
    since = min(first, yesterday)
    rows = READS.fetch("month", _facts_of_month, asking, first=since, last=yesterday, month=first)
    facts = {row["key"]: row for row in rows if row["since"] is not None}
    # A gap at either end is a day that the evening round has not closed: then the sum would lack it.
    whole = all((row["since"], row["until"]) == (since, yesterday) for row in facts.values())
    if LATE in facts or not whole or not all(kind.key in facts for kind in KINDS if _kept(kind)):
        return []
    values: Facts = {}
    for sums in READS.fetch("today", _sums_of_today, asking):
        values |= sums
    return [_so_far(kind, values, facts) for kind in KINDS]


def _kept(kind: Kind) -> bool:
    return kind.by_day or kind.balance


def _facts_of_month(ask: Ask) -> ValueRows:
    kept = [kind.key for kind in KINDS if _kept(kind)]
    facts: ValueRows = ask.of(DailyFact.objects.filter(day__gte=FIRST, day__lte=LAST, key__in=kept)).order_by()
    # Asked in one statement with the facts: a change noted between two reads would be missed.
    late: ValueRows = ask.of(LateChange.objects.all()).order_by()
    # A union wants a type for each column, and a bare NULL is text to Postgres.
    nothing = Value(None, ExactField())
    return united(
        [
            facts.values("key").annotate(
                month=Sum("value", filter=Q(day__gte=MONTH)),
                last=Sum("value", filter=Q(day=LAST)),
                since=Min("day"),
                until=Max("day"),
            ),
            late.values(key=Value(LATE)).annotate(month=nothing, last=nothing, since=Min("day"), until=Max("day")),
        ]
    )


def _sums_of_today(ask: Ask) -> ValueRows:
    days = Today(ask.today, ask.now)
    return united(
        [
            summed(rows.filter(any_of), **sums).values_list("figures", flat=True)
            for model, kinds in BY_MODEL
            for rows in [_prepared(kinds[0], ask.of(scoped_rows(model)), days)]
            for any_of, sums in [_sums(_of_today(kinds, days))]
        ]
    )


def _of_today(kinds: list[Kind], days: Days) -> Iterator[tuple[str, Kind, Q]]:
    """What the closed days do not know: the day, and months that are no sum of days."""
    for kind in kinds:
        day, month = kind.conditions(days)
        yield f"{kind.key}_day", kind, days.within(kind.when)[0] if kind.balance else day
        if month is not None and not kind.by_day:
            yield f"{kind.key}_month", kind, month


def _so_far(kind: Kind, values: Facts, facts: Mapping[str, Facts]) -> Figure:
    day = Decimal(values[f"{kind.key}_day"] or 0)
    if kind.balance:
        return Figure(kind, day + (facts[kind.key]["last"] or 0), None)
    if kind.by_day:
        return Figure(kind, day, day + (facts[kind.key]["month"] or 0))
    name = f"{kind.key}_month"
    return Figure(kind, day, Decimal(values[name] or 0) if name in values else None)


# --- counted from the rows ----------------------------------------------------------------------------------------------
def rows_of(kind: Kind, user: User, store: Store | None, days: Days, *, month: bool = False) -> QuerySet[Model]:
    """The rows behind a figure, newest first."""
    day, of_month = kind.conditions(days)
    condition = of_month if month and of_month is not None else day
    return _visible(kind, user, store, days).filter(condition).order_by(f"-{kind.when}", "-pk")


def counted(user: User, store: Store | None, days: Days) -> list[Figure]:
    """Every figure of the day from its rows, a query for each model."""
    values: Facts = {}
    for _model, kinds in BY_MODEL:
        any_of, sums = _sums(asked(kinds, days))
        rows = _visible(kinds[0], user, store, days).order_by().filter(any_of)
        if kinds[0].prepared is not None:
            rows = rows[:ALL]
        values |= rows.aggregate(**sums)
    return [
        Figure(kind, Decimal(values[f"{kind.key}_day"] or 0), _decimal(values.get(f"{kind.key}_month"), kind, days))
        for kind in KINDS
    ]


ALL = 1_000_000_000
"""A limit that never bites: what was prepared is worked out once for each row, and not once for each figure."""


def by_store(kinds: list[Kind], days: Days, stores: list[int], *, since: bool) -> ValueRows:
    """The same sums for each of these stores, which stands in ``of``; of a balance only what came that day (``since``)."""
    any_of, sums = _sums(asked(kinds, days, since=since))
    rows = scoped_rows(kinds[0].model)
    path: str = getattr(rows, "store_path", "store")
    of_stores = _prepared(kinds[0], rows.filter(any_of, **{f"{path}__in": stores}), days).order_by().values(of=F(path))
    sums_of_stores: ValueRows = of_stores.annotate(**sums)
    return sums_of_stores


def asked(kinds: list[Kind], days: Days, *, since: bool = False) -> Iterator[tuple[str, Kind, Q]]:
    """Name, kind and condition of each sum; a balance from its beginning, or only what came that day."""
    for kind in kinds:
        day, month = kind.conditions(days)
        yield f"{kind.key}_day", kind, days.within(kind.when)[0] if kind.balance and since else day
        if month is not None:
            yield f"{kind.key}_month", kind, month


def _sums(parts: Iterator[tuple[str, Kind, Q]]) -> tuple[Q, dict[str, Any]]:
    any_of, sums = Q(), {}
    whole: set[str] = set()
    for name, kind, condition in parts:
        span = name.removeprefix(kind.key)
        whole |= set() if kind.part else {span}
        # Rows that a kind before it asks for need not be asked for again.
        if not kind.part or span not in whole:
            any_of |= condition
        sums[name] = Sum(kind.summed, filter=condition) if kind.summed is not None else Count("pk", filter=condition)
    return any_of, sums


def _visible(kind: Kind, user: User, store: Store | None, days: Days) -> QuerySet[Model]:
    return _prepared(kind, scoped_rows(kind.model).counted_for(user, store), days)


def _prepared(kind: Kind, rows: QuerySet[Model], days: Days) -> QuerySet[Model]:
    return rows if kind.prepared is None else kind.prepared(rows, days)


def _decimal(value: Decimal | int | None, kind: Kind, days: Days) -> Decimal | None:
    return None if kind.conditions(days)[1] is None else Decimal(value or 0)
