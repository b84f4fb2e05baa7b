"""Work orders: the customer's commission for work on a car, from draft to release."""

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Expression, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.models.appointments import Appointment, Bay
from crm.models import Customer, Invoice, MileageReading, Vehicle
from dms.core.lifecycle import DatedLifecycle, iff, status_is_known
from dms.core.row_rules import Frozen, Kept, ReasonOf, Refused, Shares, says_something
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Attachment, Reason, Store, User


class WorkOrderStatus(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("work order", "Draft")
    ESTIMATED = "ESTIMATED", pgettext_lazy("work order", "Estimated")
    AUTHORISED = "AUTHORISED", pgettext_lazy("work order", "Authorised")
    DISPATCHED = "DISPATCHED", pgettext_lazy("work order", "Dispatched")
    IN_PROGRESS = "IN_PROGRESS", pgettext_lazy("work order", "In work")
    ON_HOLD = "ON_HOLD", pgettext_lazy("work order", "On hold")
    SELF_CHECKED = "SELF_CHECKED", pgettext_lazy("work order", "Self-checked")
    TEAM_CHECKED = "TEAM_CHECKED", pgettext_lazy("work order", "Team-checked")
    PASSED = "PASSED", pgettext_lazy("work order", "Passed")
    READY = "READY", pgettext_lazy("work order", "Ready")
    SETTLED = "SETTLED", pgettext_lazy("work order", "Settled")
    RELEASED = "RELEASED", pgettext_lazy("work order", "Released")
    CANCELLED = "CANCELLED", pgettext_lazy("work order", "Cancelled")


S = WorkOrderStatus
OVER = ["RELEASED", "CANCELLED"]


def late_at(moment: datetime | Expression) -> Q:
    """Ready after the first promise, or not ready although that is over. What was promised later does not count."""
    # A car without a promise is NULL in both halves, so it is never late: nothing was promised.
    return Q(ready_at__gt=F("first_promised_at")) | Q(ready_at__isnull=True, first_promised_at__lt=moment)


class WorkOrderQuerySet(StoreScoped["WorkOrder"]):
    def open(self) -> Self:
        return self.exclude(status__in=OVER)

    def in_shop(self) -> Self:
        return self.exclude(status__in=[*OVER, S.SETTLED])

    def late(self, at: datetime) -> Self:
        """Not ready for the customer by the first promise."""
        return self.filter(late_at(at))

    def matching(self, text: str) -> Self:
        customers = Customer.objects.matching(text)
        vehicles = Vehicle.objects.matching(text)
        return self.filter(Q(number__endswith=text.upper()) | Q(customer__in=customers) | Q(vehicle__in=vehicles))


PAID_CAR_LEFT = _("The car has left, and would not be paid any more. Take the lines of the invoice back first.")


class WorkOrder(UpdatedAt, DatedLifecycle):
    """One visit's work on one car. One open order per car in the whole group; who pays is said per line."""

    Status = WorkOrderStatus

    NEXT = {
        S.DRAFT: frozenset({S.ESTIMATED, S.CANCELLED}),
        S.ESTIMATED: frozenset({S.AUTHORISED, S.DRAFT, S.CANCELLED}),
        S.AUTHORISED: frozenset({S.DISPATCHED, S.CANCELLED}),
        S.DISPATCHED: frozenset({S.IN_PROGRESS, S.CANCELLED}),
        S.IN_PROGRESS: frozenset({S.ON_HOLD, S.SELF_CHECKED, S.CANCELLED}),
        S.ON_HOLD: frozenset({S.IN_PROGRESS, S.CANCELLED}),
        S.SELF_CHECKED: frozenset({S.TEAM_CHECKED, S.IN_PROGRESS}),
        S.TEAM_CHECKED: frozenset({S.PASSED, S.SELF_CHECKED, S.IN_PROGRESS}),
        S.PASSED: frozenset({S.READY, S.TEAM_CHECKED, S.IN_PROGRESS}),
        S.READY: frozenset({S.SETTLED, S.PASSED, S.IN_PROGRESS}),
        S.SETTLED: frozenset({S.RELEASED}),
        S.RELEASED: frozenset(),
        S.CANCELLED: frozenset(),
    }

    class OldParts(models.TextChoices):
        TAKE = "TAKE", _("Customer takes them")
        DISPOSE = "DISPOSE", _("We dispose of them")
        CLAIM = "CLAIM", _("Returned for claim")

    number = models.CharField(_("work order number"), max_length=40, unique=True)
    status = models.CharField(
        _("status"), max_length=14, choices=WorkOrderStatus.choices, default=WorkOrderStatus.DRAFT
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="work_orders", verbose_name=_("store"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="work_orders", verbose_name=_("customer"))
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="work_orders", verbose_name=_("vehicle"))
    appointment = models.OneToOneField(
        Appointment, models.PROTECT, null=True, blank=True, related_name="work_order", verbose_name=_("appointment")
    )
    adviser = models.ForeignKey(User, models.PROTECT, related_name="work_orders", verbose_name=_("service adviser"))
    technician = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="jobs_in_workshop", verbose_name=_("technician")
    )
    bay = models.ForeignKey(
        Bay, models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("bay")
    )
    complaint = models.TextField(_("in the customer’s own words"), blank=True)
    cause = models.TextField(_("cause found"), blank=True)
    correction = models.TextField(_("what was done"), blank=True)
    old_parts = models.CharField(_("old parts"), max_length=8, choices=OldParts.choices, default=OldParts.TAKE)
    free_wash = models.BooleanField(_("free wash"), default=True)
    first_promised_at = models.DateTimeField(_("first promised"), null=True, blank=True)
    promised_at = models.DateTimeField(_("promised"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    convenient_call_at = models.DateTimeField(_("convenient time for a call"), null=True, blank=True)
    next_service_on = models.DateField(_("next maintenance"), null=True, blank=True)
    next_service_km = models.PositiveIntegerField(_("next maintenance (km)"), null=True, blank=True)
    rework = models.PositiveSmallIntegerField(_("rework"), default=0)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    signed_name = models.CharField(_("signed by"), max_length=80, blank=True)
    signature = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signature")
    )
    invoice = models.OneToOneField(
        Invoice, models.PROTECT, null=True, blank=True, related_name="work_order", verbose_name=_("invoice")
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    cancel_reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    objects = WorkOrderQuerySet.as_manager()
    TRIGGERS = {
        "workorder_checked_in_order": _("The check before this one has not passed yet."),
        "workorder_authorised_by_customer": _("Work cannot start before the customer has signed."),
        "checkin_of_open_order": _("This work order is over."),
        "vehicle_vin_of_settled_order": _("Bills were settled under this VIN: it does not change any more."),
        "workorder_cancelled_before_parts": _("Parts of this work order are out. Take them back to stock first."),
        "workorder_passed_is_inspected": _("The final inspection has not passed yet."),
        "workorder_settled_is_complete": _("Something is still missing for the settlement."),
        "workorder_promise_in_opening_hours": _("Promise a time at which the store is open."),
        "workorder_promise_on_open_day": _("The store is closed on that day. Promise another one."),
        "refund_leaves_visit_paid": PAID_CAR_LEFT,
        "workorder_promise_change_explained": _("A promise changes with a reason, and the customer is told."),
        "workorder_first_promise_at_signature": _("The first promise is what was promised at the signature."),
        "workorder_checked_is_described": _("Write down the cause and what was done, before the checks."),
    }

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["store", "status"], name="workorder_store_status"),
            models.Index(fields=["store", "opened_at"], name="workorder_store_opened"),
            models.Index(fields=["vehicle", "-opened_at"], name="workorder_vehicle"),
            models.Index(fields=["updated_at"], name="workorder_updated_at"),
        ]
        constraints = [
            status_is_known("workorder", WorkOrderStatus),
            # A car stands in one place: a second open order, also of another store, is a slip or a race of two desks.
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=~Q(status__in=OVER),
                name="workorder_one_open_per_vehicle",
                violation_error_message=_("This car has an open work order already."),
            ),
            # A lift carries one car: two technicians who begin at once both saw it empty.
            models.UniqueConstraint(
                fields=["bay"],
                condition=Q(status="IN_PROGRESS"),
                name="workorder_one_car_in_bay",
                violation_error_message=_("Another car is being worked on in this bay. Choose another bay."),
            ),
            # The law: work on a car without the owner's commission need not be paid.
            models.CheckConstraint(
                name="workorder_authorised_is_signed",
                condition=Q(status__in=["DRAFT", "ESTIMATED", "CANCELLED"]) | Q(signed_name__regex=r"\S"),
                violation_error_message=_("Work cannot start before the customer has signed."),
            ),
            # The self-check is the technician's own: a car given to nobody could not be checked.
            models.CheckConstraint(
                name="workorder_dispatched_has_technician",
                condition=Q(status__in=["DRAFT", "ESTIMATED", "AUTHORISED", "CANCELLED"]) | Q(technician__isnull=False),
            ),
            # Lead time and the call after the visit count from here.
            models.CheckConstraint(
                name="workorder_released_has_time", condition=iff(Q(status="RELEASED"), Q(released_at__isnull=False))
            ),
            # Without today's promise beside the first nobody could tell that the customer was told another.
            models.CheckConstraint(
                name="workorder_promise_is_kept_frozen",
                condition=Q(first_promised_at__isnull=True) | Q(promised_at__isnull=False),
            ),
            # From the signature on the customer counts on a time; before it nothing is promised.
            models.CheckConstraint(
                name="workorder_promised_when_signed",
                condition=Q(status="CANCELLED")
                | iff(Q(status__in=["DRAFT", "ESTIMATED"]), Q(first_promised_at__isnull=True)),
            ),
            # Punctuality is read off this column alone: a ready car without it would count as late for ever.
            models.CheckConstraint(
                name="workorder_ready_has_time",
                condition=iff(Q(status__in=["READY", "SETTLED", "RELEASED"]), Q(ready_at__isnull=False)),
            ),
            says_something("workorder", "number", "key"),
            # A bill is paid on its own account.
            Shares(
                name="workorder_of_its_invoice",
                to="crm_invoice",
                columns={
                    "invoice_id": "id",
                    "customer_id": "customer_id",
                    "store_id": "store_id",
                    "number": "subject_number",
                },
            ),
            # The number is on the signed paper, and the bill and the stock name the order by it.
            Frozen(name="workorder_frozen", fields=["number", "store", "vehicle", "opened_at", "key"]),
            # Written up by mistake it lets its booking go, which another order may need.
            Refused(
                name="workorder_appointment_frozen",
                when="OLD.appointment_id IS DISTINCT FROM NEW.appointment_id AND NOT ("
                "NEW.appointment_id IS NULL AND NEW.status = 'CANCELLED' AND OLD.status <> 'CANCELLED')",
            ),
            # Lost work is counted by why it was lost.
            models.CheckConstraint(
                name="workorder_cancelled_has_reason",
                condition=iff(Q(status="CANCELLED"), Q(cancel_reason__isnull=False)),
                violation_error_message=_("Choose a reason of this list."),
            ),
            ReasonOf(
                name="workorder_cancelled_for_a_reason_of_it", field="cancel_reason", kind=Reason.Kind.WORK_CANCEL
            ),
            # What the customer wants of the old parts is on the signed paper.
            models.CheckConstraint(
                name="workorder_old_parts_known",
                condition=Q(old_parts__in=["TAKE", "DISPOSE", "CLAIM"]),
                violation_error_message=_("This is none of the choices. Choose one of the list."),
            ),
            # The one who signed pays; only a merge of two files of the same person moves the order.
            Frozen(name="workorder_customer_frozen", fields=["customer"], same="crm_same_customer"),
            # The gate looks at the account: another, paid one would open it for this car.
            Frozen(name="workorder_invoice_frozen", fields=["invoice"], once=True),
            # Punctuality is measured by what was promised first, whatever is promised later.
            Frozen(name="workorder_first_promise_frozen", fields=["first_promised_at"], once=True),
            # The commission as the owner has signed it.
            Frozen(
                name="workorder_signature_frozen",
                since=[status for status in S.values if status not in {"DRAFT", "ESTIMATED"}],
                fields=["signed_name", "signature"],
            ),
            # Set only together with the step to ready: moved afterwards, a late car would have been on time.
            Refused(
                name="workorder_ready_at_frozen",
                when="OLD.status = NEW.status AND OLD.ready_at IS DISTINCT FROM NEW.ready_at",
            ),
            # A failed check stays failed: rounds of rework are counted, never taken back.
            Refused(name="workorder_rework_rises", when="NEW.rework < OLD.rework"),
            # A settled order is a voucher of the books; a reversal is a document of its own.
            Frozen(
                name="workorder_settled_is_immutable",
                since=["SETTLED", "RELEASED", "CANCELLED"],
                but=["customer_id", "released_at"],
                violation_error_message=_("This work order is settled: it does not change any more."),
            ),
            Frozen(name="workorder_release_frozen", fields=["released_at"], once=True),
            Kept(name="workorder_kept"),
            # What settlements point to, with the store: the bill is of the store that did the work.
            models.UniqueConstraint(fields=["id", "store"], name="workorder_in_store"),
        ]

    def __str__(self) -> str:
        return self.number

    def is_late_at(self, moment: datetime) -> bool:
        """Not ready for the customer by the first promise, as :func:`late_at` asks the database."""
        first = self.first_promised_at
        return first is not None and (self.ready_at or moment) > first


