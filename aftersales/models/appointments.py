"""Bookings against real capacity."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Customer, Vehicle
from dms.core.lifecycle import DatedLifecycle, iff, status_is_known
from dms.core.row_rules import Frozen, Kept, ReasonOf, Refused, says_something
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Reason, Store, User


class Bay(UpdatedAt):
    """A place to work on a car."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="bays", verbose_name=_("store"))
    name = models.CharField(_("bay"), max_length=20)
    active = models.BooleanField(_("active"), default=True)

    objects = StoreScoped["Bay"].as_manager()

    class Meta:
        verbose_name = _("bay")
        verbose_name_plural = _("bays")
        ordering = ["store", "name"]
        # Technicians are sent by the name on the wall: two bays of one name and a car is looked for in both.
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="bay_unique_in_store")]

    def __str__(self) -> str:
        return self.name


class ShopHour(UpdatedAt):
    """How many labour hours one hour of the workshop can take and how many are booked: never more (constraint)."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="shop_hours", verbose_name=_("store"))
    starts_at = models.DateTimeField(_("hour"))
    capacity = models.DecimalField(_("capacity (h)"), max_digits=6, decimal_places=1)
    booked = models.DecimalField(_("booked (h)"), max_digits=6, decimal_places=1, default=Decimal(0), editable=False)

    objects = StoreScoped["ShopHour"].as_manager()

    class Meta:
        verbose_name = _("workshop hour")
        verbose_name_plural = _("workshop hours")
        ordering = ["store", "starts_at"]
        constraints = [
            # Two desks that make the hours of a day together would sell each hour twice.
            models.UniqueConstraint(fields=["store", "starts_at"], name="shophour_unique"),
            # Two receptionists book the last hour at once: both saw it free, and the sum refuses the second.
            models.CheckConstraint(
                name="shophour_booked_within_capacity",
                condition=Q(booked__gte=0) & Q(booked__lte=F("capacity")),
                violation_error_message=_("The workshop is full while the work would be done. Choose another time."),
            ),
            # The hours booked are the sum of the bookings: written by their trigger, never by hand.
            Refused(name="shophour_begins_unbooked", on="INSERT", when="NEW.booked <> 0"),
            # Counted by the trigger of the booked hours alone: a figure written by hand would sell an hour twice.
            Refused(name="shophour_follows_bookings", when="NEW.booked <> OLD.booked AND pg_trigger_depth() = 0"),
            # An hour with bookings that moved would take them along to a time nobody has agreed to.
            Refused(
                name="shophour_booked_stays",
                when="OLD.booked <> 0 AND (OLD.store_id, OLD.starts_at) IS DISTINCT FROM (NEW.store_id, NEW.starts_at)",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.starts_at:%Y-%m-%d %H:%M}"


class AppointmentStatus(models.TextChoices):
    BOOKED = "BOOKED", pgettext_lazy("appointment", "Booked")
    CONFIRMED = "CONFIRMED", pgettext_lazy("appointment", "Confirmed")
    PREPARED = "PREPARED", pgettext_lazy("appointment", "Prepared")
    ARRIVED = "ARRIVED", pgettext_lazy("appointment", "Arrived")
    CANCELLED = "CANCELLED", pgettext_lazy("appointment", "Cancelled")
    NO_SHOW = "NO_SHOW", pgettext_lazy("appointment", "No-show")


class AppointmentChannel(models.TextChoices):
    PHONE = "PHONE", pgettext_lazy("booking", "Phone")
    DESK = "DESK", pgettext_lazy("booking", "At the desk")
    RECALL = "RECALL", pgettext_lazy("booking", "Maintenance recall")
    ONLINE = "ONLINE", pgettext_lazy("booking", "Online")


# Who has arrived holds no adviser any more, but still the hours: see the trigger of the bookings.
LIVE = ["BOOKED", "CONFIRMED", "PREPARED"]
ARRIVED_WITH_ORDER = _("The car is written up: cancel its work order first.")
RECEIVING = timedelta(minutes=15)
"""How long an adviser needs to receive a car."""


class AppointmentQuerySet(StoreScoped["Appointment"]):
    def on(self, day: date) -> Self:
        return self.filter(starts_at__date=day)

    def live(self) -> Self:
        return self.filter(status__in=LIVE)

    def matching(self, text: str) -> Self:
        customers = Customer.objects.matching(text)
        vehicles = Vehicle.objects.matching(text)
        return self.filter(Q(number__endswith=text.upper()) | Q(customer__in=customers) | Q(vehicle__in=vehicles))


class Appointment(UpdatedAt, DatedLifecycle):
    """A booked visit: whose car, what for, when, how many hours, which adviser."""

    Status = AppointmentStatus

    NEXT = {
        AppointmentStatus.BOOKED: frozenset(
            {
                AppointmentStatus.CONFIRMED,
                AppointmentStatus.PREPARED,
                AppointmentStatus.ARRIVED,
                AppointmentStatus.CANCELLED,
                AppointmentStatus.NO_SHOW,
            }
        ),
        AppointmentStatus.CONFIRMED: frozenset(
            {
                AppointmentStatus.PREPARED,
                AppointmentStatus.ARRIVED,
                AppointmentStatus.CANCELLED,
                AppointmentStatus.NO_SHOW,
            }
        ),
        AppointmentStatus.PREPARED: frozenset(
            {AppointmentStatus.ARRIVED, AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW}
        ),
        AppointmentStatus.ARRIVED: frozenset({AppointmentStatus.BOOKED}),
        AppointmentStatus.CANCELLED: frozenset(),
        AppointmentStatus.NO_SHOW: frozenset(),
    }

    Channel = AppointmentChannel

    number = models.CharField(_("appointment number"), max_length=40, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=AppointmentStatus.choices, default=AppointmentStatus.BOOKED
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="appointments", verbose_name=_("store"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="appointments", verbose_name=_("customer"))
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="appointments", verbose_name=_("vehicle"))
    adviser = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service adviser")
    )
    starts_at = models.DateTimeField(_("time"))
    slot = DateTimeRangeField(
        _("adviser’s slot"), help_text=_("The quarter of an hour in which the adviser receives the car.")
    )
    stay = DateTimeRangeField(
        _("stay"), help_text=_("From its arrival until the work is done: the car is here meanwhile.")
    )
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, default=Decimal(1))
    wish = models.CharField(_("what for"), max_length=200)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.PHONE)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    cancel_reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )

    objects = AppointmentQuerySet.as_manager()
    TRIGGERS = {
        "appointment_in_shop_hours": _(
            "The workshop does not work at that hour. Choose a time within the opening hours."
        ),
        "appointment_arrival_has_order": ARRIVED_WITH_ORDER,
    }

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["store", "starts_at"], name="appointment_store_time"),
            models.Index(fields=["updated_at"], name="appointment_updated_at"),
        ]
        constraints = [
            status_is_known("appointment", AppointmentStatus),
            # A visit of no hours would stand in the calendar and let the workshop be sold out beside it.
            models.CheckConstraint(name="appointment_hours_positive", condition=Q(hours__gt=0)),
            # Cancelled and missed visits are counted apart, each by its own reasons.
            ReasonOf(
                name="appointment_cancelled_for_its_reason",
                field="cancel_reason",
                kind=Reason.Kind.CANCEL,
                since=[AppointmentStatus.CANCELLED],
            ),
            ReasonOf(
                name="appointment_missed_for_its_reason",
                field="cancel_reason",
                kind=Reason.Kind.NO_SHOW,
                since=[AppointmentStatus.NO_SHOW],
            ),
            # What of the bookings the recall has brought is counted by it.
            models.CheckConstraint(
                name="appointment_channel_known",
                condition=Q(channel__in=AppointmentChannel.values),
                violation_error_message=_("This is none of the choices. Choose one of the list."),
            ),
            # Who stays away says why, and who comes after all has no reason against it.
            models.CheckConstraint(
                name="appointment_given_up_has_reason",
                condition=iff(Q(status__in=["CANCELLED", "NO_SHOW"]), Q(cancel_reason__isnull=False)),
                violation_error_message=_("Choose a reason of this list."),
            ),
            # An adviser receives one guest at a time; two who book at once both saw the quarter of an hour free.
            ExclusionConstraint(
                name="appointment_adviser_free",
                expressions=[("adviser", RangeOperators.EQUAL), ("slot", RangeOperators.OVERLAPS)],
                condition=Q(status__in=LIVE, adviser__isnull=False),
                violation_error_message=_(
                    "The adviser receives another car at that time. Choose another adviser or time."
                ),
            ),
            # A car is in one place at a time, in the whole group: two stores that book it at once do not see each other's rows.
            ExclusionConstraint(
                name="appointment_vehicle_in_one_place",
                expressions=[("vehicle", RangeOperators.EQUAL), ("stay", RangeOperators.OVERLAPS)],
                condition=Q(status__in=LIVE),
                violation_error_message=_("This car is booked at that time already, here or in another store."),
            ),
            says_something("appointment", "number", "wish"),
            # The adviser is held for as long as receiving a car takes: a slot beside its time, or an empty one, would hold nobody.
            models.CheckConstraint(
                name="appointment_slot_is_its_time",
                condition=Q(
                    slot__isempty=False, slot__startswith=F("starts_at"), slot__endswith=F("starts_at") + RECEIVING
                ),
            ),
            # An empty range overlaps nothing: with one the car could be booked in two places at a time.
            models.CheckConstraint(
                name="appointment_stay_begins_at_its_time",
                condition=Q(stay__isempty=False, stay__startswith=F("starts_at"), stay__endswith__gt=F("starts_at")),
            ),
            # Another car is another visit: hours, parts and the promise to the guest were made for this one.
            Frozen(name="appointment_frozen", fields=["number", "store", "vehicle", "made_at", "made_by"]),
            Frozen(name="appointment_customer_frozen", fields=["customer"], same="crm_same_customer"),
            Frozen(name="appointment_over_frozen", since=["ARRIVED", "CANCELLED", "NO_SHOW"], but=["customer_id"]),
            Kept(name="appointment_kept"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_over(self) -> bool:
        """Nobody is waited for any more; that an arrival can be taken back does not change that."""
        return self.status not in LIVE


class BookedHour(models.Model):
    """What a visit takes of an hour of the workshop: a car stands in one bay, hour after hour, also over night.

    Written by the trigger of the appointment only, which keeps the sum in the hour's ``booked``. Who has come keeps the hours.
    """

    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="booked_hours", verbose_name=_("appointment")
    )
    hour = models.ForeignKey(ShopHour, models.PROTECT, related_name="bookings", verbose_name=_("hour"))
    hours = models.DecimalField(_("hours"), max_digits=3, decimal_places=1)

    class Meta:
        verbose_name = _("booked hour")
        verbose_name_plural = _("booked hours")
        constraints = [
            # The trigger gives an hour back once for each visit: a second row of it would stay sold.
            models.UniqueConstraint(fields=["appointment", "hour"], name="bookedhour_once"),
            # One car stands in one bay: it cannot use up more than an hour of it in an hour.
            models.CheckConstraint(name="bookedhour_of_one_bay", condition=Q(hours__gt=0, hours__lte=1)),
            # Written by the trigger of the appointment alone, so that hours and bookings cannot disagree.
            Refused(name="bookedhour_written_by_booking", on="INSERT", when="pg_trigger_depth() = 0"),
            Refused(name="bookedhour_not_changed", when="pg_trigger_depth() = 0"),
            Kept(name="bookedhour_kept", unless="pg_trigger_depth() > 0"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} @ {self.hour_id}"
