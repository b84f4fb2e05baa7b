"""Queries written once: the ORM puts a query together once for each thread, afterwards only values are bound into it.

    LISTED = ReadRows(lambda: with_facts(Customer.objects.all()))
    customers = LISTED.by_keys(keys)

Django works out the SQL of a queryset anew for every request: for a list with its joins and subqueries that costs ten times
what Postgres needs to answer it. A :class:`Read` keeps the SQL, and the way back from columns to rows. What differs from one
request to the next (whose rows, which page, which filters) is a value: a :class:`Bound` in the queryset, or the keys, which a
small query finds first. To be used where the bench shows that it pays; everything else is a queryset as ever.

What is not a value is kept as it was when the query was put together: no language, no time of day and no person belongs into it.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Expression,
    F,
    Field,
    Func,
    Model,
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.sql.compiler import SQLCompiler

from dms.core import replica
from dms.core.scope import Viewer

M = TypeVar("M", bound=Model)
R = TypeVar("R")


class Bound(Expression):
    """A value that is said when the query is asked: ``filter(day__gte=Bound("since", DateField()))``."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        # With its type, which Postgres cannot tell of a bare parameter.
        return f"%s::{self.output_field.db_type(connection)}", [self]

    def get_group_by_cols(self) -> list[Any]:
        return []


class Among(Bound):
    """An array that stands on the right of ``__in``: ``filter(store__in=Among("stores", KEYS))``."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        sql, parameters = super().as_sql(compiler, connection)
        return f"(SELECT unnest({sql}))", parameters


class IsOneOf(Func):
    """``IsOneOf(F("pk"), Bound("keys", KEYS))``: one of the values of an array, however many they are."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


KEYS: ArrayField[Any, Any] = ArrayField(BigIntegerField())


class Read(Generic[R]):
    """The rows of a queryset, whose SQL is worked out once a thread. ``rows`` makes the queryset, with its ``Bound`` values."""

    def __init__(self, rows: Callable[[], QuerySet[Any, R]]) -> None:
        self._rows = rows
        # A compiler belongs to a connection, and each thread has its own.
        self._kept = threading.local()

    def fetch(self, **values: object) -> list[R]:
        """The rows for these values."""
        queries: dict[str, _Query[R]] = self._kept.__dict__
        # Asked each time: the same query goes to the standby now, and in a transaction to the primary.
        alias = replica.reading_from()
        if alias not in queries:
            queries[alias] = _Query(self._rows().using(alias))
        return queries[alias].fetch(values)


class ReadRows(Generic[M]):
    """The rows of a model by their keys, with all that is fetched along with them."""

    def __init__(self, rows: Callable[[], QuerySet[M]]) -> None:
        self._read: Read[M] = Read(lambda: rows().filter(IsOneOf(F("pk"), Bound("keys", KEYS))).order_by())

    def by_keys(self, keys: Iterable[int]) -> list[M]:
        """The rows in the order of the keys; a key without a row is left out."""
        wanted = list(keys)
        if not wanted:
            return []
        there = {row.pk: row for row in self._read.fetch(keys=wanted)}
        return [there[key] for key in wanted if key in there]


class ReadVisible(Generic[M]):
    """The rows of a model that a person may see, by their keys. ``rows(viewer)`` starts from ``visible_to(viewer)``."""

    def __init__(self, rows: Callable[[Any], QuerySet[M]]) -> None:
        self._all = ReadRows(lambda: rows(SeesAll()))
        self._some: Read[M] = Read(lambda: rows(SeesSome()).filter(IsOneOf(F("pk"), Bound("keys", KEYS))).order_by())

    def get(self, viewer: Viewer, key: int) -> M | None:
        """The row, or None when there is none for this person."""
        if viewer.sees_all_stores:
            return next(iter(self._all.by_keys([key])), None)
        return next(iter(self._some.fetch(keys=[key], stores=list(viewer.store_ids))), None)


class Somebody(Bound):
    """Whoever looks, while a query is put together: their stores and key are values, their rights and roles part of the query."""

    store_ids = Among("stores", KEYS)

    def __init__(self, rights: frozenset[str], *, sees_all_stores: bool, role_codes: Sequence[str] = ()) -> None:
        super().__init__("viewer", BigIntegerField())
        self.rights, self.sees_all_stores, self.role_codes = rights, sees_all_stores, role_codes

    @property
    def pk(self) -> Bound:
        return self

    def has_perm(self, right: str) -> bool:
        return right in self.rights


STORE = Bound("store", BigIntegerField())
"""The store that is chosen, for ``of_store``."""


class SeesAll:
    """Whoever sees every store, while a query is put together."""

    pk: object = None
    sees_all_stores = True
    store_ids: Any = ()

    def has_perm(self, right: str) -> bool:
        """Of a query that asks for rights there are more than two: it cannot be kept."""
        raise TypeError(right)


class SeesSome(SeesAll):
    """Whoever sees the stores that are said when the query is asked."""

    sees_all_stores = False
    store_ids = Among("stores", KEYS)


class _Query(Generic[R]):
    """One queryset with its SQL, as one thread asks it over its connection."""

    def __init__(self, rows: QuerySet[Any, R]) -> None:
        self.rows = rows
        internals: Any = rows  # Django has no public names for these two
        self.prefetched: Sequence[Any] = internals._prefetch_related_lookups  # noqa: SLF001
        self.iterable: Callable[[Any], Iterable[R]] = internals._iterable_class  # noqa: SLF001
        self.compiler = rows.query.get_compiler(rows.db)
        try:
            self.sql, self.parameters = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.parameters = "", ()
            return
        converters = self.compiler.get_converters([column[0] for column in self.compiler.select or ()])
        self.compiler.get_converters = lambda _columns: converters
        internals.query.get_compiler = lambda *_alias, **_options: self.compiler

    def fetch(self, values: Mapping[str, object]) -> list[R]:
        if not self.sql:
            return []
        # a thread may be given another connection than the one the query was put together with
        self.compiler.connection = connections[self.rows.db]
        bound = tuple(values[each.name] if isinstance(each, Bound) else each for each in self.parameters)
        self.compiler.as_sql = lambda *_options, **_more: (self.sql, bound)
        rows: list[R] = list(self.iterable(self.rows))
        if self.prefetched:
            prefetch_related_objects(cast("list[Any]", rows), *self.prefetched)
        return rows
