"""The body of an act's verb, drawn from the form of the act: what may be typed is said once.

Rows go by what names them on the wire: reasons and stores by code, the rest by id, of those that the caller sees.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from rest_framework import serializers

from dms.api.fields import CodeField, Named, PersonField, PictureField, StoreField
from dms.core.acts import AnyForm
from dms.core.untyped import AnyRows, Option
from dms.models import Reason, Store, User
from dms.web.forms import GroupStoreField

Field = serializers.Field[Any, Any, Any, Any]


class VisibleField(Named, serializers.PrimaryKeyRelatedField[Model]):
    """A row by id, of those the caller sees."""

    def get_queryset(self) -> QuerySet[Model]:
        rows: AnyRows = super().get_queryset()
        visible: QuerySet[Model] = rows.visible_to(self.context["request"].user)
        return visible


def row_field(field: forms.ModelChoiceField[Model], **options: Option) -> Field:
    rows = field.queryset
    assert rows is not None
    options["allow_null"] = not field.required
    if rows.model is Reason:
        return CodeField(queryset=rows, **options)
    if isinstance(field, GroupStoreField):
        return CodeField(queryset=rows, **options)
    if rows.model is Store:
        return StoreField(**options)
    if rows.model is User:
        return PersonField(**options)
    return VisibleField(queryset=rows, **options)


def decimal_field(field: forms.DecimalField, **options: Option) -> Field:
    least = field.min_value() if callable(field.min_value) else field.min_value
    return serializers.DecimalField(
        max_digits=field.max_digits, decimal_places=field.decimal_places, min_value=least, **options
    )


def text_field(field: forms.CharField, **options: Option) -> Field:
    return serializers.CharField(max_length=field.max_length, allow_blank=not field.required, **options)


KINDS: Mapping[type[forms.Field], Callable[..., Field]] = {
    forms.ModelChoiceField: row_field,
    forms.ChoiceField: lambda field, **options: serializers.ChoiceField(choices=field.choices, **options),
    forms.DecimalField: decimal_field,
    forms.IntegerField: lambda field, **options: serializers.IntegerField(
        min_value=field.min_value, max_value=field.max_value, **options
    ),
    forms.DateTimeField: lambda field, **options: serializers.DateTimeField(allow_null=not field.required, **options),
    forms.DateField: lambda field, **options: serializers.DateField(allow_null=not field.required, **options),
    forms.BooleanField: lambda _field, **options: serializers.BooleanField(**options),
    forms.FileField: lambda _field, **options: PictureField(**options),
    forms.CharField: text_field,
}
"""Kind of form field → how it is sent; a field is of the first kind that it is."""


def field_of(field: forms.Field) -> Field:
    """As it is sent. With what the form begins, the action begins as well: that need not be sent."""
    make = next((make for kind, make in KINDS.items() if isinstance(field, kind)), None)
    if make is None:
        raise TypeError(f"{type(field).__name__} cannot be sent yet: add it to KINDS, or give the verb a serializer.")
    return make(field, required=field.required and field.initial is None)


NAMED: dict[str, type[AnyForm]] = {}
"""The form after which each component is called."""


@cache
def body_of(form: type[AnyForm]) -> type[serializers.Serializer[object]]:
    """``CancelForm`` → ``CancelSerializer``, with the form's sentence as its own."""
    fields = {name: field_of(field) for name, field in form.base_fields.items()}
    name = form.__name__.removesuffix("Form") + "Serializer"
    if NAMED.setdefault(name, form) is not form:
        # forms of two apps may be called alike: then the component of the document is named by the app too
        name = form.__module__.partition(".")[0].title() + name
    return type(name, (serializers.Serializer,), {"__doc__": form.__doc__, "__module__": form.__module__, **fields})
