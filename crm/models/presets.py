"""Named sets of rules, one of them the default of the group; and which store follows another."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dms.core.names import Bilingual
from dms.core.scope import GroupWide
from dms.core.updated_at import UpdatedAt
from dms.models import Store


class CadencePreset(UpdatedAt, Bilingual):
    """A named set of cadences. A store follows the one chosen for it, else the group's default."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    is_default = models.BooleanField(_("default of the group"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    least_hours = models.PositiveSmallIntegerField(
        _("calling time for a promise in hours"),
        default=2,
        help_text=_(
            "Where a holiday leaves fewer hours of it, letter and call are due before closing on the day itself."
        ),
    )
    missed_after_days = models.PositiveSmallIntegerField(
        _("missed after (days)"),
        default=2,
        help_text=_("After an outage, what has been late for longer is closed as missed, and not called all at once."),
    )

    objects = GroupWide["CadencePreset"].as_manager()

    class Meta:
        verbose_name = _("care preset")
        verbose_name_plural = _("care presets")
        ordering = ["-is_default", "code"]
        constraints = [
            # A store that has chosen none follows the default, so there is one.
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="cadencepreset_one_default",
                violation_error_message=_("The group has a default already. Switch that off first."),
            ),
            # What is a minute late would be closed by the round that finds it, before anybody could be told.
            models.CheckConstraint(
                name="cadencepreset_missed_after_a_day",
                condition=Q(missed_after_days__gte=1),
                violation_error_message=_("Leave at least one day before something counts as missed."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.pk and not self.is_default and type(self).objects.filter(pk=self.pk, is_default=True).exists():
            # The database refuses it, too (cadencepreset_has_default): deliveries would begin no care at all.
            raise ValidationError(
                {"is_default": _("Tick another preset instead: it takes over, and this one steps back.")}
            )

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Another default is no mistake: the former one steps back when this one is saved."""
        super().validate_constraints(exclude={*(exclude or ()), "is_default"})

    @transaction.atomic
    def save(self, **columns: Any) -> None:
        """The new default takes the place of the old one in the same step."""
        if self.is_default:
            # Held first: of two who choose at once the second finds the choice of the first.
            others = list(type(self).objects.exclude(pk=self.pk).filter(is_default=True).select_for_update())
            type(self).objects.filter(pk__in=[row.pk for row in others]).update(is_default=False)
        super().save(**columns)


class StorePreset(models.Model):
    """Which preset a store follows, when it is not the group's default."""

    store = models.OneToOneField(Store, models.CASCADE, related_name="care_preset", verbose_name=_("store"))
    preset = models.ForeignKey(CadencePreset, models.PROTECT, related_name="chosen_by", verbose_name=_("care preset"))

    class Meta:
        verbose_name = _("care preset of a store")
        verbose_name_plural = _("care presets of stores")
        ordering = ["store"]

    def __str__(self) -> str:
        return f"{self.store}: {self.preset}"
