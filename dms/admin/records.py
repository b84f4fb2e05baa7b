"""Records and documents: to look at, with the pages of the core as the place where something is done with them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from dms.admin.recording import ReadOnlyAdmin
from dms.core.event_words import EVENT_WORDS
from dms.models import Attachment, Event, Job, Message


class KindFilter(admin.SimpleListFilter):
    """The kind of event, in words."""

    title = _("event")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        return sorted(EVENT_WORDS.items(), key=lambda entry: str(entry[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin[Event]):
    list_display = ["at", "words", "subject_label", "by", "store"]
    list_filter = ["store", KindFilter]
    list_select_related = ["by", "store"]
    search_fields = ["subject_label", "kind", "by__display_name", "by__username"]
    date_hierarchy = "at"
    readonly_fields = ["words", "facts"]
    fields = ["at", "words", "subject_label", "by", "store", "facts", "request_id"]

    @admin.display(description=_("event"), ordering="kind")
    def words(self, event: Event) -> str:
        return event.words

    @admin.display(description=_("details"))
    def facts(self, event: Event) -> str:
        return "\n".join(f"{key}: {value}" for key, value in event.data.items())


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin[Message]):
    list_display = ["created_at", "channel", "title", "status", "attempts", "store"]
    list_filter = ["status", "channel", "store"]
    list_select_related = ["store"]
    search_fields = ["title", "recipient", "idempotency_key", "reference"]
    date_hierarchy = "created_at"
    fields = [
        "channel",
        "recipient",
        "title",
        "body",
        "status",
        "store",
        "posted_by",
        "created_at",
        "due_at",
        "sent_at",
        "attempts",
        "reference",
        "consent",
        "error",
    ]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin[Job]):
    list_display = ["requested_at", "kind", "status", "requested_by", "done", "total", "problems"]
    list_filter = ["status", "kind", "store"]
    list_select_related = ["requested_by"]
    search_fields = ["kind", "requested_by__display_name", "requested_by__username"]
    date_hierarchy = "requested_at"
    fields = [
        "kind",
        "status",
        "requested_by",
        "store",
        "requested_at",
        "started_at",
        "ended_at",
        "done",
        "total",
        "note",
        "attempts",
        "params",
        "result",
        "problems",
        "error",
    ]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin[Attachment]):
    """What is stored; the file itself is served only to who may see its row."""

    list_display = ["uploaded_at", "name", "content_type", "size", "uploaded_by", "store"]
    list_filter = ["content_type", "store"]
    list_select_related = ["uploaded_by", "store"]
    search_fields = ["name", "sha256", "uploaded_by__display_name"]
    date_hierarchy = "uploaded_at"
    fields = ["name", "content_type", "size", "sha256", "store", "uploaded_by", "uploaded_at"]
