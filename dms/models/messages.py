"""The outbox: every e-mail, text message and letter is a row first, and is sent from the row."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.leases import Leased, LeasedQuerySet, held_has_lease
from dms.core.lifecycle import iff, status_is_known
from dms.core.row_rules import Frozen, Kept, one_of, says_something
from dms.core.updated_at import UpdatedAt
from dms.models.people import User
from dms.models.stores import Store


class MessageStatus(models.TextChoices):
    PENDING = "PENDING", pgettext_lazy("message", "Waiting")
    SENDING = "SENDING", pgettext_lazy("message", "Sending")
    SENT = "SENT", pgettext_lazy("message", "Sent")
    FAILED = "FAILED", pgettext_lazy("message", "Failed")
    CANCELLED = "CANCELLED", pgettext_lazy("message", "Cancelled")


class MessageReceipt(models.TextChoices):
    """What the network said of a message after the provider took it."""

    NONE = "", "–"
    ARRIVED = "ARRIVED", pgettext_lazy("message", "Delivered")
    REFUSED = "REFUSED", pgettext_lazy("message", "Not delivered")


RETRY_MINUTES = (1, 5, 30, 2 * 60, 12 * 60)
"""How long to wait after each failed attempt; after the last one the message has failed."""


class MessageQuerySet(LeasedQuerySet["Message"]):
    def due(self, at: datetime) -> Self:
        """What is to be sent by now, the oldest first; what is being sent was due as well."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")

    def without_receipt(self, since: datetime, until: datetime) -> Self:
        """With the provider, who has not said yet what became of it."""
        return self.filter(status=Message.Status.SENT, receipt="", sent_at__gte=since, sent_at__lte=until)

    def failed(self) -> Self:
        return self.filter(status=Message.Status.FAILED)


class Message(UpdatedAt, Leased):
    """One message to one recipient. The idempotency key makes it one, however often it is posted."""

    Status = MessageStatus
    Receipt = MessageReceipt
    WAITING, HELD = MessageStatus.PENDING, MessageStatus.SENDING
    MOST_ATTEMPTS = len(RETRY_MINUTES) + 1

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
    template_code = models.CharField(_("template number of the provider"), max_length=40, blank=True)
    template_facts = models.JSONField(_("what the template is filled with"), default=dict, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected", verbose_name=_("in place of")
    )
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
    sent_at = models.DateTimeField(_("sent"), null=True)
    reference = models.CharField(_("provider reference"), max_length=120, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    receipt = models.CharField(_("delivery report"), max_length=8, choices=MessageReceipt.choices, blank=True)
    receipt_at = models.DateTimeField(_("reported"), null=True)
    receipt_note = models.CharField(_("report in the words of the network"), max_length=120, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="message_open", condition=Q(status__in=["PENDING", "SENDING"])),
            models.Index(fields=["store", "-created_at"], name="message_store"),
            models.Index(fields=["updated_at"], name="message_updated_at"),
            # What the provider is asked about every few minutes: of all that was ever sent the last days.
            models.Index(fields=["sent_at"], name="message_no_receipt", condition=Q(status="SENT", receipt="")),
        ]
        constraints = [
            status_is_known("message", MessageStatus),
            # The time is the proof that a customer was told: what has not gone out must not claim it.
            models.CheckConstraint(
                name="message_sent_has_time", condition=iff(Q(status="SENT"), Q(sent_at__isnull=False))
            ),
            held_has_lease("message", "SENDING"),
            one_of("message", "receipt", *MessageReceipt.values),
            # The network can only speak of what it was given, and says when.
            models.CheckConstraint(
                name="message_receipt_has_time",
                condition=iff(~Q(receipt=""), Q(receipt_at__isnull=False)) & (Q(receipt="") | Q(status="SENT")),
            ),
            says_something("message", "recipient", "idempotency_key"),
            # What was promised to be sent is what is sent, to whom and under which consent.
            Frozen(
                name="message_text_frozen",
                fields=[
                    "channel",
                    "recipient",
                    "title",
                    "body",
                    "store",
                    "idempotency_key",
                    "consent",
                    "template_code",
                    "template_facts",
                    "corrects",
                    "subject_type",
                    "subject_id",
                    "posted_by",
                    "created_at",
                ],
            ),
            # It is with its receiver: what stands here is what was sent.
            Frozen(name="message_sent_frozen", since=["SENT"], but=["receipt", "receipt_at", "receipt_note"]),
            # The first report stands: told that it arrived, nobody sends it again.
            Frozen(
                name="message_receipt_frozen", fields=["receipt", "receipt_at", "receipt_note"], if_set="receipt_at"
            ),
            Kept(name="message_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.title or self.pk}"

    @classmethod
    def lease(cls) -> timedelta:
        return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
