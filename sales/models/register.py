"""The register of those who come or call, and whose turn it is."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Customer
from dms.core.row_rules import Frozen, Kept, says_something
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Store, User
from sales.models.leads import Lead, Source

NAMELESS = Q(customer__isnull=True, left_contact__isnull=True)
"""Nobody has said yet who it was, or that they left nothing."""


class VisitQuerySet(StoreScoped["ShowroomVisit"]):
    lock_with = ("store", "customer", "adviser", "lead")

    def on(self, day: date) -> Self:
        return self.filter(day=day)

    def counted(self) -> Self:
        """Without the lines that were written by mistake."""
        return self.filter(voided_at__isnull=True)

    def inside(self) -> Self:
        """Guests who are in the store."""
        return self.counted().filter(left_at__isnull=True)

    def nameless(self) -> Self:
        """Rows of guests of whom nobody has said yet who they were, or that they left nothing."""
        return self.counted().filter(NAMELESS)

    def unfilled(self) -> Self:
        """Rows somebody must still complete before the evening meeting."""
        return self.counted().filter(NAMELESS | Q(adviser__isnull=True))

    def without_adviser(self) -> Self:
        """Rows of guests whom nobody receives yet."""
        return self.counted().filter(adviser__isnull=True)

    def matching(self, text: str) -> Self:
        customers = Customer.objects.matching(text)
        return self.filter(Q(name__icontains=text) | Q(customer__in=customers))


class ShowroomVisit(UpdatedAt):
    """One group that came in, or one call. Written at once; whoever leaves no number still counts as traffic."""

    class Kind(models.TextChoices):
        WALK_IN = "WALK_IN", pgettext_lazy("visit", "Walk-in")
        CALL = "CALL", pgettext_lazy("visit", "Call-in")

    class Purpose(models.TextChoices):
        LOOK = "LOOK", _("Look at cars")
        PICK_UP = "PICK_UP", _("Pick up a car")
        TEST_DRIVE = "TEST_DRIVE", _("Test drive")
        OTHER = "OTHER", pgettext_lazy("purpose", "Other")

    store = models.ForeignKey(Store, models.PROTECT, related_name="showroom_visits", verbose_name=_("store"))
    day = models.DateField(_("day"), default=timezone.localdate)
    sequence = models.PositiveIntegerField(_("no."))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.WALK_IN)
    came_at = models.DateTimeField(_("came"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    party_size = models.PositiveSmallIntegerField(_("people"), default=1)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.LOOK)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80, blank=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="showroom_visits", verbose_name=_("customer")
    )
    is_first = models.BooleanField(_("first visit"), default=True)
    left_contact = models.BooleanField(_("left a number"), null=True)
    adviser = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="showroom_visits", verbose_name=_("adviser")
    )
    lead = models.ForeignKey(
        Lead, models.PROTECT, null=True, blank=True, related_name="showroom_visits", verbose_name=_("A card")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    registered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("registered by")
    )
    turn_before = models.DateTimeField(
        null=True,
        editable=False,
        help_text=_(
            "Since when the adviser had waited who took a turn for this guest: where they stand again when it is void."
        ),
    )
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("void by")
    )
    void_reason = models.CharField(_("why it is void"), max_length=200, null=True, blank=True, editable=False)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("register row")
        verbose_name_plural = _("showroom register")
        ordering = ["-day", "-sequence"]
        indexes = [
            models.Index(fields=["store", "-day", "-sequence"], name="showroomvisit_day"),
            models.Index(fields=["updated_at"], name="showroomvisit_updated_at"),
        ]
        constraints = [
            # Visitors are told and counted by their number of the day: two desks never give one twice.
            models.UniqueConstraint(fields=["store", "day", "sequence"], name="showroomvisit_sequence_unique"),
            models.CheckConstraint(
                name="showroomvisit_leaves_after_coming",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("came_at")),
                violation_error_message=_("Nobody leaves before they came."),
            ),
            # Traffic is counted in people: a number that slipped into this field would be a busy year.
            models.CheckConstraint(name="showroomvisit_party", condition=Q(party_size__gte=1, party_size__lte=99)),
            # A line by mistake stays where it is, with its number and why: numbers without a gap are what the register is for.
            models.CheckConstraint(
                name="showroomvisit_void_says_why",
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False, void_reason__isnull=False),
                violation_error_message=_("Say why the line is void."),
            ),
            says_something("showroomvisit", "key", "void_reason"),
            Frozen(
                name="showroomvisit_frozen",
                fields=["store", "day", "sequence", "kind", "came_at", "registered_by", "key"],
            ),
            Frozen(name="showroomvisit_customer_frozen", fields=["customer"], same="crm_same_customer"),
            Frozen(
                name="showroomvisit_void_frozen",
                fields=["voided_at", "voided_by", "void_reason"],
                once=True,
            ),
            Frozen(
                name="showroomvisit_void_is_over",
                if_set="voided_at",
                fields=[
                    "left_at",
                    "party_size",
                    "purpose",
                    "source",
                    "name",
                    "left_contact",
                    "adviser",
                    "lead",
                    "note",
                ],
                violation_error_message=_("This line is void: it does not change any more."),
            ),
            Kept(name="showroomvisit_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} #{self.sequence}"

    @property
    def is_void(self) -> bool:
        """It was written by mistake."""
        return self.voided_at is not None

    @property
    def is_inside(self) -> bool:
        return self.left_at is None and not self.is_void

    @property
    def is_nameless(self) -> bool:
        """Nobody has said yet who it was, or that they left nothing."""
        return self.customer_id is None and self.left_contact is None and not self.is_void

    @property
    def is_unfilled(self) -> bool:
        """Somebody must still complete it."""
        return self.is_nameless or (self.adviser_id is None and not self.is_void)


class RotaPlace(UpdatedAt):
    """An adviser's place in the queue of the day. Whoever waited longest since their last guest is next; a skip keeps the place."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="rota", verbose_name=_("store"))
    day = models.DateField(_("day"), default=timezone.localdate)
    adviser = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("adviser"))
    waiting_since = models.DateTimeField(_("waiting since"), default=timezone.now)
    guests = models.PositiveIntegerField(_("guests today"), default=0)
    calls = models.PositiveIntegerField(_("calls today"), default=0)
    calls_since = models.DateTimeField(
        _("waiting for a call since"),
        default=timezone.now,
        help_text=_("Callers have a turn of their own, beside the floor’s."),
    )
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    passed_at = models.DateTimeField(_("passed over"), null=True, blank=True)
    present = models.BooleanField(_("present"), default=True)

    objects = StoreScoped["RotaPlace"].as_manager()

    class Meta:
        verbose_name = _("rota place")
        verbose_name_plural = _("rota")
        ordering = ["guests", "waiting_since", "pk"]
        # Two places of one adviser would be two turns.
        constraints = [models.UniqueConstraint(fields=["store", "day", "adviser"], name="rota_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.adviser}"
