"""Letters on paper: templates with their versions, the text frozen when it is written, and what was printed and mailed."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from crm import places
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
    """What a letter or text message says. A change makes a new version; what was written keeps the one it was written by."""

    class Kind(models.TextChoices):
        THANKS = "THANKS", pgettext_lazy("letter", "Thank-you letter")
        INVITATION = "INVITATION", pgettext_lazy("letter", "Maintenance invitation")
        CARE = "CARE", pgettext_lazy("letter", "Care letter")
        MESSAGE = "MESSAGE", pgettext_lazy("letter", "Text message")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    is_default = models.BooleanField(
        _("default of its kind"), default=False, help_text=_("Taken where a rule names no other.")
    )
    title = models.CharField(_("heading"), max_length=80)
    body = models.TextField(
        _("text"),
        help_text=_(
            "Filled in: {customer} {store} {phone} {car} {plate} {since} {first_service} {today}; {month} in invitations,"
            " {caller} in text messages"
        ),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = GroupWide["LetterTemplate"].as_manager()

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        ordering = ["kind", "-is_default", "pk"]
        constraints = [
            # Of two defaults nobody could say which one a letter is written by.
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(is_default=True),
                name="lettertemplate_one_default",
                violation_error_message=_("This kind has a default already. Switch that off first."),
            ),
            # A kind that nothing writes would be a text that nobody gets.
            models.CheckConstraint(
                name="lettertemplate_kind_known",
                condition=Q(kind__in=["THANKS", "INVITATION", "CARE", "MESSAGE"]),
                violation_error_message=_("Choose the kind from the list."),
            ),
        ]

    @property
    def places(self) -> tuple[str, ...]:
        """What texts of this kind can be filled with."""
        return {self.Kind.INVITATION: places.INVITATION, self.Kind.MESSAGE: places.SCRIPT}.get(
            self.Kind(self.kind), places.EVERYWHERE
        )

    def clean(self) -> None:
        """:raises ValidationError: of a place that nobody fills, and when a kind would be left without its default."""
        super().clean()
        if self.kind not in self.Kind.values:
            return
        faults = {}
        for name in ("title", "body"):
            try:
                places.refuse_unknown(getattr(self, name) or "", self.places)
            except ValidationError as error:
                faults[name] = error
        stored = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if stored is not None and stored.is_default and (not self.is_default or stored.kind != self.kind):
            sentence = _("Letters of this kind are written by its default. Make another one the default instead.")
            faults["is_default"] = ValidationError(sentence, code="default_needed")
        if faults:
            raise ValidationError(faults)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Another default is no mistake: the former one steps back when this one is saved."""
        super().validate_constraints(exclude={*(exclude or ()), "is_default"})

    @transaction.atomic
    def save(self, **columns: Any) -> None:
        """Changed words make a new version; the former are kept under the number they had. A new default takes over."""
        kind = type(self).objects.filter(kind=self.kind) | type(self).objects.filter(pk=self.pk)
        # Held first: of two who change it at once the second finds what the first has made.
        held = {row.pk: row for row in kind.select_for_update().order_by("pk")}
        if self.is_default:
            type(self).objects.filter(kind=self.kind, is_default=True).exclude(pk=self.pk).update(is_default=False)
        stored = held.get(self.pk)
        if stored is not None and (stored.title, stored.body) != (self.title, self.body):
            stored.former.create(version=stored.version, title=stored.title, body=stored.body)
            self.version = stored.version + 1
            if columns.get("update_fields") is not None:
                columns["update_fields"] = {*columns["update_fields"], "version"}
        super().save(**columns)


class FormerWords(models.Model):
    """What a template said before it was changed."""

    template = models.ForeignKey(
        LetterTemplate, models.PROTECT, related_name="former", verbose_name=_("letter template")
    )
    version = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("heading"), max_length=80)
    body = models.TextField(_("text"))
    until = models.DateTimeField(_("until"), default=timezone.now)

    objects = GroupWide["FormerWords"].as_manager()

    class Meta:
        verbose_name = _("former words")
        verbose_name_plural = _("former words")
        ordering = ["-version"]
        constraints = [
            # Two texts of one number, and nobody could say which one a customer has.
            models.UniqueConstraint(
                fields=["template", "version"],
                name="formerwords_once_a_version",
                violation_error_message=_("This version is there already."),
            ),
            # The customer has the paper: what it was written by is not changed afterwards.
            Frozen(name="formerwords_frozen"),
            Kept(name="formerwords_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.version}"


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
    template = models.ForeignKey(
        LetterTemplate, models.PROTECT, null=True, related_name="letters", verbose_name=_("letter template")
    )
    template_version = models.PositiveIntegerField(_("version"), null=True)
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
            Frozen(
                name="letter_frozen",
                but=["customer_id", "addressee", "address", "printed_at", "mailed_at", "mailed_by_id"],
            ),
            # Until it is on paper it follows its reader when they move house.
            Frozen(name="letter_address_frozen", fields=["addressee", "address"], if_set="printed_at"),
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
    def addressed(self) -> str:
        """The line of the envelope: name, title and “to be opened by”; a company has no title."""
        pattern = {
            Customer.Salutation.MR: pgettext("envelope", "Mr %(name)s"),
            Customer.Salutation.MS: pgettext("envelope", "Ms %(name)s"),
        }.get(Customer.Salutation(self.customer.salutation))
        if self.customer.kind != Customer.Kind.PERSON:
            pattern = pgettext("envelope", "%(name)s")
        return (pattern or pgettext("envelope", "Mr or Ms %(name)s")) % {"name": self.addressee}

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
