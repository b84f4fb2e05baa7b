"""Files that became one, and what it takes to part them again."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.customers import Customer
from dms.core.row_rules import Frozen, Kept, says_something
from dms.core.scope import LockingQuerySet
from dms.models import Event, Store, User


class CustomerMergeQuerySet(LockingQuerySet["CustomerMerge"]):
    def visible_to(self, user: User) -> Self:
        """Of the files one sees."""
        return self.filter(into__in=Customer.objects.visible_to(user))

    def of_store(self, store: Store | None) -> Self:
        return self if store is None else self.filter(into__in=Customer.objects.of_store(store))

    def of_file(self, customer: Customer) -> Self:
        """What was merged into this file, the newest first."""
        return self.filter(into=customer).select_related("duplicate", "by", "undone_by").order_by("-pk")


class CustomerMerge(models.Model):
    """That ``duplicate`` was merged into ``into``. ``kept`` holds what the merging changed beyond recognition, ``held`` which rows
    stood on the file afterwards: while these are the same ones, it can be undone."""

    into = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("file that stayed"))
    duplicate = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("file that went"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(pgettext_lazy("why", "reason"), max_length=120)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    held = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("undone by"))
    undone_why = models.CharField(_("why it was undone"), max_length=120, blank=True)

    objects = CustomerMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merging of files")
        verbose_name_plural = _("mergings of files")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["into", "duplicate"], name="customermerge_files")]
        constraints = [
            says_something("customermerge", "reason"),
            # The triggers let rows go back by the moment alone: none without who undid it, and why.
            models.CheckConstraint(
                name="customermerge_undone_is_whole",
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True, undone_why="")
                | models.Q(undone_at__isnull=False, undone_by__isnull=False, undone_why__regex=r"\S"),
                violation_error_message=_("Say why the merging is undone."),
            ),
            # Two who merge one file into two others: each would hold half of the customer.
            models.UniqueConstraint(
                fields=["duplicate"],
                condition=models.Q(undone_at__isnull=True),
                name="customermerge_once",
                violation_error_message=_("This file was merged already."),
            ),
            # What moved is the only way back: changed, the files could not be parted as they were.
            Frozen(name="customermerge_frozen", but=["undone_at", "undone_by_id", "undone_why"]),
            Frozen(
                name="customermerge_undone_frozen", fields=["undone_at", "undone_by", "undone_why"], if_set="undone_at"
            ),
            Kept(name="customermerge_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate} → {self.into}"
