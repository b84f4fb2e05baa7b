"""The lines of a work order, and the customer's word for each."""

from collections.abc import Collection
from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.models.findings import Finding
from aftersales.models.operations import LabourOperation
from aftersales.models.orders import WorkOrder
from dms.core.lifecycle import Lifecycle, status_is_known
from dms.core.money import MoneyField
from dms.core.row_rules import Frozen, Kept, ReasonOf, Refused, Shares, says_something
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Attachment, Reason, User
from parts import sources
from parts.models import Part, QuantityField


class WorkLineStatus(models.TextChoices):
    PROPOSED = "PROPOSED", pgettext_lazy("work line", "Proposed")
    AUTHORISED = "AUTHORISED", pgettext_lazy("work line", "Authorised")
    DECLINED = "DECLINED", pgettext_lazy("work line", "Declined")
    DEFERRED = "DEFERRED", pgettext_lazy("work line", "Deferred")
    STARTED = "STARTED", pgettext_lazy("work line", "Started")
    DONE = "DONE", pgettext_lazy("work line", "Done")


L = WorkLineStatus


class Authorisation(models.Model):
    """The customer's consent to lines at a price: how it was given, by whom, to whom, with what evidence. Append-only.

    ``shown`` are the lines and sums they saw, as they saw them (aftersales/shown.py).
    """

    class Method(models.TextChoices):
        SIGNATURE = "SIGNATURE", pgettext_lazy("consent", "Signature")
        PHONE = "PHONE", pgettext_lazy("consent", "By phone")
        MESSAGE = "MESSAGE", pgettext_lazy("consent", "By message")
        WECHAT = "WECHAT", pgettext_lazy("consent", "WeChat")
        IN_PERSON = "IN_PERSON", pgettext_lazy("consent", "In person")

    work_order = models.ForeignKey(
        WorkOrder, models.PROTECT, related_name="authorisations", verbose_name=_("work order")
    )
    amount = MoneyField(_("amount"))
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    given_by = models.CharField(_("given by"), max_length=80)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)
    signature = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signature")
    )
    typed_name = models.CharField(_("name typed as signature"), max_length=80, blank=True, db_default="")
    shown = models.JSONField(_("lines shown"), default=list, db_default=Value([], models.JSONField()))
    digest = models.CharField(_("digest of what was shown"), max_length=64, blank=True, db_default="")
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("taken by"))

    TRIGGERS = {
        "authorisation_says_what": _("A consent names its lines, and their sums are its sum."),
        "authorisation_is_signed": _("Let the customer sign in the field, or type the name beneath it."),
    }

    class Meta:
        verbose_name = _("authorisation")
        verbose_name_plural = _("authorisations")
        ordering = ["-at", "-pk"]
        constraints = [
            # How the customer said it decides what must prove it.
            models.CheckConstraint(
                name="authorisation_method_known",
                condition=Q(method__in=["SIGNATURE", "PHONE", "MESSAGE", "WECHAT", "IN_PERSON"]),
                violation_error_message=_("This is none of the choices. Choose one of the list."),
            ),
            # The court asks who ordered the work: consent of nobody in particular is none.
            models.CheckConstraint(name="authorisation_names_giver", condition=Q(given_by__regex=r"\S")),
            # By telephone nothing is signed; a number or the words of a message is all there is to show
            # later.
            models.CheckConstraint(
                name="authorisation_has_evidence",
                condition=Q(method="SIGNATURE") | Q(evidence__regex=r"\S"),
                violation_error_message=_("Note the number called, or what the message said."),
            ),
            # What lines point to, with their order: consent to one visit covers no line of another.
            models.UniqueConstraint(fields=["id", "work_order"], name="authorisation_of_work_order"),
            # Money back is the cashier's, with its own number: nobody consents to a bill below zero.
            models.CheckConstraint(name="authorisation_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.work_order} {self.amount}"


class WorkLineQuerySet(StoreScoped["WorkLine"]):
    store_path = "work_order__store"
    lock_with = ("part", "operation", "reason")


class WorkLine(UpdatedAt, Lifecycle):
    """One job or one part. It cannot start unauthorised nor cost more than was authorised; a raised price asks again."""

    Status = WorkLineStatus

    NEXT = {
        L.PROPOSED: frozenset({L.AUTHORISED, L.DECLINED, L.DEFERRED}),
        L.AUTHORISED: frozenset({L.STARTED, L.DONE, L.PROPOSED, L.DECLINED, L.DEFERRED}),
        L.DECLINED: frozenset({L.PROPOSED}),
        L.DEFERRED: frozenset({L.PROPOSED}),
        L.STARTED: frozenset({L.DONE}),
        L.DONE: frozenset({L.STARTED, L.DECLINED}),
    }

    class Kind(models.TextChoices):
        LABOUR = "LABOUR", pgettext_lazy("line", "Labour")
        PART = "PART", pgettext_lazy("line", "Part")
        SUBLET = "SUBLET", pgettext_lazy("line", "Sublet")
        FEE = "FEE", pgettext_lazy("line", "Fee")

    class Payer(models.TextChoices):
        CUSTOMER = "CUSTOMER", pgettext_lazy("charge", "Customer pays")
        WARRANTY = "WARRANTY", pgettext_lazy("charge", "Warranty")
        INTERNAL = "INTERNAL", pgettext_lazy("charge", "Internal")
        INSURANCE = "INSURANCE", pgettext_lazy("charge", "Insurance")
        GOODWILL = "GOODWILL", pgettext_lazy("charge", "Goodwill")
        FREE = "FREE", pgettext_lazy("charge", "Free")

    status = models.CharField(
        _("status"), max_length=10, choices=WorkLineStatus.choices, default=WorkLineStatus.PROPOSED
    )
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="lines", verbose_name=_("work order"))
    position = models.PositiveSmallIntegerField(_("no."))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    payer = models.CharField(_("payer"), max_length=9, choices=Payer.choices, default=Payer.CUSTOMER)
    operation = models.ForeignKey(
        LabourOperation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("labour operation")
    )
    part = models.ForeignKey(Part, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part"))
    text = models.CharField(_("text"), max_length=120)
    quantity = QuantityField(_("quantity"), default=Decimal(1))
    unit_price = MoneyField(_("unit price"))
    amount = MoneyField(_("amount"))
    issued = QuantityField(_("issued"), default=Decimal(0), editable=False)
    clocked_hours = models.DecimalField(_("clocked hours"), max_digits=5, decimal_places=1, default=Decimal(0))
    authorisation = models.ForeignKey(
        Authorisation, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("authorisation")
    )
    authorised_amount = MoneyField(_("authorised amount"), null=True, blank=True)
    reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    finding = models.ForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("finding")
    )

    objects = WorkLineQuerySet.as_manager()
    TRIGGERS = {
        "workline_settled_is_immutable": _(
            "This work order is settled or cancelled: its lines do not change any more."
        ),
        "workline_within_its_consent": _("The customer has not agreed to this amount."),
        "workline_as_shown": _("The customer has not agreed to this amount."),
    }

    class Meta:
        verbose_name = _("work line")
        verbose_name_plural = _("work lines")
        ordering = ["position"]
        indexes = [models.Index(fields=["updated_at"], name="workline_updated_at")]
        constraints = [
            status_is_known("workline", WorkLineStatus),
            ReasonOf(name="workline_declined_for_a_reason_of_it", field="reason", kind=Reason.Kind.DECLINE),
            # The stock names a line by order and position: two of one position would share their parts.
            models.UniqueConstraint(fields=["work_order", "position"], name="workline_position_unique"),
            # The law on consumers: work not agreed to, or dearer than agreed, need not be paid.
            models.CheckConstraint(
                name="workline_within_authorisation",
                condition=~Q(status__in=["AUTHORISED", "STARTED", "DONE"])
                | Q(authorisation__isnull=False, authorised_amount__isnull=False, amount__lte=F("authorised_amount")),
                violation_error_message=_("The customer has not agreed to this amount."),
            ),
            # Issue and price change at the same moment: more than the line can be out only if one did not
            # wait.
            models.CheckConstraint(
                name="workline_amounts_plausible",
                condition=Q(quantity__gt=0, unit_price__gte=0, amount__gte=0, issued__gte=0)
                & Q(issued__lte=F("quantity")),
            ),
            # Parts without their number could not be drawn, and labour with one would be taken from the
            # shelf.
            models.CheckConstraint(
                name="workline_kind_has_its_row",
                condition=(Q(kind="PART") & Q(part__isnull=False, operation__isnull=True))
                | (Q(kind="LABOUR") & Q(part__isnull=True))
                | (Q(kind__in=["SUBLET", "FEE"]) & Q(part__isnull=True, operation__isnull=True)),
            ),
            # A part fitted for a declined line is a gift, or a quarrel at the cash desk.
            models.CheckConstraint(
                name="workline_parts_only_when_authorised",
                condition=Q(issued=0) | Q(status__in=["AUTHORISED", "STARTED", "DONE"]),
                violation_error_message=_("Parts go out only for a line that the customer agreed to."),
            ),
            # A line that nobody of the list pays would stand on no bill.
            models.CheckConstraint(
                name="workline_payer_known",
                condition=Q(payer__in=["CUSTOMER", "WARRANTY", "INTERNAL", "INSURANCE", "GOODWILL", "FREE"]),
                violation_error_message=_("This is none of the choices. Choose one of the list."),
            ),
            says_something("workline", "text"),
            # The customer checks the sheet with a calculator; rounded as Python does, half a cent away from
            # zero.
            models.CheckConstraint(
                name="workline_amount_is_product", condition=Q(amount=Round(F("quantity") * F("unit_price"), 2))
            ),
            # Consent is given on the order it is about.
            Shares(
                name="workline_of_its_authorisation",
                to="aftersales_authorisation",
                columns={"authorisation_id": "id", "work_order_id": "work_order_id"},
            ),
            # Another part or job is another line: this one was shown and agreed to as what it was.
            Frozen(
                name="workline_frozen",
                fields=["work_order", "position", "kind", "operation", "part", "added_by", "added_at", "finding"],
            ),
            # The price the customer agreed to is theirs: another one asks again.
            Refused(
                name="workline_consent_frozen",
                when="OLD.authorised_amount IS NOT NULL AND NEW.authorised_amount IS NOT NULL"
                " AND (OLD.authorisation_id, OLD.authorised_amount)"
                " IS DISTINCT FROM (NEW.authorisation_id, NEW.authorised_amount)",
                violation_error_message=_("The customer has not agreed to this amount."),
            ),
            # What was to be paid by somebody else is not the customer’s without their word.
            Refused(
                name="workline_payer_agreed",
                when="OLD.status IN ('STARTED', 'DONE') AND OLD.payer <> 'CUSTOMER' AND NEW.payer = 'CUSTOMER'",
                violation_error_message=_("The customer has not agreed to this amount."),
            ),
            # Work that was done is paid for; only a part that came back whole was not.
            Refused(
                name="workline_done_stays",
                when="OLD.status = 'DONE' AND NEW.status = 'DECLINED' AND NEW.kind <> 'PART'"
                " OR OLD.status = 'DONE' AND NEW.status = 'STARTED' AND NEW.kind <> 'LABOUR'",
            ),
            Kept(name="workline_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.work_order}/{self.position}"

    @property
    def left(self) -> Decimal:
        """Pieces of a part line that can still go out."""
        return Decimal(self.quantity) - Decimal(self.issued)


@sources.owner
def of_work_orders(source_lines: Collection[str]) -> set[str]:
    """Which of these are lines of ours, as the stock names them (``WO-…/2``)? They count themselves what is out for them."""
    numbers = {line: line.rpartition("/")[0] for line in source_lines if "/" in line}
    if not numbers:
        return set()
    known = set(WorkOrder.objects.filter(number__in=set(numbers.values())).values_list("number", flat=True))
    return {line for line, number in numbers.items() if number in known}
