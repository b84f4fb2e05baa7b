"""What the serializers of after-sales share: reasons by code, the guest at the desk."""

from typing import Any

from rest_framework import serializers

from dms.api.fields import CodeField
from dms.models import Reason


class ReasonField(CodeField):
    """A reason by its code, of one kind."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs["queryset"] = Reason.objects.filter(kind=kind, active=True)
        super().__init__(**kwargs)


class CancelReasonSerializer(serializers.Serializer[Any]):
    reason = ReasonField(Reason.Kind.CANCEL)


class NoShowReasonSerializer(serializers.Serializer[Any]):
    reason = ReasonField(Reason.Kind.NO_SHOW)


class GuestSerializer(serializers.Serializer[Any]):
    """A car by plate or VIN; when it is new here, whose."""

    car = serializers.CharField(max_length=24)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
