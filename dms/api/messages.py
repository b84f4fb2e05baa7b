"""The outbox: what goes out, and sending it again."""

from rest_framework import serializers

from dms.acts import MESSAGE
from dms.api.events import SubjectType
from dms.api.fields import StoreField
from dms.api.verbs import verbs_of
from dms.api.views import ReadViewSet, caller
from dms.models import Message
from dms.navigation import own_due_work
from dms.web import filters


class MessageSerializer(serializers.ModelSerializer[Message]):
    recipient = serializers.SerializerMethodField()
    store = StoreField(read_only=True, allow_null=True)
    subject_type = SubjectType(read_only=True, allow_null=True)

    class Meta:
        model = Message
        fields = (
            "id",
            "status",
            "channel",
            "recipient",
            "title",
            "body",
            "store",
            "consent",
            "subject_type",
            "subject_id",
            "posted_by",
            "created_at",
            "due_at",
            "attempts",
            "sent_at",
            "reference",
            "error",
            "receipt",
            "receipt_at",
            "receipt_note",
            "template_code",
            "corrects",
            "updated_at",
        )
        read_only_fields = fields

    def get_recipient(self, message: Message) -> str:
        """The address: masked, except for configurators."""
        viewer = caller(self)
        return message.recipient if viewer and viewer.has_perm("dms.configure") else own_due_work.recipient(message)


@verbs_of(MESSAGE)
class MessageViewSet(ReadViewSet):
    """E-mails, text messages and letters."""

    model = Message
    serializer_class = MessageSerializer
    filterset_class = filters.MessageFilter
    related = ("store", "subject_type")
    rights = {"*": "dms.messages", **MESSAGE.rights()}
