"""How much people of a role may give up of a price by themselves."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.money import MoneyField
from dms.core.scope import GroupWide
from dms.models import Role


class RoleHolder(Protocol):
    """A person, or what stands for one, with roles."""

    @property
    def role_codes(self) -> Iterable[str]: ...


class DiscountLimitQuerySet(GroupWide["DiscountLimit"]):
    def of(self, user: RoleHolder) -> Self:
        """Those of the roles of this person."""
        return self.filter(role__name__in=user.role_codes)

    def allowing(self, conceded: Decimal | Combinable, share: Decimal | Combinable | None) -> Self:
        """Within which so much, and such a share of the list price in percent, may be given up. A share of nothing is none."""
        # Without a list price there is no share to judge by: only a limit that does not ask for one holds.
        within_share = Q(percent__isnull=True) if share is None else Q(percent__isnull=True) | Q(percent__gte=share)
        return self.filter(within_share, Q(amount__isnull=True) | Q(amount__gte=conceded))


class DiscountLimit(models.Model):
    """How much of the list price people of a role may give up by themselves: an amount, a share of it, or within both.

    With neither there is no limit; a role without a row gives nothing. Data, not code: every house has its own.
    """

    role = models.OneToOneField(
        Role, models.CASCADE, related_name="discount_limit", verbose_name=pgettext_lazy("access", "role")
    )
    amount = MoneyField(_("up to (CNY)"), null=True, blank=True)
    percent = models.DecimalField(
        _("up to (percent of the list price)"), max_digits=5, decimal_places=2, null=True, blank=True
    )

    objects = DiscountLimitQuerySet.as_manager()

    class Meta:
        verbose_name = _("discount limit")
        verbose_name_plural = _("discount limits")
        ordering = ["role"]
        constraints = [
            # Nothing at all is a limit of 0, no limit is an empty one: a slip of the hand must mean neither.
            models.CheckConstraint(
                name="discountlimit_plausible",
                condition=(Q(amount__isnull=True) | Q(amount__gte=0))
                & (Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100)),
                violation_error_message=_("A limit is not negative, and a share not above 100."),
            )
        ]

    def __str__(self) -> str:
        return str(self.role)
