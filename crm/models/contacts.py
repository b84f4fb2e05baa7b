"""Contacts: every call, visit, letter and message, in or out, with its result."""

from collections.abc import Mapping
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.care import FollowUp
from crm.models.customers import Customer
from crm.models.triggers import CareChannel
from crm.models.vehicles import Vehicle
from dms.core.row_rules import Frozen, Kept, ReasonOf, one_of, says_something
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Reason, Store, User


class Result(models.TextChoices):
    """The trade's list of call results, in three families: success, failed, invalid."""

    DONE = "DONE", pgettext_lazy("call result", "Done")
    BOOKED = "BOOKED", pgettext_lazy("call result", "Booked")
    LATER = "LATER", pgettext_lazy("call result", "Call again")
    INTERESTED = "INTERESTED", pgettext_lazy("call result", "Wants to book")
    KM_NOT_REACHED = "KM_NOT_REACHED", pgettext_lazy("call result", "Mileage not reached")
    AWAY = "AWAY", pgettext_lazy("call result", "Car used elsewhere")
    NO_TIME = "NO_TIME", pgettext_lazy("call result", "No time")
    NO_ANSWER = "NO_ANSWER", pgettext_lazy("call result", "No answer")
    POWERED_OFF = "POWERED_OFF", pgettext_lazy("call result", "Powered off")
    NO_SUCH_NUMBER = "NO_SUCH_NUMBER", pgettext_lazy("call result", "No such number")
    REJECTED = "REJECTED", pgettext_lazy("call result", "Rejected")
    SUSPENDED = "SUSPENDED", pgettext_lazy("call result", "Out of service")
    NOT_CALLED = "NOT_CALLED", pgettext_lazy("call result", "Not called")
    REFUSED = "REFUSED", pgettext_lazy("call result", "Refused")
    SOLD = "SOLD", pgettext_lazy("call result", "Sold on")
    HUNG_UP = "HUNG_UP", pgettext_lazy("call result", "Hung up")
    BROKEN_OFF = "BROKEN_OFF", pgettext_lazy("call result", "Broken off")
    TAXI = "TAXI", pgettext_lazy("call result", "Taxi")
    GIVEN_AWAY = "GIVEN_AWAY", pgettext_lazy("call result", "Given away")
    OTHER = "OTHER", pgettext_lazy("call result", "Other")
    DO_NOT_CALL = "DO_NOT_CALL", pgettext_lazy("call result", "Do not call me")


SUCCESS, FAILED, INVALID = "success", "failed", "invalid"
FAMILY: Mapping[str, str] = {
    **dict.fromkeys(("DONE", "BOOKED", "LATER", "INTERESTED", "KM_NOT_REACHED", "AWAY", "NO_TIME"), SUCCESS),
    **dict.fromkeys(("NO_ANSWER", "POWERED_OFF", "NO_SUCH_NUMBER", "REJECTED", "SUSPENDED", "NOT_CALLED"), FAILED),
    **dict.fromkeys(
        ("REFUSED", "SOLD", "HUNG_UP", "BROKEN_OFF", "TAXI", "GIVEN_AWAY", "OTHER", "DO_NOT_CALL"), INVALID
    ),
}
NAMES_A_TIME = frozenset({Result.LATER, Result.INTERESTED})
"""Results after which they are called again when they said: to whom nobody gives a date, nobody comes back."""
KEYS = (
    Result.DONE,
    Result.BOOKED,
    Result.LATER,
    Result.NO_ANSWER,
    Result.POWERED_OFF,
    Result.NO_SUCH_NUMBER,
    Result.REJECTED,
    Result.REFUSED,
    Result.SOLD,
)
"""The results under the keys 1 to 9 of the callback desk."""


class NextStep(models.TextChoices):
    """What was agreed."""

    NONE = "", pgettext_lazy("next step", "Nothing")
    CALL = "CALL", pgettext_lazy("next step", "Call again")
    BOOK = "BOOK", pgettext_lazy("next step", "Book a visit")
    COMPLAINT = "COMPLAINT", pgettext_lazy("next step", "Complaint")
    SEND = "SEND", pgettext_lazy("next step", "Send papers")


