"""Leads: the A card. An open one always has an owner and a next contact date; the database sees to it."""

from datetime import date, datetime
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Customer
from dms.core.lifecycle import DatedLifecycle, iff, status_is_known
from dms.core.names import Bilingual
from dms.core.row_rules import Frozen, Kept, Refused, Shares, says_something
from dms.core.scope import GroupWide, StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Reason, Series, Store, User, Variant
from sales.models.makes import NOT_OUR_MAKE, OTHER_SERIES


class Level(models.TextChoices):
    """How soon they buy: H within 7 days, A 15, B 30, C in two or three months; N is new."""

    N = "N", pgettext_lazy("level", "N new")
    H = "H", pgettext_lazy("level", "H 7 days")
    A = "A", pgettext_lazy("level", "A 15 days")
    B = "B", pgettext_lazy("level", "B 30 days")
    C = "C", pgettext_lazy("level", "C later")


class LevelRule(models.Model):
    """How long after a contact the next one is due, by level. Data, not code: the trade has no one rhythm."""

    level = models.CharField(_("level"), max_length=1, choices=Level.choices, unique=True)
    hours = models.PositiveIntegerField(_("next contact within (hours)"), validators=[MinValueValidator(1)])

    objects = GroupWide["LevelRule"].as_manager()

    class Meta:
        verbose_name = _("contact rhythm")
        verbose_name_plural = _("contact rhythms")
        ordering = ["hours"]
        # A rhythm of no hours would make the next contact due at the moment of the last.
        constraints = [models.CheckConstraint(name="levelrule_positive", condition=Q(hours__gt=0))]

    def __str__(self) -> str:
        return f"{self.level} {self.hours} h"


class Source(Bilingual):
    """Where a lead came from, in two steps: the way (going out, inviting in, our own owners) and the channel."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="channels", verbose_name=_("way")
    )
    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    active = models.BooleanField(_("active"), default=True)

    objects = GroupWide["Source"].as_manager()

    class Meta:
        verbose_name = _("lead source")
        verbose_name_plural = _("lead sources")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.parent} / {self.local_name}" if self.parent_id else self.local_name


class LeadStatus(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("lead", "Open")
    LOSS_REQUESTED = "LOSS_REQUESTED", pgettext_lazy("lead", "Loss requested")
    LOST = "LOST", pgettext_lazy("lead", "Lost")
    ORDERED = "ORDERED", pgettext_lazy("lead", "Ordered")
    DELIVERED = "DELIVERED", pgettext_lazy("lead", "Delivered")


class LossClass(models.TextChoices):
    """To whom a customer was lost: the three classes of the trade."""

    SAME_BRAND = "SAME_BRAND", pgettext_lazy("loss class", "Same make, another dealer")
    OTHER_BRAND = "OTHER_BRAND", pgettext_lazy("loss class", "Another make")
    OUR_PEOPLE = "OUR_PEOPLE", pgettext_lazy("loss class", "Our own people")


class LossVerdict(models.TextChoices):
    """What a superior finds the loss to be."""

    REAL = "REAL", pgettext_lazy("loss", "Lost")
    NEAR = "NEAR", pgettext_lazy("loss", "Nearly lost")
    FALSE = "FALSE", pgettext_lazy("loss", "Only said to be lost")


class LeadQuerySet(StoreScoped["Lead"]):
    lock_with = ("store", "customer", "owner")

    def open(self) -> Self:
        """Cards somebody works on: open, or waiting for the manager's word on a loss."""
        return self.filter(status__in=[LeadStatus.OPEN, LeadStatus.LOSS_REQUESTED])

    def to_ask_again(self, on: date) -> Self:
        """Lost ones whose day to ask again has come."""
        return self.filter(status=LeadStatus.LOST, reactivate_on__lte=on)

    def due(self, at: datetime) -> Self:
        return self.filter(status=LeadStatus.OPEN, next_contact_at__lte=at)

    def of(self, user: User) -> Self:
        return self.filter(owner=user)

    def matching(self, text: str) -> Self:
        """A card's number or its end, or the customer as staff type them."""
        customers = Customer.objects.matching(text)
        return self.filter(Q(number__endswith=text.upper()) | Q(customer__in=customers))


