"""Stores and outlets: the places where business happens."""

from datetime import time
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dms.core.names import Bilingual
from dms.core.scope import LockingQuerySet
from dms.core.updated_at import UpdatedAt

if TYPE_CHECKING:
    from dms.models.people import User


class StoreQuerySet(LockingQuerySet["Store"]):
    def visible_to(self, user: "User") -> Self:
        """The stores this person works for; group roles see all."""
        return self if user.sees_all_stores else self.filter(pk__in=user.store_ids)

    def active(self) -> Self:
        return self.filter(active=True)


class Store(UpdatedAt, Bilingual):
    """A 4S store, or a secondary outlet that belongs to one."""

    class Kind(models.TextChoices):
        STORE = "STORE", _("4S store")
        OUTLET = "OUTLET", _("Outlet")

    code = models.CharField(
        _("code"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{2,8}$", _("Use two to eight capital letters or digits."))],
        help_text=_("Part of every document number, for example JJ01."),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.STORE)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="outlets", verbose_name=_("belongs to store")
    )
    tax_id = models.CharField(_("tax number"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    opens_at = models.TimeField(_("opens at"), default=time(8, 30))
    closes_at = models.TimeField(_("closes at"), default=time(18, 0))
    break_from = models.TimeField(_("break from"), null=True, blank=True)
    break_until = models.TimeField(_("break until"), null=True, blank=True)
    closed_on = ArrayField(
        models.DateField(),
        verbose_name=_("closed on"),
        default=list,
        blank=True,
        help_text=_("Days on which the store is closed, for example 2027-02-06, 2027-02-07."),
    )
    active = models.BooleanField(_("active"), default=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["code"]
        constraints = [
            # An outlet is run by the store that it hangs on: with a parent of its own a store would be both.
            models.CheckConstraint(
                name="store_outlet_has_parent",
                condition=Q(kind="STORE", parent__isnull=True) | Q(kind="OUTLET", parent__isnull=False),
                violation_error_message=_("An outlet belongs to a store; a store belongs to none."),
            ),
            # Calls look for the next open moment: with hours of nothing they would find none in sixty days.
            models.CheckConstraint(
                name="store_opens_before_closing",
                condition=Q(opens_at__lt=F("closes_at")),
                violation_error_message=_("The store must open before it closes."),
            ),
            # The day is cut in two at the break: one that lies outside would turn a half round.
            models.CheckConstraint(
                name="store_break_inside_hours",
                condition=Q(break_from__isnull=True, break_until__isnull=True)
                | Q(break_from__lt=F("break_until"), break_from__gte=F("opens_at"), break_until__lte=F("closes_at")),
                violation_error_message=_("The break needs a start and an end inside the opening hours."),
            ),
        ]
