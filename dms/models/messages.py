"""The outbox: every e-mail, text message and letter is a row first, and is sent from the row."""

from datetime import datetime
from typing import Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.lifecycle import Lifecycle, iff, status_is_known
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models.people import User
from dms.models.stores import Store


class MessageStatus(models.TextChoices):
    PENDING = "PENDING", pgettext_lazy("message", "Waiting")
    SENDING = "SENDING", pgettext_lazy("message", "Sending")
    SENT = "SENT", pgettext_lazy("message", "Sent")
    FAILED = "FAILED", pgettext_lazy("message", "Failed")
    CANCELLED = "CANCELLED", pgettext_lazy("message", "Cancelled")


class MessageQuerySet(StoreScoped["Message"]):
    def due(self, at: datetime) -> Self:
        """What a sender may claim now: waiting and due, or claimed by somebody whose lease ran out."""
        return self.filter(
            Q(status=Message.Status.PENDING, due_at__lte=at) | Q(status=Message.Status.SENDING, lease_until__lte=at)
        )

    def failed(self) -> Self:
        return self.filter(status=Message.Status.FAILED)


class Message(UpdatedAt, Lifecycle):
    """One message to one recipient. The idempotency key makes it one, however often it is posted."""

    Status = MessageStatus

    NEXT = {
        MessageStatus.PENDING: frozenset({MessageStatus.SENDING, MessageStatus.CANCELLED}),
        MessageStatus.SENDING: frozenset({MessageStatus.SENT, MessageStatus.PENDING, MessageStatus.FAILED}),
        MessageStatus.SENT: frozenset(),
        MessageStatus.FAILED: frozenset({MessageStatus.PENDING, MessageStatus.CANCELLED}),
        MessageStatus.CANCELLED: frozenset(),
    }

    class Channel(models.TextChoices):
        EMAIL = "email", pgettext_lazy("contact", "E-mail")
        SMS = "sms", _("Text message")
        LETTER = "letter", _("Letter")

    status = models.CharField(_("status"), max_length=10, choices=MessageStatus.choices, default=MessageStatus.PENDING)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    recipient = models.CharField(_("to"), max_length=200)
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="messages", verbose_name=_("store"))
    idempotency_key = models.CharField(max_length=120, unique=True)
    consent = models.CharField(
        _("consent"), max_length=120, blank=True, help_text=_("Under which consent it was sent.")
    )
    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    subject_id = models.BigIntegerField(null=True)
    subject = GenericForeignKey("subject_type", "subject_id")
    posted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("posted by"))
    created_at = models.DateTimeField(_("posted"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_by = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    reference = models.CharField(_("provider reference"), max_length=120, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="message_open", condition=Q(status__in=["PENDING", "SENDING"])),
            models.Index(fields=["store", "-created_at"], name="message_store"),
            models.Index(fields=["updated_at"], name="message_updated_at"),
        ]
        constraints = [
            status_is_known("message", MessageStatus),
            models.CheckConstraint(
                name="message_sent_has_time", condition=iff(Q(status="SENT"), Q(sent_at__isnull=False))
            ),
            models.CheckConstraint(
                name="message_sending_has_lease",
                condition=(~Q(status="SENDING")) | (Q(lease_until__isnull=False) & ~Q(claimed_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.title or self.pk}"
