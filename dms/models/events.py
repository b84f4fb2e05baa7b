"""The log of what happened, in the words of the business. Append-only, kept so by a trigger."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dms.core.event_words import EVENT_WORDS
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models.people import User
from dms.models.stores import Store


class EventQuerySet(StoreScoped["Event"]):
    def about(self, subject: models.Model) -> "EventQuerySet":
        content_type = ContentType.objects.get_for_model(subject)
        return self.filter(subject_type=content_type, subject_id=subject.pk)


class Event(UpdatedAt):
    """One act: who did what to which row, when. ``data`` holds the facts of the act, never a secret."""

    at = models.DateTimeField(_("time"), default=timezone.now)
    kind = models.CharField(_("event"), max_length=60)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    subject_id = models.BigIntegerField(null=True)
    # No foreign key: the log tells of rows that were deleted as well.
    subject = GenericForeignKey("subject_type", "subject_id")
    # How it was called then: it may be called otherwise by now.
    subject_label = models.CharField(_("subject"), max_length=120, blank=True)
    data = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=40, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"], name="event_subject"),
            models.Index(fields=["store", "-at"], name="event_store"),
            models.Index(fields=["-at", "-id"], name="event_at"),
            models.Index(fields=["updated_at"], name="event_updated_at"),
        ]

    def __str__(self) -> str:
        return f"{self.words} {self.subject_label}".strip()

    @property
    def words(self) -> str:
        """The event in the language of the screen."""
        return str(EVENT_WORDS.get(self.kind, self.kind))
