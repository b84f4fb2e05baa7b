"""The figures of a day over the API."""

from datetime import date
from functools import partial
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from dms.api.access import person
from dms.api.fields import StoreField, shadowing
from dms.api.filters import refuse_unknown_parameters
from dms.core import replica
from reports.daily import figures
from reports.kinds import Days

OLDEST = date(1900, 1, 1)


class AskedSerializer(serializers.Serializer[object]):
    """Which day, of which store."""

    day = serializers.DateField(required=False, help_text="Today when left out.")
    store = StoreField(required=False, help_text="All of one's stores when left out.")

    def validate_day(self, day: date) -> date:
        if not OLDEST <= day <= timezone.localdate():
            raise serializers.ValidationError("This day has not come, or is too long ago.")
        return day


class FigureSerializer(serializers.Serializer[object]):
    """One figure of the day, and of the month up to it; a state (overdue, in stock) has no month.

    A day that is over is shown as it was that evening; ``corrected_…`` is what is known since, where it differs.
    """

    key = serializers.CharField(source="kind.key")
    label = shadowing(serializers.CharField(source="kind.label"))
    level = serializers.CharField(source="kind.level")
    unit = serializers.CharField(source="kind.unit")
    day = serializers.DecimalField(max_digits=20, decimal_places=2)
    month = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
    corrected_day = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
    corrected_month = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)


@extend_schema_serializer(many=False)
class DailySerializer(serializers.Serializer[object]):
    """The day in figures."""

    day = serializers.DateField()
    store = serializers.CharField(allow_null=True, help_text="Its code; null is all of one's stores.")
    figures = FigureSerializer(many=True)


class DailyViewSet(GenericViewSet[Any]):
    """The daily dashboard: today as it is, a day that is over as it was that evening."""

    rights: ClassVar[dict[str, str]] = {"*": "reports.view"}
    serializer_class = DailySerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(parameters=[AskedSerializer], responses=DailySerializer)
    def list(self, request: Request) -> Response:
        asked = AskedSerializer(data=request.query_params, context=self.get_serializer_context())
        refuse_unknown_parameters(request, asked.fields)
        asked.is_valid(raise_exception=True)
        days = Days(asked.validated_data.get("day") or timezone.localdate(), timezone.now())
        store = asked.validated_data.get("store")
        # A dashboard may be some seconds old; counting a day must not slow down who writes at the primary.
        of_the_day = replica.read(partial(figures, person(request), store, days), by=person(request))
        answer = {"day": days.day, "store": store.code if store else None, "figures": of_the_day}
        return Response(DailySerializer(answer).data)


router = SimpleRouter()
router.register("daily", DailyViewSet, "daily")