class CheckIn(models.Model):
    """What the car was like when it came: mileage, fuel, damage, belongings; signed by the customer."""

    work_order = models.OneToOneField(WorkOrder, models.PROTECT, related_name="check_in", verbose_name=_("work order"))
    reading = models.ForeignKey(MileageReading, models.PROTECT, related_name="+", verbose_name=_("mileage"))
    fuel_eighths = models.PositiveSmallIntegerField(_("fuel (eighths)"), default=4, validators=[MaxValueValidator(8)])
    damage = models.JSONField(
        _("damage"), default=list, blank=True, help_text=_("Where and what, as the guest saw it with us.")
    )
    belongings = models.CharField(_("belongings left in the car"), max_length=200, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    TRIGGERS = {
        "checkin_kept": _("This is kept: a document is ended or cancelled, never deleted."),
        "checkin_reading_corrected": _("This is fixed by now and does not change any more. Reload the page."),
    }

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            # The gauge has eight marks; what it showed is what the customer may ask back.
            models.CheckConstraint(name="checkin_fuel_range", condition=Q(fuel_eighths__lte=8)),
            # The car as it came, signed for by its owner.
            Frozen(name="checkin_frozen", but=["reading_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.work_order}"


class PromiseChange(models.Model):
    """The promised time was changed, why, and how and when the customer was told; the first promise stays what on-time is
    measured by. Append-only, and without one the promise of a signed order does not move (trigger)."""

    class Told(models.TextChoices):
        PHONE = "PHONE", pgettext_lazy("told", "By phone")
        WECHAT = "WECHAT", pgettext_lazy("told", "WeChat")
        MESSAGE = "MESSAGE", pgettext_lazy("told", "By message")
        IN_PERSON = "IN_PERSON", pgettext_lazy("told", "In person")

    work_order = models.ForeignKey(
        WorkOrder, models.PROTECT, related_name="promise_changes", verbose_name=_("work order")
    )
    before = models.DateTimeField(_("before"))
    after = models.DateTimeField(_("after"))
    reason = models.ForeignKey(Reason, models.PROTECT, related_name="+", verbose_name=_("reason"))
    note = models.CharField(_("note"), max_length=120, blank=True)
    told_how = models.CharField(_("customer told"), max_length=10, choices=Told.choices)
    told_at = models.DateTimeField(_("told at"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    TRIGGERS = {
        "promisechange_of_this_promise": _("The promise has changed meanwhile. Reload the page."),
        "promisechange_is_kept": _("The promise has changed meanwhile. Reload the page."),
    }

    class Meta:
        verbose_name = _("changed promise")
        verbose_name_plural = _("changed promises")
        ordering = ["-at", "-pk"]
        constraints = [
            ReasonOf(name="promisechange_for_a_reason_of_it", field="reason", kind=Reason.Kind.PROMISE),
            # A note in the system tells nobody: by one of these ways the customer was reached.
            models.CheckConstraint(
                name="promisechange_told_how", condition=Q(told_how__in=["PHONE", "WECHAT", "MESSAGE", "IN_PERSON"])
            ),
            # Noted before the call, a promise would move though nobody was ever reached.
            models.CheckConstraint(
                name="promisechange_told_before_noted",
                condition=Q(told_at__lte=F("at")),
                violation_error_message=_("The customer was told in the past: say when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_order}"


class HoldPeriod(models.Model):
    """From when to when the work stood still, and who was awaited."""

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="holds", verbose_name=_("work order"))
    reason = models.ForeignKey(Reason, models.PROTECT, related_name="+", verbose_name=_("waiting for"))
    note = models.CharField(_("note"), max_length=120, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-since"]
        constraints = [
            # A car waits for one thing at a time: two waits at once would count the same hours twice.
            models.UniqueConstraint(fields=["work_order"], condition=Q(until__isnull=True), name="hold_one_at_a_time"),
            ReasonOf(name="hold_for_a_reason_of_it", field="reason", kind=Reason.Kind.HOLD),
            # Whom the car waited for is what manager and supplier argue about later.
            Frozen(name="hold_frozen", but=["until"]),
            Frozen(name="hold_end_frozen", fields=["until"], once=True),
            Kept(name="hold_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.work_order} {self.reason}"
