"""Rows as JSON, without asking each field of a serializer anew for each row.

A serializer of DRF is made for writing: for every value it walks its fields, asks for the attribute in steps and guards against
what cannot happen to a row that was just read. Here its readable fields are gone through once for each class, and what is left
for a row is a handful of calls. What a field of ours does in a way of its own is left to that field.
"""

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date
from operator import attrgetter
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.fields import SkipField
from rest_framework.relations import PKOnlyObject

from dms.api.untyped import AnySerializer
from dms.core.untyped import Facts, Row

STATELESS: frozenset[type[Any]] = frozenset(
    {
        serializers.BigIntegerField,
        serializers.BooleanField,
        serializers.CharField,
        serializers.ChoiceField,
        serializers.DateField,
        serializers.DateTimeField,
        serializers.DecimalField,
        serializers.EmailField,
        serializers.FloatField,
        serializers.IntegerField,
        serializers.JSONField,
        serializers.ListField,
        serializers.TimeField,
        serializers.URLField,
    }
)
"""Fields that make of a value the same whoever asks, wherever they stand: one of each is enough for all requests."""
STATELESS_WORK = frozenset(kind.to_representation for kind in STATELESS)
"""What they do; a field of ours that checks more when it is written (a quantity, a price) still shows its value so."""
AS_IT_IS: dict[Callable[..., object], Callable[[Any], object]] = {
    serializers.CharField.to_representation: str,
    serializers.IntegerField.to_representation: int,
    serializers.DateField.to_representation: date.isoformat,
    serializers.DateTimeField.to_representation: lambda moment: moment.astimezone(
        timezone.get_default_timezone()
    ).isoformat(),
}
"""What these make of a value that was just read from its column."""

Serializer = AnySerializer
Part = Callable[[Any, Any], object]
"""``part(row, serializer)`` → the value in JSON."""


def represented(serializer: Any, rows: Iterable[Any]) -> list[Facts]:
    """What ``serializer(rows, many=True).data`` is; ``serializer`` is one of a single row, with its context."""
    parts = parts_of(type(serializer))
    if parts is None:
        return [serializer.to_representation(row) for row in rows]
    return [_row(row, serializer, parts) for row in rows]


def _row(row: Row, serializer: Any, parts: "tuple[tuple[str, Part], ...]") -> Facts:
    shown = {}
    for name, part in parts:
        try:
            shown[name] = part(row, serializer)
        except SkipField:
            continue
    return shown


PARTS: dict[Any, tuple[tuple[str, Part], ...] | None] = {}


def parts_of(kind: Any) -> tuple[tuple[str, Part], ...] | None:
    """The readable fields of a class of serializers; None when it represents its rows in a way of its own."""
    if kind not in PARTS:
        PARTS[kind] = _parts_of(kind)
    return PARTS[kind]


def _parts_of(kind: Any) -> tuple[tuple[str, Part], ...] | None:
    if kind.to_representation is not serializers.Serializer.to_representation:
        return None
    fields = kind(context={}).fields
    return tuple((name, _part(field)) for name, field in fields.items() if not field.write_only)


def _part(field: Any) -> Part:
    kind = type(field)
    if isinstance(field, serializers.SerializerMethodField):
        method = field.method_name
        return lambda row, serializer: getattr(serializer, method)(row)
    if kind.to_representation in STATELESS_WORK and field.source != "*":
        return _Value(field)
    if kind.to_representation is serializers.PrimaryKeyRelatedField.to_representation and field.pk_field is None:
        return _Key(field)
    if kind.to_representation is serializers.SlugRelatedField.to_representation:
        return _Code(field)
    return _inner(field) or _Left(field)


def _inner(field: Any) -> Part | None:
    """Rows within the row, when their class represents them field by field."""
    if isinstance(field, serializers.ListSerializer):
        return _Rows(field) if parts_of(type(field.child)) is not None else None
    if isinstance(field, serializers.Serializer):
        return _One(field) if parts_of(type(field)) is not None else None
    return None


class _Value:
    """A value that lies at the end of a path, and what its field makes of it."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.get = attrgetter(field.source)
        self.shown = AS_IT_IS.get(type(field).to_representation, field.to_representation)

    def __call__(self, row: Row, _serializer: Any) -> object:
        try:
            value = self.get(row)
        except (AttributeError, KeyError):  # nothing on the way there: the field says what then
            value = self.field.get_attribute(row)
        if callable(value):
            value = value()
        return None if value is None else self.shown(value)


class _Key:
    """The key of another row, without fetching that row."""

    def __init__(self, field: Any) -> None:
        self.field = field
        *way, self.name = field.source_attrs
        self.owner = attrgetter(".".join(way)) if way else None

    def __call__(self, row: Row, _serializer: Any) -> object:
        try:
            value = (self.owner(row) if self.owner else row).serializable_value(self.name)
        except (AttributeError, KeyError):  # nothing on the way there: the field says what then
            value = self.field.get_attribute(row)
        if callable(value):
            value = value()
        return getattr(value, "pk", value)


class _Code:
    """The word by which people know another row: its code, its number."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.get = attrgetter(field.source)
        self.code = attrgetter(field.slug_field.replace("__", "."))

    def __call__(self, row: Row, _serializer: Any) -> object:
        try:
            other = self.get(row)
        except (AttributeError, KeyError):
            other = self.field.get_attribute(row)
        return None if other is None else self.code(other)


class _One:
    """A row that belongs to this one, represented as its own class says."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.kind = type(field)
        self.get = attrgetter(field.source)
        self.parts = parts_of(self.kind) or ()

    def __call__(self, row: Row, serializer: Any) -> object:
        try:
            other = self.get(row)
        except (AttributeError, KeyError):
            other = self.field.get_attribute(row)
        return None if other is None else _row(other, self.kind(context=serializer.context), self.parts)


class _Rows:
    """Several rows that hang on this one, each represented as its own class says."""

    def __init__(self, field: Any) -> None:
        self.kind = type(field.child)
        self.get = attrgetter(field.source)
        self.parts = parts_of(self.kind) or ()

    def __call__(self, row: Row, serializer: Any) -> object:
        rows = self.get(row)
        each = self.kind(context=serializer.context)  # its fields are made when somebody asks for them, and nobody does
        return [_row(one, each, self.parts) for one in (rows.all() if hasattr(rows, "all") else rows)]


class _Left:
    """A field of ours, asked as DRF does."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.has_inner = hasattr(field, "child") or hasattr(field, "child_relation") or hasattr(field, "fields")

    def __call__(self, row: Row, serializer: Any) -> object:
        field = self._at(serializer)
        value = field.get_attribute(row)
        checked = value.pk if isinstance(value, PKOnlyObject) else value
        return None if checked is None else field.to_representation(value)

    def _at(self, serializer: Any) -> Any:
        """The field as it stands in this serializer, which knows who asks."""
        if self.has_inner:  # what lies in it knows its field, and would speak of the first who asked
            return serializer.fields[self.field.field_name]
        field = copy(self.field)
        field.parent = serializer
        return field
