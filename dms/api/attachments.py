"""Files: bring one, list one's own, fetch one.

Here one reaches the files one brought oneself (configurators: all). What belongs to a document is fetched through the
document, whose right it needs.
"""

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api.access import person
from dms.api.events import SubjectType
from dms.api.fields import StoreField
from dms.api.views import ReadViewSet, download
from dms.models import Attachment
from dms.records import attachments
from dms.web import filters


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    store = StoreField(read_only=True, allow_null=True)
    subject_type = SubjectType(read_only=True, allow_null=True)

    class Meta:
        model = Attachment
        fields = (
            "id",
            "name",
            "content_type",
            "size",
            "sha256",
            "store",
            "uploaded_by",
            "uploaded_at",
            "subject_type",
            "subject_id",
            "updated_at",
        )
        read_only_fields = fields


class UploadSerializer(serializers.Serializer[object]):
    """A picture, PDF, workbook, CSV or text; the content is checked."""

    file = serializers.FileField()
    store = StoreField(required=False)


class AttachmentViewSet(ReadViewSet):
    """Files one brought oneself; configurators see all."""

    model = Attachment
    serializer_class = AttachmentSerializer
    filterset_class = filters.AttachmentFilter
    parser_classes = (MultiPartParser,)
    related = ("store", "subject_type")
    rights = {"*": "dms.home"}

    def get_queryset(self) -> QuerySet[Attachment]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False) or person(self.request).has_perm("dms.configure"):
            return rows
        return rows.filter(uploaded_by=person(self.request))

    @extend_schema(request=UploadSerializer, responses={201: AttachmentSerializer})
    def create(self, request: Request) -> Response:
        """Bring a file."""
        asked = UploadSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
        stored = attachments.store(facts["file"], by=person(request), store=facts.get("store"))
        return self.answer(stored, status=status.HTTP_201_CREATED)

    @download
    def content(self, request: Request, pk: str) -> FileResponse:
        """The file itself."""
        return attachments.respond(self.get_object())
