"""Complaints: what a customer is not content with, whose it is, until when, and how it ended by the customer's own word."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.care import CALLER_ROLES
from crm.models.contacts import Contact
from crm.models.customers import Customer
from crm.models.triggers import CareChannel
from crm.models.vehicles import Vehicle
from dms.core.lifecycle import DatedLifecycle, iff, status_is_known
from dms.core.names import Bilingual
from dms.core.row_rules import Frozen, Kept, one_of, says_something
from dms.core.scope import GroupWide, StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Store, User

TWO_WEEKS = timedelta(days=14)
"""The trade judges a store by how many complaints are closed within them."""


class ComplaintKind(UpdatedAt, Bilingual):
    """A class of complaints: how soon it must be solved, and whose people do so."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    hours = models.PositiveSmallIntegerField(_("to be solved within (hours)"), default=48)
    role = models.CharField(_("who"), max_length=16, choices=CALLER_ROLES, default="cs_manager")
    order = models.PositiveSmallIntegerField(_("place"), default=100)
    active = models.BooleanField(_("active"), default=True)

    objects = GroupWide["ComplaintKind"].as_manager()

    class Meta:
        verbose_name = _("class of complaints")
        verbose_name_plural = _("classes of complaints")
        ordering = ["order", "pk"]
        constraints = [
            # Late at the moment it is taken down, it would be escalated before anybody has read it.
            models.CheckConstraint(
                name="complaintkind_hours_positive",
                condition=Q(hours__gte=1),
                violation_error_message=_("Leave at least one hour to solve it."),
            ),
        ]


