"""Reasons: one table of codes by kind, so that every refusal, loss and override can be counted."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.names import Bilingual
from dms.core.row_rules import Frozen
from dms.core.scope import GroupWide
from dms.core.updated_at import UpdatedAt


class ReasonQuerySet(GroupWide["Reason"]):
    def of(self, kind: "Reason.Kind") -> Self:
        """What may be chosen today for one kind."""
        return self.filter(kind=kind, active=True)


class Reason(UpdatedAt, Bilingual):
    """A reason people choose. Once used it is never deleted, only switched off: rows that used it still say why."""

    class Kind(models.TextChoices):
        LOSS = "LOSS", _("Lost lead")
        DECLINE = "DECLINE", _("Declined work")
        OVERRIDE = "OVERRIDE", _("Override")
        NO_SHOW = "NO_SHOW", _("No-show")
        RECALL_REFUSAL = "RECALL_REFUSAL", _("Recall refused")
        HOLD = "HOLD", _("Work on hold")
        STOCK_DIFFERENCE = "STOCK_DIFFERENCE", _("Stock difference")
        CANCEL = "CANCEL", _("Cancellation")
        RESCHEDULE = "RESCHEDULE", _("Contact rescheduled")
        SKIP = "SKIP", _("Rota skipped")
        LOST_SALE = "LOST_SALE", _("Lost sale")
        PROMISE = "PROMISE", _("Promise changed")
        WORK_CANCEL = "WORK_CANCEL", _("Work order cancelled")
        SATISFACTION = "SATISFACTION", _("Satisfaction")

    class Group(models.TextChoices):
        OFFER = "OFFER", pgettext_lazy("loss reasons", "Car, offer and place")
        PEOPLE = "PEOPLE", pgettext_lazy("loss reasons", "Our people")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    group = models.CharField(
        pgettext_lazy("reasons", "group"),
        max_length=8,
        choices=Group.choices,
        blank=True,
        help_text=_("Of losses: whether it speaks of what was offered, or of our people."),
    )
    code = models.CharField(_("code"), max_length=30)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    active = models.BooleanField(_("active"), default=True)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["kind", "order", "pk"]
        constraints = [
            # Events name a reason by its code: of two alike nobody could say which was meant.
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="reason_code_unique_in_kind",
                violation_error_message=_("This kind already has a reason of that code."),
            ),
            # What was chosen for one purpose would be counted under another.
            Frozen(
                fields=["kind"],
                name="reason_kind_frozen",
                violation_error_message=_(
                    "A reason keeps its kind. Switch this one off, and add another of the other kind."
                ),
            ),
        ]
