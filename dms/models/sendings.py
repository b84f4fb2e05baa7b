"""What was sent with a key, and what it was answered."""

from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dms.core.row_rules import Frozen

KNOWN_FOR = timedelta(days=1)
"""A form stays open over night at most; an hour later nobody repeats a request of yesterday."""


class SendingQuerySet(models.QuerySet["Sending"]):
    """Every sending that is still known."""

    def over(self) -> "SendingQuerySet":
        return self.filter(at__lt=timezone.now() - KNOWN_FOR)


class Sending(models.Model):
    """A form or a request that was done. Sent again with the same key, it is answered the same, and nothing is done."""

    key = models.CharField(max_length=64, primary_key=True, editable=False)
    """A digest of who, where, and the key that was sent: nobody else's key is ever met."""
    body = models.CharField(max_length=64)
    """A digest of what was sent: the same key with something else is not the same act."""
    status = models.PositiveSmallIntegerField()
    location = models.TextField(blank=True, default="")
    answer = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    at = models.DateTimeField(db_default=Now())

    objects = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")
        indexes = [models.Index(fields=["at"], name="sending_at")]
        constraints = [Frozen(fields=["key", "body", "status", "location", "answer", "at"], name="sending_frozen")]

    def __str__(self) -> str:
        return self.key