class ComplaintStatus(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("complaint", "Taken down")
    IN_PROGRESS = "IN_PROGRESS", pgettext_lazy("complaint", "Being solved")
    RESOLVED = "RESOLVED", pgettext_lazy("complaint", "Solved, to be confirmed")
    CLOSED = "CLOSED", pgettext_lazy("complaint", "Closed")
    VOID = "VOID", pgettext_lazy("complaint", "Taken down by mistake")


class ComplaintQuerySet(StoreScoped["Complaint"]):
    lock_with = ("store", "kind", "customer")

    def live(self) -> Self:
        """What somebody has still to do something about."""
        return self.filter(status__in=[ComplaintStatus.OPEN, ComplaintStatus.IN_PROGRESS, ComplaintStatus.RESOLVED])

    def unsolved(self) -> Self:
        return self.filter(status__in=[ComplaintStatus.OPEN, ComplaintStatus.IN_PROGRESS])


class Complaint(UpdatedAt, DatedLifecycle):
    """One complaint. It is over when the customer says so, and opens again when they call again."""

    Status = ComplaintStatus

    NEXT = {
        ComplaintStatus.OPEN: frozenset({ComplaintStatus.IN_PROGRESS, ComplaintStatus.RESOLVED, ComplaintStatus.VOID}),
        ComplaintStatus.IN_PROGRESS: frozenset({ComplaintStatus.RESOLVED, ComplaintStatus.VOID}),
        ComplaintStatus.RESOLVED: frozenset({ComplaintStatus.CLOSED, ComplaintStatus.IN_PROGRESS}),
        ComplaintStatus.CLOSED: frozenset({ComplaintStatus.IN_PROGRESS}),
        ComplaintStatus.VOID: frozenset({ComplaintStatus.OPEN}),
    }

    number = models.CharField(_("number"), max_length=40, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=ComplaintStatus.choices, default=ComplaintStatus.OPEN)
    store = models.ForeignKey(Store, models.PROTECT, related_name="complaints", verbose_name=_("store"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="complaints", verbose_name=_("customer"))
    vehicle = models.ForeignKey(
        Vehicle, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("vehicle")
    )
    contact = models.OneToOneField(
        Contact, models.PROTECT, null=True, blank=True, related_name="complaint", verbose_name=_("contact")
    )
    about = models.CharField(
        _("document"), max_length=40, blank=True, help_text=_("Number of the order or work order it is about.")
    )
    kind = models.ForeignKey(ComplaintKind, models.PROTECT, related_name="complaints", verbose_name=_("class"))
    words = models.TextField(_("words of the customer"))
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="complaints", verbose_name=_("assigned to"))
    opened_at = models.DateTimeField(_("taken down"), default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("taken down by"))
    due_by = models.DateTimeField(_("to be solved by"))
    solution = models.TextField(_("solution"), blank=True)
    solved_at = models.DateTimeField(_("solved"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_word = models.TextField(_("what the customer says of it"), blank=True)
    closed_how = models.CharField(_("said by"), max_length=6, choices=CareChannel.choices, blank=True)
    void_reason = models.CharField(_("why it is void"), max_length=120, blank=True)
    reopened = models.PositiveSmallIntegerField(_("opened again"), default=0)
    escalated_at = models.DateTimeField(_("escalated"), null=True)
    escalated_to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("escalated to"))
    escalated_again_at = models.DateTimeField(_("escalated again"), null=True)
    escalated_again_to = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("then escalated to")
    )
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(
                fields=["store", "due_by"], name="complaint_live", condition=~Q(status__in=["CLOSED", "VOID"])
            ),
            models.Index(fields=["store", "-opened_at"], name="complaint_store"),
            models.Index(fields=["updated_at"], name="complaint_updated_at"),
        ]
        constraints = [
            status_is_known("complaint", ComplaintStatus),
            says_something("complaint", "number", "words", "key"),
            # Solved, and nobody knows how: the customer is asked about something that nobody can name.
            models.CheckConstraint(
                name="complaint_solved_says_how",
                condition=~Q(status__in=["RESOLVED", "CLOSED"]) | Q(solved_at__isnull=False, solution__regex=r"\S"),
                violation_error_message=_("Write how it was solved."),
            ),
            # It is over when the customer says so, not when we do.
            models.CheckConstraint(
                name="complaint_closed_by_the_customer",
                condition=iff(Q(status="CLOSED"), Q(closed_at__isnull=False))
                & (~Q(status="CLOSED") | Q(closed_word__regex=r"\S", closed_how__in=CareChannel.values)),
                violation_error_message=_("Write what the customer says of the solution, and how they said it."),
            ),
            # Whoever could make a complaint void without a word would.
            models.CheckConstraint(
                name="complaint_void_says_why",
                condition=~Q(status="VOID") | Q(void_reason__regex=r"\S"),
                violation_error_message=_("Say why it is void."),
            ),
            # The two-week ratio is counted from these moments: none lies before the complaint.
            models.CheckConstraint(
                name="complaint_moments_in_order",
                condition=(Q(solved_at__isnull=True) | Q(solved_at__gte=F("opened_at")))
                & (Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")))
                & Q(due_by__gt=F("opened_at")),
                violation_error_message=_("This lies before the complaint itself."),
            ),
            # The second hears of what the first has left lying.
            models.CheckConstraint(
                name="complaint_escalated_in_steps",
                condition=Q(escalated_again_at__isnull=True)
                | Q(escalated_at__isnull=False, escalated_again_at__gte=F("escalated_at")),
                violation_error_message=_("Late work climbs one level after the other."),
            ),
            one_of("complaint", "closed_how", "", *CareChannel.values),
            # What the customer said is theirs: it is added to, never rewritten.
            Frozen(
                name="complaint_frozen", fields=["number", "store", "contact", "words", "opened_at", "opened_by", "key"]
            ),
            Frozen(name="complaint_customer_frozen", fields=["customer"], same="crm_same_customer"),
            Kept(name="complaint_kept"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_overdue(self) -> bool:
        """Its time is over and nobody has solved it."""
        return self.status in {ComplaintStatus.OPEN, ComplaintStatus.IN_PROGRESS} and self.due_by < timezone.now()
