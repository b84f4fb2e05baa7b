"""Promises kept and late, over the API."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm.kept_promises import tallies
from crm.models import FollowUp
from dms.api.access import person
from dms.api.fields import StoreField
from dms.api.filters import refuse_unknown_parameters
from dms.formats import query_params


class AskedPromisesSerializer(serializers.Serializer[object]):
    """Which month, of which store."""

    month = serializers.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$", required=False, help_text="As 2026-11; this month when left out."
    )
    store = StoreField(required=False, help_text="All of one's stores when left out.")


@extend_schema_serializer(many=True)
class PromisedSerializer(serializers.Serializer[object]):
    """What fell due by one rule, for one person, and what became of it: the parts add up to ``due``."""

    cadence = serializers.IntegerField(source="cadence_id")
    person = serializers.IntegerField(source="person_id", allow_null=True, help_text="null is nobody's")
    due = serializers.IntegerField(source="tally.due")
    kept = serializers.IntegerField(source="tally.kept", help_text="In time.")
    kept_late = serializers.IntegerField(source="tally.after")
    unreached = serializers.IntegerField(source="tally.unreached")
    never_made = serializers.IntegerField(source="tally.missed")
    late_and_open = serializers.IntegerField(source="tally.open")


class PromisesViewSet(GenericViewSet[Any]):
    """Kept and late promises of a month, per rule and person."""

    rights: ClassVar[dict[str, str]] = {"*": "crm.manage"}
    serializer_class = PromisedSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(parameters=[AskedPromisesSerializer], responses=PromisedSerializer)
    def list(self, request: Request) -> Response:
        asked = AskedPromisesSerializer(data=request.query_params, context=self.get_serializer_context())
        refuse_unknown_parameters(request, asked.fields)
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        this = timezone.localdate(now).replace(day=1)
        month = query_params.month(asked.validated_data.get("month")) or this
        rows = FollowUp.objects.visible_to(person(request)).of_store(asked.validated_data.get("store"))
        told = tallies(rows, first=month, last=month, at=now)
        return Response(PromisedSerializer(told, many=True).data)
