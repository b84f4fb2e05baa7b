"""The catalogue of labour operations."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dms.core.names import Bilingual
from dms.core.scope import GroupWide
from dms.core.untyped import Option
from dms.core.updated_at import UpdatedAt
from dms.formats import pinyin


class LabourOperation(UpdatedAt, Bilingual):
    """A job with its standard time, in hours to a tenth; the price is time × the store's labour rate."""

    code = models.CharField(_("operation code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    name_key = models.CharField(max_length=120, editable=False, default="", db_index=True)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1)
    is_first_service = models.BooleanField(_("first maintenance (free)"), default=False)
    is_maintenance = models.BooleanField(_("regular maintenance"), default=False)
    active = models.BooleanField(_("active"), default=True)

    objects = GroupWide["LabourOperation"].as_manager()

    class Meta:
        verbose_name = _("labour operation")
        verbose_name_plural = _("labour operations")
        ordering = ["code"]
        constraints = [
            # A job of no hours would cost nothing and be booked into no hour of the workshop.
            models.CheckConstraint(
                name="labouroperation_hours_positive",
                condition=Q(hours__gt=Decimal(0)),
                violation_error_message=_("A labour operation takes time: write the hours."),
            )
        ]

    def save(self, *args: Option, **kwargs: Option) -> None:
        """Keep the pinyin key beside the name."""
        # Staff type the initials of a Chinese name; Postgres knows no pinyin, so it is kept.
        self.name_key = pinyin.word_key(self.name)
        super().save(*args, **kwargs)
