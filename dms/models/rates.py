"""Rates that law or the store sets: data with a date, never a constant in code."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models.stores import Store

if TYPE_CHECKING:
    from typing import Self


class RateQuerySet(StoreScoped["Rate"]):
    group_rows_visible = True

    def in_force(self, kind: str, *, on: date, store: Store | None = None) -> "Self":
        """The rows that count on that day, the one to use first: a store's own rate beats the group's."""
        rows = self.filter(kind=kind, valid_from__lte=on).filter(Q(store=store) | Q(store__isnull=True))
        return rows.order_by(F("store").asc(nulls_last=True), "-valid_from")


class Rate(UpdatedAt):
    """A rate from a day on, for one store or the whole group."""

    class Kind(models.TextChoices):
        VAT_CAR = "VAT_CAR", _("VAT on new cars (%)")
        VAT_REPAIR = "VAT_REPAIR", _("VAT on parts and repair (%)")
        VAT_SERVICE = "VAT_SERVICE", _("VAT on other services (%)")
        PURCHASE_TAX = "PURCHASE_TAX", _("Vehicle purchase tax (%)")
        LABOUR_HOUR = "LABOUR_HOUR", _("Labour price (CNY an hour)")
        REVEALS = "REVEALS", _("Phone numbers shown (people an hour)")
        LOOK_UPS = "LOOK_UPS", _("Guests of other stores asked for (people an hour)")
        CALLS_JOINED = "CALLS_JOINED", _("Calls of one customer made as one (days ahead)")
        CALLS_APART = "CALLS_APART", _("Between two calls of one customer (days)")
        KEEP_GUESTS = "KEEP_GUESTS", _("Data of guests who never bought are kept (months, 0 for ever)")
        KEEP_FORMER = "KEEP_FORMER", _("Data of former owners are kept (months, 0 for ever)")
        CONTROL_SHARE = "CONTROL_SHARE", _("Cars of a recall left alone to measure it (%)")
        URGED_AGAIN = "URGED_AGAIN", _("Maintenance urged again after (months)")
        DAILY_CARRY = "DAILY_CARRY", _("Stock finance (% a year)")

    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    store = models.ForeignKey(Store, models.CASCADE, null=True, blank=True, verbose_name=_("store"))
    value = models.DecimalField(_("value"), max_digits=9, decimal_places=4)
    valid_from = models.DateField(_("valid from"))

    objects = RateQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ["kind", "store", "-valid_from"]
        constraints = [
            # One answer to what a thing costs on a day; no store means every store, and counts as a value here.
            models.UniqueConstraint(
                fields=["kind", "store", "valid_from"],
                name="rate_unique_from_day",
                nulls_distinct=False,
                violation_error_message=_("There is already a rate of this kind from that day."),
            ),
            # Prices and limits go by it: below nothing it would pay customers, or shut everybody out.
            models.CheckConstraint(
                name="rate_not_negative",
                condition=Q(value__gte=Decimal(0)),
                violation_error_message=_("A rate is not negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value.normalize():f}"
