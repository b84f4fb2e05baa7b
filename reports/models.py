"""What the days were worth: figures written down each evening, so that a month is added up and never counted again."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dms.core.scope import StoreScoped
from dms.core.untyped import Option
from dms.models import Store


class ExactField(models.DecimalField[Any, Any]):
    """NUMERIC(24,6): pieces times their cost, to the last place."""

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        kwargs.setdefault("max_digits", 24)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)


class DailyFact(models.Model):
    """One figure of one store on one day. Line 0 is what it was that evening; each later line is a correction, by how much.

    The sum of the lines is what is known today. A day is closed for all stores at once, with every figure, also those of nothing.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    day = models.DateField(_("day"))
    key = models.CharField(_("figure"), max_length=24)
    line = models.PositiveSmallIntegerField(_("line"), default=0)
    value = ExactField(_("of the day"))
    month = ExactField(_("of the month up to it"), null=True)
    written_at = models.DateTimeField(_("time"), db_default=Now(), editable=False)

    objects = StoreScoped["DailyFact"].as_manager()

    class Meta:
        verbose_name = _("daily fact")
        verbose_name_plural = _("daily facts")
        ordering = ["day", "store", "key", "line"]
        constraints = [
            # However many beats close a day, and however often one is killed at it: its figures stand there once.
            models.UniqueConstraint(fields=["day", "store", "key", "line"], name="dailyfact_unique"),
            # A correction by nothing would say that the day was changed when it was not.
            models.CheckConstraint(
                name="dailyfact_correction_differs",
                condition=Q(line=0) | ~Q(value=0) | (Q(month__isnull=False) & ~Q(month=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.day} {self.value}"


class LateChange(models.Model):
    """A row that counts on a closed day was written or changed since: noted by the database, gone once the day is corrected."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    day = models.DateField(_("day"))

    objects = StoreScoped["LateChange"].as_manager()

    class Meta:
        verbose_name = _("late change")
        verbose_name_plural = _("late changes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.store} {self.day}"
