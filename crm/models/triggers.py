"""What promises count from, how customers are met, and the days that everybody celebrates."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.names import Bilingual
from dms.core.scope import GroupWide
from dms.core.updated_at import UpdatedAt


class Trigger(models.TextChoices):
    """What a cadence counts from."""

    DELIVERY = "DELIVERY", pgettext_lazy("trigger", "Delivery")
    SETTLEMENT = "SETTLEMENT", pgettext_lazy("trigger", "Service settled")
    QUALITY_CALLED = "QUALITY_CALLED", pgettext_lazy("trigger", "Quality call made")
    RECALL_MAILED = "RECALL_MAILED", pgettext_lazy("trigger", "Recall letter mailed")
    UNREACHED = "UNREACHED", pgettext_lazy("trigger", "Calls not answered")
    NUMBER_DEAD = "NUMBER_DEAD", pgettext_lazy("trigger", "Number found dead")
    BIRTHDAY = "BIRTHDAY", pgettext_lazy("trigger", "Birthday")
    FAMILY_BIRTHDAY = "FAMILY_BIRTHDAY", pgettext_lazy("trigger", "Birthday in the family")
    CAR_ANNIVERSARY = "CAR_ANNIVERSARY", pgettext_lazy("trigger", "Anniversary of the car")
    FESTIVAL = "FESTIVAL", pgettext_lazy("trigger", "Festival")


class CareChannel(models.TextChoices):
    """How the customer is met."""

    CALL = "CALL", pgettext_lazy("contact", "Call")
    LETTER = "LETTER", pgettext_lazy("contact", "Letter")
    SMS = "SMS", pgettext_lazy("contact", "Text message")
    VISIT = "VISIT", pgettext_lazy("contact", "Visit")


OCCASIONS = (Trigger.BIRTHDAY, Trigger.FAMILY_BIRTHDAY, Trigger.CAR_ANNIVERSARY, Trigger.FESTIVAL)
"""Days of the year on which customers hear from us, once a year each."""


class Festival(UpdatedAt, Bilingual):
    """A day that everybody celebrates, by the solar or the Chinese calendar."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    is_lunar = models.BooleanField(_("lunar calendar"), default=True)
    month = models.PositiveSmallIntegerField(_("month"))
    day = models.PositiveSmallIntegerField(
        _("day"), help_text=_("The 30th of a short month is its 29th: so New Year's Eve is 12-30.")
    )
    active = models.BooleanField(_("active"), default=True)

    objects = GroupWide["Festival"].as_manager()

    class Meta:
        verbose_name = _("festival")
        verbose_name_plural = _("festivals")
        ordering = ["is_lunar", "month", "day"]
        constraints = [
            # A day that never comes is wished to nobody, and nobody notices.
            models.CheckConstraint(
                name="festival_day_exists",
                condition=Q(month__gte=1, month__lte=12, day__gte=1, day__lte=31)
                & (Q(is_lunar=False) | Q(day__lte=30))
                & ~Q(is_lunar=False, month=2, day__gt=29)
                & ~Q(is_lunar=False, month__in=[4, 6, 9, 11], day__gt=30),
                violation_error_message=_("There is no such day in that calendar."),
            ),
        ]
