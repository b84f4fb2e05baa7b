"""The word of the customer: what we may speak and write to them for. A ledger; the newest row of a cell is what counts."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.contacts import Contact
from crm.models.customers import Customer
from crm.models.purposes import ConsentChannel, Purpose
from dms.core.row_rules import Frozen, Kept, one_of
from dms.core.scope import GroupWide, LockingQuerySet
from dms.models import Store, User


class ConsentQuerySet(LockingQuerySet["Consent"]):
    stores_tell = True

    def visible_to(self, user: User) -> Self:
        """The words of the customers one sees."""
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def of_store(self, store: Store | None) -> Self:
        return self if store is None else self.filter(customer__in=Customer.objects.of_store(store))

    def standing(self) -> Self:
        """Without what was noted wrongly, and the counter-rows that say so."""
        return self.filter(undoes__isnull=True, undone__isnull=True)


class Consent(models.Model):
    """That a customer said yes or no to one purpose by one channel. What was noted wrongly has a counter-row (``undoes``)."""

    class How(models.TextChoices):
        SPOKEN = "SPOKEN", pgettext_lazy("consent", "Said to us")
        WRITTEN = "WRITTEN", pgettext_lazy("consent", "In writing")
        SIGNED = "SIGNED", pgettext_lazy("consent", "Signed")
        ONLINE = "ONLINE", pgettext_lazy("consent", "Online")
        TAKEN_OVER = "TAKEN_OVER", pgettext_lazy("consent", "From earlier notes")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="consents", verbose_name=_("customer"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=ConsentChannel.choices)
    given = models.BooleanField(pgettext_lazy("consent", "given"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    how = models.CharField(pgettext_lazy("consent", "how"), max_length=10, choices=How.choices)
    text_version = models.CharField(_("version of the text"), max_length=40, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, related_name="consents", verbose_name=_("said in the contact")
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone", verbose_name=_("was noted wrongly")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("customer", "consent")
        verbose_name_plural = pgettext_lazy("customer", "consents")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "purpose", "channel", "-at", "-id"], name="consent_word"),
        ]
        constraints = [
            one_of("consent", "purpose", *Purpose.values),
            one_of("consent", "channel", *ConsentChannel.values),
            one_of("consent", "how", "SPOKEN", "WRITTEN", "SIGNED", "ONLINE", "TAKEN_OVER"),
            # A yes on paper or on the net is a yes to words: without them nobody can show what was agreed to.
            models.CheckConstraint(
                name="consent_written_names_its_text",
                condition=Q(given=False) | ~Q(how__in=["WRITTEN", "SIGNED", "ONLINE"]) | Q(text_version__regex=r"\S"),
                violation_error_message=_("Name the version of the text that the customer agreed to."),
            ),
            # Letters hold on to it together with its customer.
            models.UniqueConstraint(fields=["id", "customer"], name="consent_of_customer_unique"),
            # It would count nowhere, and nobody would know why.
            models.CheckConstraint(
                name="consent_undoes_another",
                condition=~Q(undoes=F("id")),
                violation_error_message=_("A counter-row undoes another row, not itself."),
            ),
            # Who asks us later what was agreed to is shown these rows: they are added to, never rewritten.
            Frozen(name="consent_frozen", but=["customer_id"]),
            # One person's word is never another's; only a merge moves it.
            Frozen(name="consent_customer_frozen", fields=["customer"], same="crm_same_customer"),
            Kept(name="consent_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.get_channel_display()}"


class ConsentDefault(models.Model):
    """Whether we may, as long as a customer has said nothing."""

    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=ConsentChannel.choices)
    allowed = models.BooleanField(_("allowed until they say no"), default=False)

    objects = GroupWide["ConsentDefault"].as_manager()

    class Meta:
        verbose_name = _("contact without a word of the customer")
        verbose_name_plural = _("contacts without a word of the customer")
        ordering = ["purpose", "channel"]
        constraints = [
            # Two rows that say yes and no: whoever is asked last would decide.
            models.UniqueConstraint(
                fields=["purpose", "channel"],
                name="consentdefault_once_a_cell",
                violation_error_message=_("Purpose and channel are there already. Change that row."),
            ),
            # The law: marketing only after a yes.
            models.CheckConstraint(
                name="consentdefault_marketing_asks",
                condition=~Q(purpose="MARKETING", allowed=True),
                violation_error_message=_("Marketing needs a yes of the customer: silence is none."),
            ),
            # Every cell has its row: one that is missing would be answered by nobody.
            Frozen(name="consentdefault_cell_frozen", fields=["purpose", "channel"]),
            Kept(name="consentdefault_kept"),
            one_of("consentdefault", "purpose", *Purpose.values),
            one_of("consentdefault", "channel", *ConsentChannel.values),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.get_channel_display()}"
