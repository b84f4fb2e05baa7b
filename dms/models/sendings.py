"""What was sent with a key, and what it was answered."""

from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Cast, Now
from django.db.models.lookups import Regex
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dms.core.row_rules import Frozen

KNOWN_FOR = timedelta(days=1)
"""A form stays open over night at most; an hour later nobody repeats a request of yesterday."""
WHOLE_NUMBER = r"(^|[^0-9])(86)?1[3-9][0-9]{9}([^0-9]|$)"
"""A mobile number that nothing masks, for Postgres and Python alike."""


class SendingQuerySet(models.QuerySet["Sending"]):
    """Every sending that is still known."""

    def over(self) -> "SendingQuerySet":
        return self.filter(at__lt=timezone.now() - KNOWN_FOR)


class Sending(models.Model):
    """A form or a request that is being done, or was. Sent again with the same key it is answered the same, and nothing is done."""

    key = models.CharField(max_length=64, primary_key=True, editable=False)
    """A digest of who, where, and the key that was sent: nobody else's key is ever met."""
    body = models.CharField(max_length=64)
    """A digest of what was sent: the same key with something else is not the same act."""
    status = models.PositiveSmallIntegerField(null=True)
    """None while it is being done."""
    headers = models.JSONField(default=dict)
    answer = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    """Nothing of an answer with a whole number: it is shown once, and no copy lies about for a day."""
    at = models.DateTimeField(db_default=Now())
    """Since when it is being done; whoever does it is known by this moment."""

    objects = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")
        indexes = [models.Index(fields=["at"], name="sending_at")]
        constraints = [
            Frozen(fields=["key", "body"], name="sending_names_frozen"),
            Frozen(fields=["status", "headers", "answer", "at"], if_set="status", name="sending_frozen"),
            # What the log says each look at must not be read a second time here, past the log.
            models.CheckConstraint(
                condition=models.Q(answer__isnull=True)
                | ~models.Q(Regex(Cast("answer", models.TextField()), WHOLE_NUMBER)),
                name="sending_keeps_no_whole_number",
                violation_error_message=_("An answer with a whole number is not kept."),
            ),
        ]

    def __str__(self) -> str:
        return self.key