class ContactQuerySet(StoreScoped["Contact"]):
    def counted(self) -> Self:
        """Without what was noted wrongly and corrected since."""
        return self.filter(correction__isnull=True)

    def successful_calls(self) -> Self:
        """Calls of ours in which the customer was spoken to, as the trade counts them."""
        results = [result for result, family in FAMILY.items() if family == SUCCESS]
        return self.counted().filter(channel=CareChannel.CALL, direction=Contact.Direction.OUT, result__in=results)


class Contact(UpdatedAt):
    """That we spoke or wrote to somebody, or they to us. Without a result it did not happen."""

    class Direction(models.TextChoices):
        OUT = "OUT", pgettext_lazy("contact", "Out")
        IN = "IN", pgettext_lazy("contact", "In")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts", verbose_name=_("customer"))
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, related_name="contacts", verbose_name=_("vehicle"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="contacts", verbose_name=_("store"))
    follow_up = models.ForeignKey(
        FollowUp, models.PROTECT, null=True, related_name="contacts", verbose_name=_("follow-up")
    )
    channel = models.CharField(_("channel"), max_length=6, choices=CareChannel.choices, default=CareChannel.CALL)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, default=Direction.OUT)
    result = models.CharField(_("result"), max_length=16, choices=Result.choices)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+", verbose_name=_("why not booked"))
    said = models.TextField(_("what was said"), blank=True)
    next_step = models.CharField(_("next step"), max_length=10, choices=NextStep.choices, blank=True)
    next_at = models.DateTimeField(_("when"), null=True)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("corrects")
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-at"], name="contact_customer"),
            models.Index(fields=["store", "-at"], name="contact_store"),
            models.Index(fields=["updated_at"], name="contact_updated_at"),
        ]
        constraints = [
            # A call without a result is an attempt nobody can count: the trade judges by these words alone.
            models.CheckConstraint(
                name="contact_has_result",
                condition=Q(result__in=Result.values),
                violation_error_message=_("Choose what came of the call: without a result it does not count."),
            ),
            # Call again, nobody knows when, is how customers are lost.
            models.CheckConstraint(
                name="contact_again_has_when",
                condition=~Q(result="LATER") | Q(next_at__isnull=False),
                violation_error_message=_("Write when to call again."),
            ),
            says_something("contact", "key"),
            # It would be counted nowhere.
            models.CheckConstraint(
                name="contact_corrects_another",
                condition=~Q(corrects=F("id")),
                violation_error_message=_("A contact corrects another one, not itself."),
            ),
            # What was said, and agreed to, is evidence: it is added to, never rewritten.
            Frozen(name="contact_frozen", but=["customer_id"]),
            # What one person said is never another's; only a merge moves it.
            Frozen(name="contact_customer_frozen", fields=["customer"], same="crm_same_customer"),
            ReasonOf(name="contact_for_a_reason_of_it", field="reason", kind=Reason.Kind.RECALL_REFUSAL),
            one_of("contact", "channel", *CareChannel.values),
            one_of("contact", "direction", "OUT", "IN"),
            one_of("contact", "result", *Result.values),
            one_of("contact", "next_step", *NextStep.values),
            Kept(name="contact_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_result_display()}"

    @property
    def family(self) -> str:
        return FAMILY[self.result]


class Answer(models.Model):
    """That a contact answered a follow-up, and how that stood before: what a correction puts back."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="answers", verbose_name=_("contact"))
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="answers", verbose_name=_("follow-up"))
    due_from = models.DateTimeField(_("due"))
    due_until = models.DateTimeField(_("until"))
    named_at = models.DateTimeField(_("time named"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"))
    assignee = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("assigned to"))
    entry = models.CharField(_("state of the recall"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("answered follow-up")
        verbose_name_plural = _("answered follow-ups")
        ordering = ["contact", "pk"]
        constraints = [
            # One call that counted two attempts of the same promise would give up on a customer too early.
            models.UniqueConstraint(fields=["contact", "follow_up"], name="answer_unique"),
            # A correction puts back what stands here: it is what was, and never edited.
            Frozen(name="answer_frozen"),
            Kept(name="answer_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} → {self.follow_up_id}"