class Lead(UpdatedAt, DatedLifecycle):
    """An A card: one customer's wish for a car, from the first contact to the order."""

    Status = LeadStatus

    NEXT = {
        LeadStatus.OPEN: frozenset({LeadStatus.LOSS_REQUESTED, LeadStatus.ORDERED}),
        # Never straight from open to lost: somebody else looks at each loss first.
        LeadStatus.LOSS_REQUESTED: frozenset({LeadStatus.LOST, LeadStatus.OPEN}),
        LeadStatus.LOST: frozenset({LeadStatus.OPEN}),
        LeadStatus.ORDERED: frozenset({LeadStatus.OPEN, LeadStatus.DELIVERED}),
        LeadStatus.DELIVERED: frozenset(),
    }

    number = models.CharField(_("card number"), max_length=40, unique=True)
    status = models.CharField(_("status"), max_length=14, choices=LeadStatus.choices, default=LeadStatus.OPEN)
    store = models.ForeignKey(Store, models.PROTECT, related_name="leads", verbose_name=_("store"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="leads", verbose_name=_("customer"))
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="leads", verbose_name=_("adviser"))
    level = models.CharField(_("level"), max_length=1, choices=Level.choices, default=Level.N)
    next_contact_at = models.DateTimeField(_("next contact"), null=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("source")
    )
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("series")
    )
    variant = models.ForeignKey(
        Variant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("variant")
    )
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    budget = models.CharField(_("budget"), max_length=40, blank=True)
    buys_when = models.CharField(_("planned purchase"), max_length=40, blank=True)
    wish = models.CharField(_("wish"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("opened by"))
    level_at = models.DateTimeField(_("level since"), default=timezone.now)
    loss_reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("loss reason")
    )
    loss_class = models.CharField(_("lost to"), max_length=12, choices=LossClass.choices, blank=True)
    lost_to = models.CharField(_("competitor’s car"), max_length=80, blank=True)
    loss_verdict = models.CharField(_("found to be"), max_length=6, choices=LossVerdict.choices, blank=True)
    loss_note = models.CharField(_("what happened"), max_length=200, blank=True)
    loss_approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("loss confirmed by")
    )
    reactivate_on = models.DateField(_("ask again on"), null=True, blank=True)

    objects = LeadQuerySet.as_manager()
    TRIGGERS = {
        "lead_lost_for_a_loss_reason": _("Choose why it was lost."),
        "lead_of_own_make": NOT_OUR_MAKE,
    }

    class Meta:
        verbose_name = _("A card")
        verbose_name_plural = _("A cards")
        ordering = ["next_contact_at", "pk"]
        indexes = [
            models.Index(fields=["owner", "next_contact_at"], name="lead_owner_due", condition=Q(status="OPEN")),
            models.Index(fields=["store", "status", "next_contact_at"], name="lead_store_status"),
            models.Index(fields=["customer"], name="lead_customer"),
            models.Index(fields=["store", "opened_at"], name="lead_store_opened"),
            models.Index(fields=["updated_at"], name="lead_updated_at"),
        ]
        constraints = [
            status_is_known("lead", LeadStatus),
            # The custom of the A card: without a next date and somebody who keeps it, the customer is lost in silence.
            models.CheckConstraint(
                name="lead_open_has_owner_and_next_contact",
                condition=~Q(status__in=["OPEN", "LOSS_REQUESTED"])
                | Q(owner__isnull=False, next_contact_at__isnull=False),
                violation_error_message=_("An open card needs an adviser and a next contact date."),
            ),
            # Four eyes: an adviser who writes off their own card could hide a customer whom they forgot.
            models.CheckConstraint(
                name="lead_lost_has_reason_and_other_approver",
                condition=~Q(status="LOST")
                | (
                    Q(owner__isnull=False, loss_reason__isnull=False, loss_approved_by__isnull=False)
                    & ~Q(loss_approved_by=F("owner"))
                ),
                violation_error_message=_("A loss needs a reason and somebody else’s confirmation."),
            ),
            # The superior judges the reason: a request without one leaves nothing to decide on.
            models.CheckConstraint(
                name="lead_loss_requested_has_reason",
                condition=~Q(status="LOSS_REQUESTED") | Q(loss_reason__isnull=False),
            ),
            # The trade counts losses by three classes: one without a class would be missing from the table.
            models.CheckConstraint(
                name="lead_loss_has_class",
                condition=~Q(status__in=["LOSS_REQUESTED", "LOST"]) | ~Q(loss_class=""),
                violation_error_message=_("Say to whom the customer was lost."),
            ),
            # Lost to another make, the lesson is which one: “another” teaches nobody anything.
            models.CheckConstraint(
                name="lead_lost_to_a_car",
                condition=~Q(loss_class="OTHER_BRAND") | Q(lost_to__regex=r"\S"),
                violation_error_message=_("Write the make and series that the customer buys instead."),
            ),
            # The key below compares two columns, and Postgres passes one that is half empty.
            models.CheckConstraint(
                name="lead_variant_has_series",
                condition=Q(variant__isnull=True) | Q(series__isnull=False),
                violation_error_message=OTHER_SERIES,
            ),
            Shares(
                name="lead_variant_of_series",
                to="dms_variant",
                columns={"variant_id": "id", "series_id": "series_id"},
                violation_error_message=OTHER_SERIES,
            ),
            # Two cards of one wish are two advisers at one customer. A wish without a series is one as well.
            models.UniqueConstraint(
                fields=["customer", "store", "series"],
                condition=Q(status__in=["OPEN", "LOSS_REQUESTED"]),
                nulls_distinct=False,
                name="lead_one_open_per_customer_store_series",
                violation_error_message=_("This customer has an open card for this series already."),
            ),
            says_something("lead", "number"),
            # What orders point to, with both: an order is for the customer and the store of its card.
            models.UniqueConstraint(fields=["id", "customer", "store"], name="lead_of_customer"),
            Frozen(name="lead_frozen", fields=["number", "store", "opened_at", "opened_by"]),
            Frozen(name="lead_customer_frozen", fields=["customer"], same="crm_same_customer"),
            # Whoever confirms a loss confirms that of the adviser who asked for it.
            Refused(
                name="lead_lost_by_its_owner",
                when="OLD.status <> 'LOST' AND NEW.status = 'LOST' AND OLD.owner_id IS DISTINCT FROM NEW.owner_id",
            ),
            # The wish is fulfilled; only two files of one buyer may still become one.
            Frozen(name="lead_over_frozen", since=["DELIVERED"], but=["customer_id"]),
            # While it is lost. Opened again it goes on; that nobody is asked again may be decided.
            Refused(
                name="lead_lost_frozen",
                when="OLD.status = 'LOST' AND NEW.status = 'LOST' AND"
                " to_jsonb(OLD.*) - ARRAY['customer_id', 'reactivate_on', 'updated_at']"
                " IS DISTINCT FROM to_jsonb(NEW.*) - ARRAY['customer_id', 'reactivate_on', 'updated_at']",
            ),
            Kept(name="lead_kept"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Its adviser works on it."""
        return self.status == LeadStatus.OPEN

    @property
    def is_being_given_up(self) -> bool:
        """Its adviser asked for the loss, and nobody has decided yet."""
        return self.status == LeadStatus.LOSS_REQUESTED

    @property
    def is_late(self) -> bool:
        """The promised contact did not happen."""
        return self.is_open and self.next_contact_at is not None and self.next_contact_at < timezone.now()

    @property
    def car(self) -> str:
        """What they want, as exactly as it is known."""
        return str(self.variant or self.series or self.wish or "")


class LeadContactQuerySet(StoreScoped["LeadContact"]):
    store_path = "lead__store"
    lock_with = ("lead__store",)


class LeadContact(models.Model):
    """A row of the card: the planned date, the actual contact, the level after it, what happened, the manager's word."""

    class Channel(models.TextChoices):
        SHOWROOM = "SHOWROOM", _("Came to the store")
        CALL = "CALL", _("Call")
        HOME = "HOME", _("Home visit")
        MESSAGE = "MESSAGE", pgettext_lazy("contact", "Message")

    class Result(models.TextChoices):
        TALKED = "TALKED", pgettext_lazy("contact result", "Talked")
        CAME = "CAME", pgettext_lazy("contact result", "Came in")
        WILL_COME = "WILL_COME", pgettext_lazy("contact result", "Will come")
        NO_ANSWER = "NO_ANSWER", pgettext_lazy("contact result", "No answer")
        OFF = "OFF", pgettext_lazy("contact result", "Phone off")
        REFUSED = "REFUSED", pgettext_lazy("contact result", "Declined")

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="contacts", verbose_name=_("A card"))
    planned_at = models.DateTimeField(_("planned"), null=True)
    at = models.DateTimeField(_("actual"), default=timezone.now)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.CALL)
    result = models.CharField(_("result"), max_length=9, choices=Result.choices, default=Result.TALKED)
    level_after = models.CharField(_("level after"), max_length=1, choices=Level.choices)
    what = models.TextField(_("what happened"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    next_contact_at = models.DateTimeField(_("next contact"), null=True)
    review = models.CharField(_("manager’s review"), max_length=200, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    objects = LeadContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact row")
        verbose_name_plural = _("contact rows")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["lead", "-at"], name="leadcontact_lead")]
        constraints = [
            # That it was read is counted by the time, who answers for it is the name: neither stands alone.
            models.CheckConstraint(
                name="leadcontact_review_is_whole",
                condition=iff(Q(reviewed_by__isnull=True), Q(reviewed_at__isnull=True)),
            ),
            says_something("leadcontact", "key"),
            # What was said stays as it was said; the manager's word stands beside it.
            Frozen(name="leadcontact_frozen", but=["review", "reviewed_by_id", "reviewed_at"]),
            # The adviser acts on the instruction: what they were told is not rewritten afterwards.
            Frozen(
                name="leadcontact_review_frozen", fields=["review", "reviewed_by", "reviewed_at"], if_set="reviewed_at"
            ),
            Kept(name="leadcontact_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.lead} {self.at:%Y-%m-%d}"


class LevelChange(models.Model):
    """The history of a card's level, for the monthly table of levels. Append-only."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="level_changes", verbose_name=_("A card"))
    before = models.CharField(_("before"), max_length=1, blank=True)
    after = models.CharField(_("after"), max_length=1, choices=Level.choices)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("level change")
        verbose_name_plural = _("level changes")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.lead} {self.before}→{self.after}"
