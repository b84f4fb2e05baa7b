"""Papers as they were signed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.models.lines import Authorisation
from aftersales.models.orders import WorkOrder
from dms.core.row_rules import one_of
from dms.models import Attachment, User


class SignedPaper(models.Model):
    """The file that was signed, or that says what was agreed to later; printed again it is this file. Append-only."""

    class Kind(models.TextChoices):
        COMMISSION = "COMMISSION", pgettext_lazy("paper", "Work order")
        ADDENDUM = "ADDENDUM", pgettext_lazy("paper", "Addendum")
        SETTLEMENT = "SETTLEMENT", pgettext_lazy("paper", "Settlement sheet")

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="papers", verbose_name=_("work order"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    authorisation = models.OneToOneField(
        Authorisation, models.PROTECT, null=True, blank=True, related_name="paper", verbose_name=_("authorisation")
    )
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name=_("file"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("signed paper")
        verbose_name_plural = _("signed papers")
        ordering = ["pk"]
        constraints = [
            # What is printed again is chosen by it: of another kind the signed paper would not be found.
            one_of("signedpaper", "kind", "COMMISSION", "ADDENDUM", "SETTLEMENT"),
            # A commission printed again is the file that was signed; a second would be a contract beside it.
            models.UniqueConstraint(
                fields=["work_order", "kind"], condition=~Q(kind="ADDENDUM"), name="signedpaper_one_of_its_kind"
            ),
            # Commission and addendum are worth what was agreed beneath them; only the bill needs no consent.
            models.CheckConstraint(
                name="signedpaper_addendum_of_consent", condition=Q(kind="SETTLEMENT") | Q(authorisation__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_order} {self.get_kind_display()}"
