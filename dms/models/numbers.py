"""Document numbers without gaps."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dms.core.row_rules import Frozen, Kept, Refused
from dms.core.scope import GroupWide
from dms.core.updated_at import UpdatedAt
from dms.models.stores import Store


class NumberSeries(UpdatedAt):
    """How the numbers of one kind of document look: ``WO-JJ01-20261121-0007``."""

    class Restart(models.TextChoices):
        DAY = "DAY", _("Every day")
        MONTH = "MONTH", _("Every month")
        YEAR = "YEAR", _("Every year")

    kind = models.CharField(
        _("kind"), max_length=30, unique=True, help_text=_("The name the program uses, for example work_order.")
    )
    name = models.CharField(_("name"), max_length=40)
    prefix = models.CharField(
        _("prefix"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{1,6}$", _("Use one to six capital letters."))],
    )
    digits = models.PositiveSmallIntegerField(
        _("digits"), default=4, validators=[MinValueValidator(2), MaxValueValidator(8)]
    )
    restart = models.CharField(_("restarts"), max_length=5, choices=Restart.choices, default=Restart.DAY)

    objects = GroupWide["NumberSeries"].as_manager()

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        ordering = ["kind"]
        constraints = [
            # One digit would be used up by the ninth document of a day; more than eight nobody reads out.
            models.CheckConstraint(name="numberseries_digits_range", condition=Q(digits__gte=2, digits__lte=8)),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"


class NumberCounter(models.Model):
    """The last number given out, per series, store and period. Its row lock is what makes the series gapless."""

    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="counters", verbose_name=_("number series"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    period = models.DateField(_("period"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    objects: ClassVar[models.Manager["NumberCounter"]]

    class Meta:
        verbose_name = _("number counter")
        verbose_name_plural = _("number counters")
        constraints = [
            # The first two documents of a day meet here: without it both would begin at 1.
            models.UniqueConstraint(fields=["series", "store", "period"], name="numbercounter_unique"),
            Frozen(name="numbercounter_frozen", fields=["series", "store", "period"]),
            # A number is given once: a counter that is put back gives it again.
            Refused(name="numbercounter_rises", when="NEW.last < OLD.last"),
            Kept(name="numbercounter_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.store} {self.period:%Y-%m-%d}: {self.last}"
