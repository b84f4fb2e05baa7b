"""Why a VIN is right although its check digit says otherwise: kept with the car, with who said so and when."""

from typing import Any

from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.utils.translation import gettext_lazy as _

from dms.core.row_rules import StoredCheck
from dms.formats import vin
from dms.models import User


class VinFits(Func):
    """Whether the check digit of a VIN is the right one (crm/migrations/sql/vin_fits.sql)."""

    function = "crm_vin_fits"
    arity = 1
    output_field: "BooleanField[Any, Any]" = BooleanField()


class VouchedVin(models.Model):
    """A row with a ``vin`` of its own."""

    vin_reason = models.CharField(_("why the VIN is right"), max_length=120, blank=True, default="", db_default="")
    vin_reason_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("by")
    )
    vin_reason_at = models.DateTimeField(_("time"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


def vouched(name: str) -> list[StoredCheck]:
    """The rules of such a row: a VIN that does not fit has its reason, and a reason has its moment."""
    return [
        # Imported cars may carry a VIN stamped without a right check digit: then a person answers for it.
        StoredCheck(
            name=f"{name}_vin_vouched",
            condition=Q(vin__isnull=True) | Q(VinFits(F("vin"))) | Q(vin_reason__regex=r"\S"),
            violation_error_message=vin.DOUBT,
        ),
        # Who vouched may have left; that somebody did, and when, must still be told.
        StoredCheck(
            name=f"{name}_vin_reason_dated",
            condition=Q(vin_reason="", vin_reason_at__isnull=True)
            | Q(vin_reason__regex=r"\S", vin_reason_at__isnull=False),
            violation_error_message=_("Why a VIN is right is kept with the moment at which it was said."),
        ),
    ]
