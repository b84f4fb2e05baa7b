"""What the roles of this dealership may do: a row for each role and right."""

from typing import Self

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from dms.core.roles import RIGHTS, ROLES
from dms.core.scope import LockingQuerySet


class Role(Group):
    """A group in the words of the trade: a post in the dealership."""

    class Meta:
        proxy = True
        verbose_name = pgettext_lazy("access", "role")
        verbose_name_plural = pgettext_lazy("access", "roles and rights")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(ROLES[self.name].label) if self.name in ROLES else self.name


class RoleRightQuerySet(LockingQuerySet["RoleRight"]):
    def granted(self) -> Self:
        return self.filter(granted=True)


class RoleRight(models.Model):
    """Whether a role gives a right.

    A right that was taken away keeps its row: a right without a row is one that a newer version brought, and only that one
    is given as the table says.
    """

    role = models.ForeignKey(Role, models.CASCADE, related_name="rights", verbose_name=pgettext_lazy("access", "role"))
    right = models.CharField(pgettext_lazy("access", "right"), max_length=40)
    granted = models.BooleanField(pgettext_lazy("access", "granted"))

    objects = RoleRightQuerySet.as_manager()

    class Meta:
        verbose_name = _("right of a role")
        verbose_name_plural = _("rights of the roles")
        ordering = ["role", "right"]
        constraints = [
            # Of two rows one could say that it is granted, and the other that it was taken away.
            models.UniqueConstraint(
                fields=["role", "right"],
                name="role_right_once",
                violation_error_message=_("This role has this right already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} · {self.label}"

    @property
    def label(self) -> StrOrPromise:
        return RIGHTS.get(self.right, self.right)
