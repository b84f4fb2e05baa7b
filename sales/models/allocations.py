"""Which car is kept for which order."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.row_rules import Frozen, Kept
from dms.models import User
from sales.models.orders import Order
from sales.models.stock import StockCar


class Allocation(models.Model):
    """One car kept for one order. One live row per car and per order, whatever two advisers do at once.

    A car of another colour or variant than ordered is kept only with a reason and the customer's word.
    """

    class Word(models.TextChoices):
        IN_STORE = "IN_STORE", pgettext_lazy("agreed", "In the store")
        CALL = "CALL", pgettext_lazy("agreed", "By phone")
        MESSAGE = "MESSAGE", pgettext_lazy("agreed", "By message")
        WRITING = "WRITING", pgettext_lazy("agreed", "In writing")

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="allocations", verbose_name=pgettext_lazy("sale", "order")
    )
    car = models.ForeignKey(StockCar, models.PROTECT, related_name="allocations", verbose_name=_("car"))
    made_at = models.DateTimeField(_("allocated"), default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    reason = models.CharField(_("why another car"), max_length=200, blank=True)
    agreed_how = models.CharField(_("customer asked"), max_length=8, choices=Word.choices, blank=True)
    agreed_at = models.DateTimeField(_("customer agreed"), null=True, blank=True)

    TRIGGERS = {
        "allocation_another_car_by_word": _("Say why it is another car, and how and when the customer agreed."),
    }

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ["-made_at"]
        constraints = [
            # Two advisers promise the same car in the same second: the second insert fails, whatever either has read.
            models.UniqueConstraint(
                fields=["car"], condition=Q(ended_at__isnull=True), name="allocation_one_live_per_car"
            ),
            # And the other way round: an order that kept two cars would take one from every other buyer.
            models.UniqueConstraint(
                fields=["order"], condition=Q(ended_at__isnull=True), name="allocation_one_live_per_order"
            ),
            # Who gets another car than ordered may dispute it: how and when they agreed is the proof.
            models.CheckConstraint(
                name="allocation_word_is_whole",
                condition=Q(reason="", agreed_how="", agreed_at__isnull=True)
                | (Q(reason__regex=r"\S", agreed_at__isnull=False, agreed_at__lte=F("made_at")) & ~Q(agreed_how="")),
                violation_error_message=_("Say why it is another car, and how and when the customer agreed."),
            ),
            Frozen(
                name="allocation_frozen",
                fields=["order", "car", "made_at", "made_by", "reason", "agreed_how", "agreed_at"],
            ),
            # A car that is kept again is another row, with its own who and when.
            Frozen(name="allocation_end_frozen", fields=["ended_at"], once=True),
            Kept(name="allocation_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.order} – {self.car}"

    @property
    def is_another_car(self) -> bool:
        """The customer agreed to a car that is not the one ordered."""
        return bool(self.reason)
