"""Promises to owners: presets of rules (cadences), and the contacts that fall due by them (follow-ups)."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, TruncDay
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm import cadence, places
from crm.models.billing import Invoice
from crm.models.customers import Customer
from crm.models.presets import CadencePreset
from crm.models.purposes import Purpose
from crm.models.recall import RecallEntry
from crm.models.triggers import OCCASIONS, CareChannel, Festival, Trigger
from crm.models.vehicles import Vehicle
from dms.core.lifecycle import Lifecycle, iff, status_is_known
from dms.core.names import Bilingual
from dms.core.roles import ROLES
from dms.core.row_rules import Frozen, Kept, Refused
from dms.core.scope import GroupWide, StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.formats.days import day_of, end_of, start_of
from dms.models import RoleRight, Store, User

OWN_OF_DELIVERY = Q(cadence__trigger=Trigger.DELIVERY, cadence__every_months=0)
"""The calls that a delivery itself promises, each by another person: they are made one by one."""

CALL = "crm.call"
"""The right of whoever makes a contact, by phone or by letter."""
CALLER_ROLES = [(code, role.label) for code, role in ROLES.items() if not role.group_wide]
"""Whose people may be told to call."""


class Cadence(UpdatedAt, Bilingual):
    """A rule: so long after the trigger somebody of a role contacts the customer, once or again every so many months."""

    class Unit(models.TextChoices):
        HOUR = "HOUR", pgettext_lazy("unit", "hours")
        DAY = "DAY", pgettext_lazy("unit", "days")
        MONTH = "MONTH", pgettext_lazy("unit", "months")

    preset = models.ForeignKey(CadencePreset, models.CASCADE, related_name="cadences", verbose_name=_("care preset"))
    code = models.CharField(_("code"), max_length=20)
    trigger = models.CharField(_("counts from"), max_length=16, choices=Trigger.choices)
    festival = models.ForeignKey(
        Festival,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cadences",
        verbose_name=_("festival"),
        help_text=_("Of a rule that counts from one."),
    )
    offset = models.PositiveSmallIntegerField(_("due after"))
    unit = models.CharField(_("unit"), max_length=5, choices=Unit.choices, default=Unit.DAY)
    window_hours = models.PositiveSmallIntegerField(_("time for it (hours)"), default=24)
    every_months = models.PositiveSmallIntegerField(
        _("again every (months)"), default=0, help_text=_("0 means once. Repeats go on as long as they own the car.")
    )
    channel = models.CharField(_("channel"), max_length=6, choices=CareChannel.choices, default=CareChannel.CALL)
    purpose = models.CharField(
        _("purpose"),
        max_length=10,
        choices=Purpose.choices,
        default=Purpose.CARE,
        help_text=_("Whoever refuses this is not contacted by the rule."),
    )
    role = models.CharField(_("who"), max_length=16, choices=CALLER_ROLES)
    at_named_time = models.BooleanField(
        _("at the time the customer named"), default=False, help_text=_("When they named one.")
    )
    template = models.ForeignKey(
        "crm.LetterTemplate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cadences",
        verbose_name=_("letter template"),
        help_text=_("Of a letter or text message. Empty: the default thank-you letter, or the script as the message."),
    )
    questionnaire = models.ForeignKey(
        "crm.Questionnaire",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cadences",
        verbose_name=_("questionnaire"),
        help_text=_("Asked in the call, or by a link in the text message."),
    )
    script = models.TextField(
        _("script"),
        blank=True,
        help_text=_("Filled in: {customer} {caller} {store} {car} {plate} {since} {first_service}"),
    )
    active = models.BooleanField(_("active"), default=True)
    active_since = models.DateTimeField(null=True, editable=False)
    """When it was switched on again: what fell due before is not made up for."""
    caught_up = models.BooleanField(default=True, editable=False)
    """Cars delivered in the pause have their next one, too."""
    wished_on = models.DateField(null=True, editable=False)
    """Of a rule for an occasion, the last day whose customers were found."""

    objects = GroupWide["Cadence"].as_manager()

    class Meta:
        verbose_name = _("cadence")
        verbose_name_plural = _("cadences")
        ordering = ["preset", "trigger", "pk"]
        constraints = [
            # The code finds the rule (the quality call by its own): two of one code, and the wrong call
            # follows.
            models.UniqueConstraint(
                fields=["preset", "code"],
                name="cadence_code_unique",
                violation_error_message=_("This preset already has a cadence of that code."),
            ),
            # A rule that counts from nothing known would never fall due, and nobody would notice.
            models.CheckConstraint(
                name="cadence_trigger_known",
                condition=Q(trigger__in=Trigger.values) & Q(channel__in=CareChannel.values),
                violation_error_message=_("Choose the trigger and the channel from the list."),
            ),
            # Due and overdue at the same moment, every call would be escalated as it appears.
            models.CheckConstraint(
                name="cadence_window_positive",
                condition=Q(window_hours__gt=0),
                violation_error_message=_("Leave at least one hour for it."),
            ),
            # A rule for a festival nobody named would wish nobody anything.
            models.CheckConstraint(
                name="cadence_names_its_festival",
                condition=iff(Q(trigger="FESTIVAL"), Q(festival__isnull=False)),
                violation_error_message=_("Choose the festival, and only where the rule counts from one."),
            ),
            # A rule for nothing known would ask for a consent that nobody can give or refuse.
            models.CheckConstraint(
                name="cadence_purpose_known",
                condition=Q(purpose__in=Purpose.values),
                violation_error_message=_("Choose the purpose from the list."),
            ),
        ]

    @property
    def rule(self) -> cadence.Rule:
        """The rule as the arithmetic takes it."""
        return cadence.Rule(
            self.offset,
            cadence.Unit(self.unit),
            self.window_hours,
            self.every_months,
            self.preset.least_hours,
            kept_anyway=self.trigger == Trigger.DELIVERY,
        )

    def clean(self) -> None:
        super().clean()
        if self.role and not RoleRight.objects.granted().filter(role__name=self.role, right=CALL).exists():
            raise ValidationError({"role": _("People of this role may not call. Choose a role that has the right to.")})
        self._clean_words()
        if self.trigger in OCCASIONS and (self.every_months or self.offset):
            sentence = _("An occasion comes once a year by itself: leave “due after” and “again every” at 0.")
            raise ValidationError({"every_months": sentence})

    def _clean_words(self) -> None:
        """Every place of the script is filled by something; a template is one of the channel."""
        try:
            places.refuse_unknown(self.script, places.SCRIPT)
        except ValidationError as error:
            raise ValidationError({"script": error}) from None
        if self.template is not None:
            fits = {CareChannel.SMS: {"MESSAGE"}, CareChannel.LETTER: {"THANKS", "CARE"}}
            if self.template.kind not in fits.get(CareChannel(self.channel), set()):
                sentence = _(
                    "A letter takes a letter template, a text message one for messages; a call is read from the script."
                )
                raise ValidationError({"template": sentence})

    def save(self, **columns: Any) -> None:
        """Switched on again it begins with the next occurrence from today."""
        if self.pk and self.active and type(self).objects.filter(pk=self.pk, active=False).exists():
            self.active_since, self.caught_up = timezone.now(), False
            if columns.get("update_fields") is not None:
                columns["update_fields"] = {*columns["update_fields"], "active_since", "caught_up"}
        super().save(**columns)

    @property
    def begins_again(self) -> datetime | None:
        """From when on it counts after a pause: the morning of the day on which it ended."""
        return start_of(day_of(self.active_since)) if self.active_since else None

    @property
    def is_call(self) -> bool:
        """Somebody speaks with the customer: no two of these on one day."""
        return self.channel in {CareChannel.CALL, CareChannel.VISIT}


class FollowUpStatus(models.TextChoices):
    PENDING = "PENDING", pgettext_lazy("follow-up", "Due")
    DONE = "DONE", pgettext_lazy("follow-up", "Done")
    UNREACHABLE = "UNREACHABLE", pgettext_lazy("follow-up", "Not reached")
    CANCELLED = "CANCELLED", pgettext_lazy("follow-up", "Dropped")


class FollowUpQuerySet(StoreScoped["FollowUp"]):
    lock_with = ("store", "cadence", "vehicle")

    def pending(self) -> Self:
        return self.filter(status=FollowUpStatus.PENDING)

    def due(self, at: datetime) -> Self:
        """Pending, and its time has come."""
        return self.pending().filter(due_from__lte=at)

    def due_today(self, now: datetime) -> Self:
        """Pending, and its time comes before midnight."""
        # Midnight here: a call of this evening belongs to today's list.
        return self.pending().filter(due_from__lt=end_of(timezone.localdate(now)))

    def overdue(self, at: datetime) -> Self:
        return self.pending().filter(due_until__lt=at)

    def mine(self, user: User) -> Self:
        """What this person does: their own unless a deputy has it, what they stand in for, and the free work of their roles."""
        own = Q(assignee=user, deputy__isnull=True) | Q(deputy=user)
        # Nobody's yet: who of the role takes it first has it from then on.
        free = Q(assignee__isnull=True, deputy__isnull=True, cadence__role__in=user.role_codes)
        return self.filter(own | free)

    def to_call(self) -> Self:
        """Calls and visits: what somebody talks for."""
        return self.filter(channel__in=[CareChannel.CALL, CareChannel.VISIT])

    def joinable(self) -> Self:
        """Open calls of rules that know nothing of each other: of one customer they are made as one."""
        return self.pending().filter(channel=CareChannel.CALL).exclude(OWN_OF_DELIVERY)

    def one_a_customer(self, tonight: datetime) -> Self:
        """Without the calls that are made along with another one of today: the time that was named leads, then the deadline."""
        ahead = FollowUp.objects.joinable().filter(
            customer=OuterRef("customer"), store=OuterRef("store"), due_from__lt=tonight
        )
        named, unnamed = Q(named_at__isnull=False), Q(named_at__isnull=True)
        earlier = Q(due_until__lt=OuterRef("due_until")) | Q(due_until=OuterRef("due_until"), pk__lt=OuterRef("pk"))
        of_named = Exists(ahead.filter(named).filter(earlier))
        of_unnamed = Exists(ahead.filter(named | earlier))
        joined = Q(channel=CareChannel.CALL) & ~OWN_OF_DELIVERY
        return self.exclude(joined & named & Q(of_named)).exclude(joined & unnamed & Q(of_unnamed))

    def in_order(self, now: datetime) -> Self:
        """As they are called: whose time has come, named times first, by the day of the deadline, the promise of a delivery
        before the rest, then who has spent most with us."""
        spent = Invoice.objects.filter(customer=OuterRef("customer")).order_by().values("customer")
        worth = Subquery(spent.annotate(sum=Sum("received")).values("sum"), output_field=DecimalField())
        waits, first = Value(1), Value(0)
        return self.order_by(
            Case(When(due_from__gt=now, then=waits), default=first),
            Case(When(named_at__isnull=False, then=first), default=waits),
            TruncDay("due_until"),
            Case(When(OWN_OF_DELIVERY, then=first), default=waits),
            Coalesce(worth, Value(0), output_field=DecimalField()).desc(),
            "due_until",
            "pk",
        )


UNHEEDED = "ARRAY['customer_id', 'continued', 'status', 'updated_at']::text[]"
ENDED_STAYS = (
    "OLD.status <> 'PENDING' AND NEW.status <> 'PENDING'"
    f" AND (to_jsonb(OLD.*) - {UNHEEDED} IS DISTINCT FROM to_jsonb(NEW.*) - {UNHEEDED})"
)
"""What has ended keeps how and when; a merge moves it, and a repeat goes on from it."""


class FollowUp(UpdatedAt, Lifecycle):
    """One contact that is due by a cadence. One per cadence, subject (customer, vehicle, anchor) and occurrence, whoever asks.

    Of a repeat only the next occurrence exists: the one after it is written when this one falls due (``continued``).
    """

    Status = FollowUpStatus

    class Why(models.TextChoices):
        REACHED = "REACHED", _("Reached")
        SENT = "SENT", pgettext_lazy("follow-up", "Sent")
        NO_ANSWER = "NO_ANSWER", _("No answer")
        GONE = "GONE", _("Car gone or sold")
        SUPERSEDED = "SUPERSEDED", _("The next one fell due")
        STOPPED = "STOPPED", _("Stopped")
        PAUSED = "PAUSED", _("The rule was switched off")
        MISSED = "MISSED", _("Missed in an outage")
        ASKED = "ASKED", _("Asked within thirty days")
        ANSWERED = "ANSWERED", _("Booked or came")
        REFUSED = "REFUSED", _("The customer does not want it")

    NEXT = {
        FollowUpStatus.PENDING: frozenset({FollowUpStatus.DONE, FollowUpStatus.UNREACHABLE, FollowUpStatus.CANCELLED}),
        # Back again: they called back, or what was noted of the call was wrong.
        FollowUpStatus.DONE: frozenset({FollowUpStatus.PENDING}),
        FollowUpStatus.UNREACHABLE: frozenset({FollowUpStatus.PENDING}),
        FollowUpStatus.CANCELLED: frozenset({FollowUpStatus.PENDING}),
    }

    status = models.CharField(
        _("status"), max_length=12, choices=FollowUpStatus.choices, default=FollowUpStatus.PENDING
    )
    cadence = models.ForeignKey(Cadence, models.PROTECT, related_name="follow_ups", verbose_name=_("cadence"))
    channel = models.CharField(_("channel"), max_length=6, choices=CareChannel.choices)
    store = models.ForeignKey(Store, models.PROTECT, related_name="follow_ups", verbose_name=_("store"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="follow_ups", verbose_name=_("customer"))
    vehicle = models.ForeignKey(
        Vehicle, models.PROTECT, null=True, related_name="follow_ups", verbose_name=_("vehicle")
    )
    anchor = models.DateTimeField(_("counts from"))
    occurrence = models.PositiveSmallIntegerField(_("occurrence"), default=1)
    recall_entry = models.ForeignKey(
        RecallEntry, models.PROTECT, null=True, related_name="follow_ups", verbose_name=_("recall entry")
    )
    why = ArrayField(models.CharField(max_length=60), default=list, verbose_name=_("why"))
    due_from = models.DateTimeField(_("due"))
    due_until = models.DateTimeField(_("until"))
    named_at = models.DateTimeField(_("time named"), null=True)
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="follow_ups", verbose_name=_("assigned to")
    )
    deputy = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="deputed_follow_ups", verbose_name=_("deputy")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    escalated_at = models.DateTimeField(_("escalated"), null=True)
    escalated_to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("escalated to"))
    escalated_again_at = models.DateTimeField(_("escalated again"), null=True)
    escalated_again_to = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("then escalated to")
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_why = models.CharField(_("how it ended"), max_length=12, choices=Why.choices, blank=True)
    continued = models.BooleanField(default=False, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_until", "pk"]
        indexes = [
            models.Index(fields=["store", "due_from"], name="followup_open", condition=Q(status="PENDING")),
            models.Index(fields=["assignee", "due_from"], name="followup_assignee", condition=Q(status="PENDING")),
            models.Index(fields=["deputy", "due_from"], name="followup_deputy", condition=Q(deputy__isnull=False)),
            # What the beat asks for every few minutes: a handful among all promises there ever were.
            models.Index(fields=["due_from"], name="followup_to_continue", condition=Q(continued=False)),
            models.Index(
                fields=["due_until"],
                name="followup_to_escalate",
                condition=Q(status="PENDING", escalated_at__isnull=True),
            ),
            models.Index(
                fields=["due_until"],
                name="followup_to_escalate_again",
                condition=Q(status="PENDING", escalated_at__isnull=False, escalated_again_at__isnull=True),
            ),
            models.Index(fields=["updated_at"], name="followup_updated_at"),
            models.Index(fields=["due_from"], name="followup_due"),
            models.Index(fields=["ended_at"], name="followup_ended", condition=Q(ended_at__isnull=False)),
        ]
        constraints = [
            status_is_known("followup", FollowUpStatus),
            # However many workers, days late or killed half-way: a promise is written once. Without a car NULL counts as equal.
            models.UniqueConstraint(
                fields=["cadence", "customer", "vehicle", "anchor", "occurrence"],
                name="followup_unique",
                nulls_distinct=False,
            ),
            # An empty window is late before anybody can call.
            models.CheckConstraint(name="followup_due_in_range", condition=Q(due_from__lt=F("due_until"))),
            # Repeats are counted from one: the zeroth would fall before the anchor.
            models.CheckConstraint(name="followup_occurrence_positive", condition=Q(occurrence__gte=1)),
            # Without when and why it ended the monthly figures of care could not be counted from the rows.
            models.CheckConstraint(
                name="followup_ended_has_time",
                condition=iff(~Q(status="PENDING"), Q(ended_at__isnull=False))
                & iff(~Q(status="PENDING"), ~Q(ended_why="")),
            ),
            # The work would be nobody's: not the absent one's, as they have a deputy, and not the deputy's.
            models.CheckConstraint(
                name="followup_deputy_is_another",
                condition=Q(deputy__isnull=True) | Q(assignee__isnull=True) | ~Q(deputy=F("assignee")),
                violation_error_message=_("Choose a deputy other than the person who is away."),
            ),
            # The second hears of what the first has left lying: at once with them, nobody would feel asked.
            models.CheckConstraint(
                name="followup_escalated_in_steps",
                condition=Q(escalated_again_at__isnull=True)
                | Q(escalated_at__isnull=False, escalated_again_at__gte=F("escalated_at")),
                violation_error_message=_("Late work climbs one level after the other."),
            ),
            # Which call it is of which rule: counted anew, the same call would be made twice.
            Frozen(
                name="followup_subject_frozen",
                fields=["cadence", "channel", "store", "vehicle", "anchor", "occurrence", "recall_entry"],
            ),
            # Another customer only by a merge: a promise is to a person.
            Frozen(name="followup_customer_frozen", fields=["customer"], same="crm_same_customer"),
            # The figures of a month are counted from what has ended: it changes only by being opened again, which is an
            # event of its own.
            Refused(name="followup_ended_frozen", when=ENDED_STAYS),
            # The next call was planned from this one; planned again it would be a second.
            Refused(name="followup_continues_once", when="OLD.continued AND NOT NEW.continued"),
            Kept(name="followup_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.cadence}"

    @property
    def has_ended(self) -> bool:
        """Nobody makes it any more, unless it is opened again."""
        return self.status != FollowUpStatus.PENDING

    @property
    def is_overdue(self) -> bool:
        return self.status == FollowUpStatus.PENDING and self.due_until < timezone.now()

    @property
    def caller(self) -> User | None:
        """Who makes it now."""
        return self.deputy or self.assignee

    @property
    def days_since(self) -> int:
        """Whole days since the anchor."""
        return max(0, (timezone.now() - self.anchor) // timedelta(days=1))
