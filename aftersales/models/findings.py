"""What the technician found beyond the commission: with its cause and a picture, for the adviser to price or to leave."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aftersales.models.orders import WorkOrder
from dms.core.lifecycle import iff
from dms.core.row_rules import Frozen, Kept, says_something
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Attachment, User


class FindingQuerySet(StoreScoped["Finding"]):
    store_path = "work_order__store"
    lock_with = ()


class Finding(UpdatedAt):
    """Extra work that the technician reports from the car. Answered by lines with a price, or by a word why not."""

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="findings", verbose_name=_("work order"))
    what = models.CharField(_("what was found"), max_length=120)
    cause = models.CharField(_("cause found"), max_length=200)
    photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    answer = models.CharField(_("answer"), max_length=120, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["updated_at"], name="finding_updated_at")]
        constraints = [
            says_something("finding", "what", "cause"),
            # Found and left undone, it comes up again after an accident: then it must show who decided, and
            # when.
            models.CheckConstraint(
                name="finding_answered_by_somebody",
                condition=iff(Q(answered_at__isnull=True), Q(answered_by__isnull=True)),
            ),
            Frozen(name="finding_frozen", fields=["work_order", "what", "cause", "photo", "by", "at"]),
            # The technician has read the answer and worked by it.
            Frozen(name="finding_answer_frozen", fields=["answer", "answered_at", "answered_by"], if_set="answered_at"),
            Kept(name="finding_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.work_order} {self.what}"
