"""Rows as JSON, without asking each field of a serializer anew for each row.

A serializer of DRF is made for writing: for every value it walks its fields, asks for the attribute in steps and guards against
what cannot happen to a row that was just read. Here its readable fields are gone through once for each class, and what is left
for a row is a handful of calls. What a field of ours does in a way of its own is left to that field.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.fields import SkipField
from rest_framework.relations import PKOnlyObject

from dms.api.untyped import AnySerializer
from dms.core.untyped import Facts, Row

STATELESS = frozenset(
    {
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
AS_IT_IS: dict[type[Any], Callable[[Any], object]] = {
    serializers.CharField: str,
    serializers.IntegerField: int,
    serializers.DateField: date.isoformat,
    serializers.DateTimeField: lambda moment: moment.astimezone(timezone.get_default_timezone()).isoformat(),
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
    if isinstance(field, serializers.SerializerMethodField):
        method = field.method_name
        return lambda row, serializer: getattr(serializer, method)(row)
    if type(field) in STATELESS and field.source != "*":
        return _Value(field)
    if isinstance(field, serializers.ListSerializer) and _is_static(type(field.child)):
        return _Rows(field)
    return _Left(field.field_name)


def _is_static(kind: type[Any]) -> bool:
    parts = parts_of(kind)
    return parts is not None and all(isinstance(part, _Value | _Rows) for _name, part in parts)


class _Value:
    """A value that lies at the end of a path, and what its field makes of it."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.get = attrgetter(field.source)
        self.shown = AS_IT_IS.get(type(field), field.to_representation)

    def __call__(self, row: Row, _serializer: Any) -> object:
        try:
            value = self.get(row)
        except (AttributeError, KeyError):  # nothing on the way there: the field says what then
            value = self.field.get_attribute(row)
        if callable(value):
            value = value()
        return None if value is None else self.shown(value)


class _Rows:
    """Several rows of a kind that is represented the same for everybody."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.get = attrgetter(field.source)
        self.parts = parts_of(type(field.child)) or ()

    def __call__(self, row: Row, _serializer: Any) -> object:
        rows = self.get(row)
        return [_row(each, None, self.parts) for each in (rows.all() if hasattr(rows, "all") else rows)]


@dataclass(frozen=True)
class _Left:
    """A field of ours, asked as DRF does."""

    name: str

    def __call__(self, row: Row, serializer: Any) -> object:
        field = serializer.fields[self.name]
        value = field.get_attribute(row)
        checked = value.pk if isinstance(value, PKOnlyObject) else value
        return None if checked is None else field.to_representation(value)
