"""Letters on paper: templates as rows, the text frozen when it is written, and the register of what was printed and mailed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.care import FollowUp
from crm.models.consents import Consent
from crm.models.customers import Customer
from crm.models.purposes import Ground
from crm.models.recall import RecallEntry
from crm.models.vehicles import Vehicle
from dms.core.names import Bilingual
from dms.core.row_rules import Frozen, Kept, Shares, one_of, says_something
from dms.core.scope import GroupWide, StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Store, User


class LetterTemplate(UpdatedAt, Bilingual):
    """What a letter of a kind says. A changed template changes no letter that was written."""

    class Kind(models.TextChoices):
        THANKS = "THANKS", pgettext_lazy("letter", "Thank-you letter")
        INVITATION = "INVITATION", pgettext_lazy("letter", "Maintenance invitation")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, unique=True)
    title = models.CharField(_("heading"), max_length=80)
    body = models.TextField(
        _("text"),
        help_text=_("Filled in: {customer} {store} {phone} {car} {plate} {since} {first_service} {month} {today}"),
    )

    objects = GroupWide["LetterTemplate"].as_manager()

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        ordering = ["kind"]


class LetterQuerySet(StoreScoped["Letter"]):
    lock_with = ("store", "follow_up")


class Letter(UpdatedAt):
    """One letter to one customer: its text as it was then, and when it was printed and mailed."""

    Kind = LetterTemplate.Kind

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=LetterTemplate.Kind.choices)
    store = models.ForeignKey(Store, models.PROTECT, related_name="letters", verbose_name=_("store"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="letters", verbose_name=_("customer"))
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, related_name="letters", verbose_name=_("vehicle"))
    follow_up = models.OneToOneField(
        FollowUp, models.PROTECT, null=True, related_name="letter", verbose_name=_("follow-up")
    )
    recall_entry = models.OneToOneField(
        RecallEntry, models.PROTECT, null=True, related_name="letter", verbose_name=_("recall entry")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Ground.choices, default=Ground.CARE)
    consent = models.ForeignKey(
        Consent,
        models.PROTECT,
        null=True,
        related_name="letters",
        editable=False,
        verbose_name=pgettext_lazy("customer", "consent"),
    )
    """The word of the customer under which it was written, filled in by the database; none where silence allows it."""
    title = models.CharField(_("heading"), max_length=80)
    body = models.TextField(_("text"))
    addressee = models.CharField(_("addressee"), max_length=80)
    address = models.CharField(_("postal address"), max_length=220, blank=True)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    printed_at = models.DateTimeField(_("printed"), null=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True)
    mailed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("mailed by"))

    objects = LetterQuerySet.as_manager()
    TRIGGERS: ClassVar = {
        "letter_with_consent": _(
            "The customer does not want such letters. Look at what they let us do, on their file."
        ),
        "letter_has_purpose_of_rule": _("A letter of a rule has the purpose of the rule."),
        "message_with_consent": _(
            "The customer does not want such messages. Look at what they let us do, on their file."
        ),
    }

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["store", "-written_at"], name="letter_store"),
            models.Index(fields=["updated_at"], name="letter_updated_at"),
        ]
        constraints = [
            # Nobody mails what is not on paper: a click on the wrong row would end a promise that nobody kept.
            models.CheckConstraint(
                name="letter_mailed_after_printed",
                condition=Q(mailed_at__isnull=True)
                | Q(printed_at__isnull=False, mailed_at__isnull=False, mailed_at__gte=F("printed_at")),
                violation_error_message=_("A letter is mailed after it is printed."),
            ),
            says_something("letter", "number", "title", "body", "addressee"),
            # The customer has the paper: the file shows the words that were sent.
            Frozen(name="letter_frozen", but=["customer_id", "printed_at", "mailed_at", "mailed_by_id"]),
            # A letter in the post does not come back.
            Frozen(name="letter_post_frozen", fields=["printed_at", "mailed_at", "mailed_by"], once=True),
            one_of("letter", "purpose", "CONTRACT", "SERVICE", "CARE", "MARKETING", "SURVEY"),
            # A consent covers the letters of whoever gave it, and nobody else's.
            Shares(
                name="letter_consent_of_customer",
                to="crm_consent",
                columns={"consent_id": "id", "customer_id": "customer_id"},
                violation_error_message=_("This consent was given by another customer."),
            ),
            Frozen(name="letter_customer_frozen", fields=["customer"], same="crm_same_customer"),
            Kept(name="letter_kept"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> tuple[str, str]:
        """Family and word of where it stands."""
        if self.mailed_at:
            return "done", str(pgettext_lazy("letter", "Mailed"))
        return (
            ("run", str(pgettext_lazy("letter", "Printed")))
            if self.printed_at
            else ("idle", str(pgettext_lazy("letter", "Written")))
        )
