"""The days and hours that a store decides for itself: holidays, and when its customers may be called."""

from datetime import time
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.scope import StoreScoped
from dms.models.stores import Store

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class HolidayOverride(models.Model):
    """A day that is free or worked against the calendar, in one store or in all."""

    day = models.DateField(_("day"))
    store = models.ForeignKey(
        Store,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="holidays",
        verbose_name=_("store"),
        help_text=_("Empty: every store. What a store says of its own goes before."),
    )
    is_workday = models.BooleanField(_("worked"), default=False, help_text=_("Unticked: a free day."))
    name = models.CharField(_("name"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("holiday override")
        verbose_name_plural = _("holiday overrides")
        ordering = ["-day", "store"]
        constraints = [
            # Free and worked at once, whoever asks would get the answer of the row that was read last.
            models.UniqueConstraint(
                fields=["day", "store"],
                name="holidayoverride_once_a_day",
                nulls_distinct=False,
                violation_error_message=_("This day is decided already. Change that row."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}".strip()


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, pgettext_lazy("weekday", "Monday")
    TUESDAY = 1, pgettext_lazy("weekday", "Tuesday")
    WEDNESDAY = 2, pgettext_lazy("weekday", "Wednesday")
    THURSDAY = 3, pgettext_lazy("weekday", "Thursday")
    FRIDAY = 4, pgettext_lazy("weekday", "Friday")
    SATURDAY = 5, pgettext_lazy("weekday", "Saturday")
    SUNDAY = 6, pgettext_lazy("weekday", "Sunday")


class CallingHourQuerySet(StoreScoped["CallingHour"]):
    group_rows_visible = True


class CallingHour(models.Model):
    """From when to when customers are called on a weekday, in one store or in all. Where nothing is said: 9:00 to 19:30."""

    store = models.ForeignKey(
        Store, models.CASCADE, null=True, blank=True, related_name="calling_hours", verbose_name=_("store")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    calls_from = models.TimeField(_("calls from"), null=True, blank=True, default=time(9))
    calls_until = models.TimeField(
        _("calls until"),
        null=True,
        blank=True,
        default=time(19, 30),
        help_text=_("Both empty: nobody is called on that weekday."),
    )

    objects = CallingHourQuerySet.as_manager()

    class Meta:
        verbose_name = _("calling hours")
        verbose_name_plural = _("calling hours")
        ordering = [F("store").asc(nulls_first=True), "weekday"]
        constraints = [
            # One answer to when people may be called; no store means every store, and counts as a value here.
            models.UniqueConstraint(
                fields=["store", "weekday"],
                name="callinghour_once_a_weekday",
                nulls_distinct=False,
                violation_error_message=_("The hours of this weekday are there already. Change that row."),
            ),
            # The week has seven days: an eighth would never come, and its hours never count.
            models.CheckConstraint(
                name="callinghour_weekday_known",
                condition=Q(weekday__in=Weekday.values),
                violation_error_message=_("Choose a weekday from the list."),
            ),
            # Promises look for the next calling time: hours of nothing would hide the day without saying so.
            models.CheckConstraint(
                name="callinghour_begins_before_it_ends",
                condition=Q(calls_from__isnull=True, calls_until__isnull=True)
                | Q(calls_from__isnull=False, calls_until__isnull=False, calls_from__lt=F("calls_until")),
                violation_error_message=_("Calling begins before it ends; leave both empty when nobody is called."),
            ),
            # A week without any calling time would keep every promise waiting for ever.
            models.CheckConstraint(
                name="callinghour_on_working_days",
                condition=Q(weekday__in=[Weekday.SATURDAY, Weekday.SUNDAY]) | Q(calls_from__isnull=False),
                violation_error_message=_(
                    "Only Saturday and Sunday can be without calls. Enter single days as holidays."
                ),
            ),
        ]

    def __str__(self) -> str:
        hours: StrOrPromise = _("no calls")
        if self.calls_from and self.calls_until:
            hours = f"{self.calls_from:%H:%M}–{self.calls_until:%H:%M}"
        return f"{self.get_weekday_display()} {hours}"
