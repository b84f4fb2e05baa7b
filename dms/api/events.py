"""The log of events, to read."""

from django.contrib.contenttypes.models import ContentType
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dms.api.fields import StoreField
from dms.api.views import ReadViewSet
from dms.models import Event
from dms.web import filters


@extend_schema_field(str)
class SubjectType(serializers.RelatedField[ContentType, ContentType, str]):
    """The kind of row something is about, as ``app.model``."""

    def to_representation(self, value: ContentType) -> str:  # type: ignore[override] # the stubs give the row's name away
        return f"{value.app_label}.{value.model}"


class EventSerializer(serializers.ModelSerializer[Event]):
    words = serializers.CharField(read_only=True, help_text="The event in the language of the request.")
    by_name = serializers.CharField(source="by.display_name", read_only=True, default="")
    store = StoreField(read_only=True, allow_null=True)
    subject_type = SubjectType(read_only=True, allow_null=True)

    class Meta:
        model = Event
        fields = (
            "id",
            "at",
            "kind",
            "words",
            "by",
            "by_name",
            "store",
            "subject_type",
            "subject_id",
            "subject_label",
            "data",
            "request_id",
            "updated_at",
        )
        read_only_fields = fields


class EventViewSet(ReadViewSet):
    """Who did what to which row, when. Nobody changes it, the database neither."""

    model = Event
    serializer_class = EventSerializer
    filterset_class = filters.EventFilter
    related = ("by", "store", "subject_type")
    rights = {"*": "dms.events"}
