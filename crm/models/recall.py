"""The monthly maintenance recall: a campaign of a store and month, and one entry per vehicle and due month."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.customers import Customer, reached_by_post
from crm.models.vehicles import Vehicle
from dms.core.lifecycle import Lifecycle, iff, status_is_known
from dms.core.row_rules import Frozen, Kept, ReasonOf, Shares, says_something
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.formats.days import add_months
from dms.models import Reason, Store, User


class ServiceRecord(models.Model):
    """That a car had its maintenance on a day: what the next due month counts from."""

    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="services", verbose_name=_("vehicle"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    on = models.DateField(_("day"))
    km = models.PositiveIntegerField(_("mileage (km)"), null=True)
    elsewhere = models.BooleanField(_("by another workshop"), default=False)
    # What was agreed at the settlement comes before the plan of the variant.
    next_on = models.DateField(_("next maintenance"), null=True)
    next_km = models.PositiveIntegerField(_("next maintenance (km)"), null=True)

    class Meta:
        verbose_name = _("maintenance done")
        verbose_name_plural = _("maintenance done")
        ordering = ["-on"]
        # A car in the workshop twice a day had one maintenance: the next is counted from it once.
        constraints = [models.UniqueConstraint(fields=["vehicle", "on"], name="servicerecord_unique")]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.on}"


class RecallCampaign(UpdatedAt):
    """The recall of one store for the cars due in one month, with its improvement plan."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="recalls", verbose_name=_("store"))
    month = models.DateField(_("due month"))
    prepared_at = models.DateTimeField(_("listed"), default=timezone.now)
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("listed by"))
    improvement = models.TextField(_("improvement plan"), blank=True)
    improvement_at = models.DateTimeField(_("plan written"), null=True)
    improvement_owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("who carries it out")
    )
    improvement_due = models.DateField(_("carried out by"), null=True)
    improvement_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("plan by"))
    joined_on = models.DateField(null=True, editable=False)
    """On which day it was last looked through for cars that have become due since."""
    alarms = models.JSONField(default=list, editable=False)

    objects = StoreScoped["RecallCampaign"].as_manager()

    class Meta:
        verbose_name = _("maintenance recall")
        verbose_name_plural = _("maintenance recalls")
        ordering = ["-month", "store"]
        constraints = [
            # The beat and a manager who list the month at once make one list.
            models.UniqueConstraint(fields=["store", "month"], name="recallcampaign_unique"),
            # A month is its first day everywhere, or two lists of one month stand beside each other.
            models.CheckConstraint(
                name="recallcampaign_month_in_range",
                condition=Q(month__day=1),
            ),
            # Whether the plan came in time is judged at the end of the due month.
            models.CheckConstraint(
                name="recallcampaign_plan_has_time",
                condition=iff(Q(improvement=""), Q(improvement_at__isnull=True)),
            ),
            says_something("recallcampaign", "number"),
            # What the entries point to, with both: a car stands on the list of its own store and month.
            models.UniqueConstraint(fields=["id", "store", "month"], name="recallcampaign_with_month"),
            Frozen(name="recallcampaign_frozen", fields=["number", "store", "month", "prepared_at", "prepared_by"]),
            Kept(name="recallcampaign_kept"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def plan_owner(self) -> User | None:
        """Who carries the plan out: whoever wrote it, when nobody is named."""
        return self.improvement_owner or self.improvement_by

    @property
    def plan_due(self) -> date:
        """By when: the end of the next month, when no day is named."""
        return self.improvement_due or add_months(self.month, 2) - timedelta(days=1)


class EntryStatus(models.TextChoices):
    LISTED = "LISTED", pgettext_lazy("recall", "Listed")
    PRINTED = "PRINTED", pgettext_lazy("recall", "Printed")
    MAILED = "MAILED", pgettext_lazy("recall", "Mailed")
    CALLED = "CALLED", pgettext_lazy("recall", "Called")
    BOOKED = "BOOKED", pgettext_lazy("recall", "Booked")
    CAME = "CAME", pgettext_lazy("recall", "Came")
    DECLINED = "DECLINED", pgettext_lazy("recall", "Declined")
    VOID = "VOID", pgettext_lazy("recall", "Void")


COMES = (EntryStatus.BOOKED, EntryStatus.CAME)
"""What the recall is for."""


class RecallEntryQuerySet(StoreScoped["RecallEntry"]):
    lock_with = ("store", "vehicle")


class RecallEntry(UpdatedAt, Lifecycle):
    """One car that is due in the month. Letter, mailing and call follow each other; the end is a booking or a reason."""

    Status = EntryStatus
    ENDS: ClassVar = frozenset({EntryStatus.BOOKED, EntryStatus.CAME, EntryStatus.DECLINED, EntryStatus.VOID})

    NEXT = {
        EntryStatus.LISTED: frozenset({EntryStatus.PRINTED, *COMES, EntryStatus.VOID}),
        EntryStatus.PRINTED: frozenset({EntryStatus.MAILED, *COMES, EntryStatus.VOID}),
        EntryStatus.MAILED: frozenset({EntryStatus.CALLED, *COMES, EntryStatus.DECLINED, EntryStatus.VOID}),
        EntryStatus.CALLED: frozenset({*COMES, EntryStatus.DECLINED, EntryStatus.VOID}),
        # A booking that came to nothing: the entry stands where it stood.
        EntryStatus.BOOKED: frozenset(
            {EntryStatus.CAME, EntryStatus.LISTED, EntryStatus.PRINTED, EntryStatus.MAILED, EntryStatus.CALLED}
        ),
        EntryStatus.CAME: frozenset(),
        EntryStatus.DECLINED: frozenset(COMES),
        EntryStatus.VOID: frozenset({EntryStatus.LISTED, EntryStatus.PRINTED, EntryStatus.MAILED, EntryStatus.CALLED}),
    }

    status = models.CharField(_("status"), max_length=10, choices=EntryStatus.choices, default=EntryStatus.LISTED)
    campaign = models.ForeignKey(RecallCampaign, models.PROTECT, related_name="entries", verbose_name=_("recall"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="recalls", verbose_name=_("vehicle"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="recalls", verbose_name=_("customer"))
    due_month = models.DateField(_("due month"))
    listed_at = models.DateTimeField(_("listed"), default=timezone.now)
    printed_at = models.DateTimeField(_("printed"), null=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True)
    called_at = models.DateTimeField(_("called"), null=True)
    reached = models.BooleanField(_("owner reached"), default=False)
    control = models.BooleanField(
        _("left alone"), default=False, help_text=_("One of the small group by which the recall is measured.")
    )
    booked_at = models.DateTimeField(_("booked"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+", verbose_name=_("why not booked"))

    objects = RecallEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("recall entry")
        verbose_name_plural = _("recall entries")
        ordering = ["campaign", "pk"]
        indexes = [
            models.Index(fields=["campaign", "status", "id"], name="recallentry_campaign"),
            models.Index(fields=["updated_at"], name="recallentry_updated_at"),
        ]
        constraints = [
            status_is_known("recallentry", EntryStatus),
            # Made again, or by two managers at once, the list stays as it was: nobody gets two letters.
            models.UniqueConstraint(fields=["vehicle", "due_month"], name="recallentry_unique"),
            # Listed, printed, mailed, called: the manufacturer audits the recall by these steps, in this
            # order.
            models.CheckConstraint(
                name="recallentry_printed_after_listed",
                condition=Q(printed_at__isnull=True) | Q(printed_at__gte=F("listed_at")),
                violation_error_message=_("A letter is printed after the car is listed."),
            ),
            # What was not on paper is not in the post: mailed letters are counted from these times.
            models.CheckConstraint(
                name="recallentry_mailed_after_printed",
                condition=Q(mailed_at__isnull=True)
                | Q(printed_at__isnull=False, mailed_at__isnull=False, mailed_at__gte=F("printed_at")),
                violation_error_message=_("A letter is mailed after it is printed."),
            ),
            # The call asks whether the letter has come: before it, it counts for no recall.
            models.CheckConstraint(
                name="recallentry_called_after_mailed",
                condition=Q(called_at__isnull=True)
                | Q(mailed_at__isnull=False, called_at__isnull=False, called_at__gte=F("mailed_at")),
                violation_error_message=_("The owner is called after the letter is mailed."),
            ),
            # The deadlines of the manufacturer are judged by these times, not by the status.
            models.CheckConstraint(
                name="recallentry_status_has_time",
                condition=(~Q(status="PRINTED") | Q(printed_at__isnull=False))
                & (~Q(status="MAILED") | Q(mailed_at__isnull=False))
                & (~Q(status__in=["CALLED", "DECLINED"]) | Q(called_at__isnull=False))
                & iff(Q(status__in=["BOOKED", "CAME", "DECLINED", "VOID"]), Q(ended_at__isnull=False))
                & (~Q(status="BOOKED") | Q(booked_at__isnull=False)),
            ),
            # Without the reason next month's plan has nothing to improve on.
            models.CheckConstraint(
                name="recallentry_declined_has_reason",
                condition=~Q(status="DECLINED") | Q(reason__isnull=False),
                violation_error_message=_("Say why the owner did not book."),
            ),
            # A due month is the one its recall is for; with another day in it a car would be listed twice.
            Shares(
                name="recallentry_of_its_month",
                to="crm_recallcampaign",
                columns={"campaign_id": "id", "store_id": "store_id", "due_month": "month"},
            ),
            # Another month or car would be another letter, and this one is in the post.
            Frozen(name="recallentry_frozen", fields=["campaign", "store", "vehicle", "due_month", "listed_at"]),
            Frozen(name="recallentry_times_frozen", fields=["printed_at", "mailed_at", "called_at"], once=True),
            Frozen(name="recallentry_customer_frozen", fields=["customer"], same="crm_same_customer"),
            ReasonOf(name="recallentry_for_a_reason_of_it", field="reason", kind=Reason.Kind.RECALL_REFUSAL),
            Kept(name="recallentry_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.due_month:%Y-%m}"


CALLED_ON = Q(control=False)
"""But for the small group that is left alone, to see what the recall is good for."""
UNADDRESSED = CALLED_ON & Q(status=EntryStatus.LISTED, letter__isnull=True) & ~reached_by_post("customer__")
"""Owners whose address must be mended before there can be a letter."""


class Step(models.TextChoices):
    """The steps of a month's recall, each with its last day."""

    LIST = "LIST", pgettext_lazy("recall step", "List")
    PRINT = "PRINT", pgettext_lazy("recall step", "Print letters")
    MAIL = "MAIL", pgettext_lazy("recall step", "Mail")
    CALL = "CALL", pgettext_lazy("recall step", "Call")
    PLAN = "PLAN", pgettext_lazy("recall step", "Improvement plan")


LAST_DAYS = {Step.LIST: 7, Step.PRINT: 14, Step.MAIL: 21}
"""Week n of the month before is days 1–7, 8–14, 15–21."""


def deadline(month: date, step: Step) -> date:
    """The last day of a step for the cars due in the month; calls and the plan end with the due month itself."""
    if step in LAST_DAYS:
        # The letter must reach the owner before the month in which the car is due.
        return add_months(month, -1).replace(day=LAST_DAYS[step])
    return add_months(month, 1) - timedelta(days=1)


def is_late(month: date, step: Step, now: datetime) -> int:
    """By how many days the step is late; 0 while there is time."""
    return max(0, (timezone.localdate(now) - deadline(month, step)).days)


@dataclass(frozen=True)
class Figures:
    """Of a campaign: how many should be there, and how far they came."""

    cars: int
    void: int
    printed: int
    mailed: int
    called: int
    reached: int
    booked: int
    came: int = 0
    unaddressed: int = 0
    control: int = 0

    @property
    def base(self) -> int:
        return self.cars - self.void

    def __add__(self, other: "Figures") -> "Figures":
        """Of several stores together."""
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def to_print(self) -> int:
        """Letters that can be printed and are not; who booked or came before needs none, nor can one without an address."""
        return max(0, self.base - self.printed - self.unaddressed)

    @property
    def to_mail(self) -> int:
        return max(0, self.base - self.mailed - self.unaddressed)

    def share(self, part: int) -> float:
        # Void cars are not counted: nobody reaches the owner of a car that is scrapped.
        return 100 * part / self.base if self.base else 0.0

    @property
    def ratios(self) -> tuple[float, float, float, float]:
        """Mailed, reached, booked and come, of those who should be there."""
        return self.share(self.mailed), self.share(self.reached), self.share(self.booked), self.share(self.came)


NOTHING_YET = Figures(cars=0, void=0, printed=0, mailed=0, called=0, reached=0, booked=0)


def step_now(figures: Figures | None) -> Step:
    """What is to be done next, by how far the recall came; None: its list is not made."""
    if figures is None:
        return Step.LIST
    if figures.to_print:
        return Step.PRINT
    if figures.to_mail:
        return Step.MAIL
    return Step.CALL if figures.called < figures.mailed else Step.PLAN
