"""What rows are made of on the wire: people, stores, phones, and the constraints of the model as field errors."""

from collections.abc import Iterable, Mapping
from copy import copy
from decimal import Decimal
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, TimeField
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dms.core.untyped import Facts, Option
from dms.models import Attachment, Brand, Store, User

NOT_ON_FILE = _("“%(text)s” is not on file here. Check what was given.")


def shadowing(field: serializers.Field[Any, Any, Any, Any]) -> Option:
    """The same field, under a name that DRF's own ``Field`` has too (``label``, ``source``, ``parent``).

    The wire speaks the model's words. DRF takes declared fields off the class before it looks for its own, so that
    neither hides the other; the type checker cannot know.
    """
    return field


class Named:
    """A field that names a row: what names none is said in the trade's words, not in the framework's."""

    def fail(self, key: str, **facts: object) -> NoReturn:
        if key != "does_not_exist":
            super().fail(key, **facts)  # type: ignore[misc] # the field this stands before
        text = facts.get("value", facts.get("pk_value", ""))
        raise serializers.ValidationError(NOT_ON_FILE % {"text": text}, code=key)


class CodeField(Named, serializers.SlugRelatedField[Any]):
    """A row by the word that people know it by: its code, or its number."""

    def __init__(self, slug_field: str = "code", **kwargs: Option) -> None:
        super().__init__(slug_field, **kwargs)


class StoreField(CodeField):
    """A store by its code. Only stores that the caller sees can be written."""

    def __init__(self, **kwargs: Option) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Store.objects.all())
        super().__init__(**kwargs)

    def get_queryset(self) -> QuerySet[Store]:
        rows = Store.objects
        user = self.context["request"].user
        return rows.visible_to(user) if isinstance(user, User) else rows.none()


class BrandField(CodeField):
    """A make by its code."""

    def __init__(self, **kwargs: Option) -> None:
        super().__init__(queryset=Brand.objects.all(), **kwargs)


class PersonField(Named, serializers.PrimaryKeyRelatedField[User]):
    """A colleague by id. Only colleagues that the caller sees can be written."""

    def __init__(self, **kwargs: Option) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", User.objects.all())
        super().__init__(**kwargs)

    def get_queryset(self) -> QuerySet[User]:
        user = self.context["request"].user
        return User.objects.visible_to(user) if isinstance(user, User) else User.objects.none()


class PictureField(Named, serializers.PrimaryKeyRelatedField[Attachment]):
    """A picture by its id, brought before by the caller: a signature drawn elsewhere, a photo."""

    def __init__(self, **kwargs: Option) -> None:
        super().__init__(**{"queryset": Attachment.objects.all(), "required": False, "allow_null": True, **kwargs})

    def get_queryset(self) -> QuerySet[Attachment]:
        user = self.context["request"].user
        # One's own alone: by its number nobody puts another person's file on a document.
        own = Attachment.objects.filter(uploaded_by=user if isinstance(user, User) else None)
        return own.filter(content_type__startswith="image/")


class SecretAmountField(serializers.DecimalField):
    """An amount for those with the right; null for the rest."""

    def __init__(self, right: str, **kwargs: Option) -> None:
        self.right = right
        super().__init__(**{"max_digits": 14, "decimal_places": 4, "read_only": True, "allow_null": True, **kwargs})

    def to_representation(self, value: Decimal) -> str | None:  # type: ignore[override] # nothing is an answer, too
        user = self.context["request"].user
        return super().to_representation(value) if user.has_perm(self.right) else None


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$", "example": "08:30"})
class ClockField(serializers.TimeField):
    """A time on the clock of the store, without a zone."""


class BaseSerializer(serializers.ModelSerializer[Any]):
    """A ModelSerializer that asks the model's named constraints, so that a breach is 400 with the sentence for people."""

    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, TimeField: ClockField}

    def get_unique_together_validators(self) -> list[Any]:
        """None of DRF's own: the model's constraints are asked below, in their own words."""
        return []

    def get_uniqueness_extra_kwargs(
        self,
        field_names: Iterable[str],
        declared_fields: Mapping[str, Any],
        extra_kwargs: Facts,
    ) -> tuple[Facts, Facts]:
        return extra_kwargs, {}

    def update(self, instance: Model, validated_data: Facts) -> Model:
        """Write what was sent and nothing else: what somebody else changed meanwhile stays theirs."""
        meta = instance._meta  # noqa: SLF001 - Django's own word
        many = {field.name for field in meta.many_to_many} & validated_data.keys()
        columns = sorted(validated_data.keys() - many)
        for name in columns:
            setattr(instance, name, validated_data[name])
        derived = {"name_key"} & {field.name for field in meta.concrete_fields}  # kept by save
        instance.save(update_fields=[*columns, *derived])
        for name in many:
            getattr(instance, name).set(validated_data[name])
        return instance

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        model: type[Model] = self.Meta.model
        many = {field.name for field in model._meta.many_to_many}  # noqa: SLF001
        # A copy: what is only judged here must not be on the row when the act refuses.
        row = copy(self.instance) if isinstance(self.instance, Model) else model()
        for name in attrs.keys() - many:
            setattr(row, name, attrs[name])
        try:
            row.validate_constraints()
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return attrs
