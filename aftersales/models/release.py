"""Three checks by three people, the settlement, and the pass that opens the gate."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.models.orders import WorkOrder
from dms.core.lifecycle import iff
from dms.core.money import MoneyField
from dms.core.row_rules import Frozen, Kept, Shares, says_something
from dms.core.scope import LockingQuerySet, StoreScoped
from dms.models import Attachment, Store, User


class QualityCheck(models.Model):
    """Self-check, team leader, inspector: in this order, by different people (a trigger keeps it). Append-only."""

    class Stage(models.TextChoices):
        SELF = "SELF", pgettext_lazy("check", "Self-check")
        TEAM = "TEAM", pgettext_lazy("check", "Team leader")
        FINAL = "FINAL", pgettext_lazy("check", "Final inspection")

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="checks", verbose_name=_("work order"))
    round = models.PositiveSmallIntegerField(_("round"), default=0, help_text=_("Rises by one with each rework."))
    stage = models.CharField(_("stage"), max_length=5, choices=Stage.choices)
    passed = models.BooleanField(_("passed"))
    advice = models.CharField(_("advice"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"), default=timezone.now)

    TRIGGERS = {
        "qualitycheck_in_order": _("The check before this one has not passed yet."),
        "qualitycheck_in_turn": _("This check is not its turn."),
    }

    class Meta:
        verbose_name = _("quality check")
        verbose_name_plural = _("quality checks")
        ordering = ["-at", "-pk"]
        constraints = [
            # Two inspectors who sign at once have checked once.
            models.UniqueConstraint(
                fields=["work_order", "round", "stage"],
                name="qualitycheck_once_per_round",
                violation_error_message=_("This check has been made already."),
            ),
            # Who made the mistake does not see it: the trade's three checks are by three people.
            models.UniqueConstraint(
                fields=["work_order", "round", "by"],
                name="qualitycheck_different_people",
                violation_error_message=_("Each check is made by somebody else."),
            ),
            # A stage of another name would be asked for by no rule, and pass for a check all the same.
            models.CheckConstraint(
                name="qualitycheck_stage_known",
                condition=Q(stage__in=["SELF", "TEAM", "FINAL"]),
                violation_error_message=_("There is no such check."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_order} {self.get_stage_display()}"


class Settlement(models.Model):
    """The settlement sheet: what is owed by whom, explained and signed. Never changed; a reversal is a new document."""

    number = models.CharField(_("settlement number"), max_length=40, unique=True)
    work_order = models.OneToOneField(
        WorkOrder, models.PROTECT, related_name="settlement", verbose_name=_("work order")
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="settlements", verbose_name=_("store"))
    labour = MoneyField(_("labour"))
    parts = MoneyField(_("parts"))
    other = MoneyField(_("other"))
    customer_pays = MoneyField(_("customer pays"))
    signed_name = models.CharField(_("signed by"), max_length=80, blank=True, db_default="")
    signature = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signature")
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = StoreScoped["Settlement"].as_manager()
    TRIGGERS = {
        "settlement_of_passed_order": _("The final inspection has not passed yet."),
        "settlement_equals_lines": _("The settlement is not the sum of its lines. Reload the page."),
    }

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["-at"]
        indexes = [models.Index(fields=["store", "-at"], name="settlement_store")]
        constraints = [
            # No payer owes a negative sum, and the customer never more than the whole: money back is a
            # refund.
            models.CheckConstraint(
                name="settlement_adds_up",
                condition=Q(labour__gte=0, parts__gte=0, other__gte=0, customer_pays__gte=0)
                & Q(customer_pays__lte=F("labour") + F("parts") + F("other")),
            ),
            says_something("settlement", "number"),
            Shares(
                name="settlement_of_its_order",
                to="aftersales_workorder",
                columns={"work_order_id": "id", "store_id": "store_id"},
            ),
        ]

    def __str__(self) -> str:
        return self.number


class GatePass(models.Model):
    """The pass: one per order, only when paid or on approved credit, used once."""

    number = models.CharField(_("gate pass number"), max_length=40, unique=True)
    work_order = models.OneToOneField(WorkOrder, models.PROTECT, related_name="gate_pass", verbose_name=_("work order"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    used_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("let out by")
    )

    objects = LockingQuerySet["GatePass"].as_manager()
    TRIGGERS = {
        "gatepass_after_payment": _("There is no gate pass before payment, or a credit that somebody approved."),
        "gatepass_used_once": _("This gate pass was used already."),
    }

    class Meta:
        verbose_name = _("gate pass")
        verbose_name_plural = _("gate passes")
        ordering = ["-issued_at"]
        constraints = [
            says_something("gatepass", "number"),
            # Which guard let the car out is the first question when it was the wrong one.
            models.CheckConstraint(
                name="gatepass_used_by_somebody", condition=iff(Q(used_at__isnull=True), Q(used_by__isnull=True))
            ),
            # The guard has it on paper: what it says stays, but for its use.
            Frozen(name="gatepass_frozen", but=["used_at", "used_by_id"]),
            Kept(name="gatepass_kept"),
        ]

    def __str__(self) -> str:
        return self.number
