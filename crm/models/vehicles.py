"""Vehicles (one file each), who owned them when, and what their odometers showed."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.customers import Customer
from crm.models.vins import VouchedVin, vouched
from dms.core.row_rules import Frozen, Kept, Refused, says_something
from dms.core.scope import LockingQuerySet
from dms.core.untyped import Option
from dms.core.updated_at import UpdatedAt
from dms.formats import folding, plates
from dms.models import Store, User, Variant
from dms.models.catalogue import Energy


class VehicleQuerySet(LockingQuerySet["Vehicle"]):
    stores_tell = True

    def visible_to(self, user: User) -> Self:
        """Vehicles one's own stores have dealt with."""
        if user.sees_all_stores:
            return self
        return self.filter(pk__in=VehicleStore.objects.filter(store_id__in=user.store_ids).values("vehicle_id"))

    def of_store(self, store: Store | None) -> Self:
        if store is None:
            return self
        return self.filter(pk__in=VehicleStore.objects.filter(store=store).values("vehicle_id"))

    def matching(self, text: str) -> Self:
        """A plate or part of it, a VIN or its last characters, or the owner as staff type them."""
        named = marked_so(text)
        owners = Ownership.objects.filter(until__isnull=True, customer__in=Customer.objects.matching(text))
        return self.filter(named | Q(pk__in=owners.values("vehicle_id")))


def marked_so(text: str, path: str = "") -> Q:
    """Rows whose car has this plate, a part of it, or the end of its VIN; ``path`` leads from the row to the car."""
    code = folding.code(text)
    named = Q(**{f"{path}plate_code__contains": code})
    # Shorter, it would be the end of too many VINs to name one.
    if len(code) >= 4:
        named |= Q(**{f"{path}vin__endswith": code})  # a VIN has neither O nor I: it is its own code
    return named


class Vehicle(UpdatedAt, VouchedVin):
    """The customer file (user file) of one car. It has a VIN or a plate; only imported history may have its source's id instead."""

    vin = models.CharField(_("VIN"), max_length=17, null=True, blank=True, unique=True)
    vin_tail = models.CharField(max_length=6, editable=False, blank=True, default="", db_index=True)
    plate = models.CharField(_("plate"), max_length=10, null=True, blank=True)
    plate_code = models.CharField(max_length=10, editable=False, default="")
    source_id = models.CharField(
        _("id in the source"), max_length=60, null=True, blank=True, unique=True, editable=False
    )
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, blank=True, verbose_name=_("variant"))
    model_text = models.CharField(_("model (free text)"), max_length=80, blank=True)
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    energy = models.CharField(_("energy"), max_length=8, choices=Energy.choices, default=Energy.PETROL)
    engine_no = models.CharField(_("engine number"), max_length=40, blank=True)
    factory_month = models.DateField(_("factory month"), null=True, blank=True)
    licence_date = models.DateField(_("first licensed"), null=True, blank=True)
    bought_on = models.DateField(_("bought"), null=True, blank=True)
    insurance_until = models.DateField(_("insured until"), null=True, blank=True)
    inspection_until = models.DateField(_("inspection due"), null=True, blank=True)
    warranty_until = models.DateField(_("warranty until"), null=True, blank=True)
    gone = models.BooleanField(
        _("scrapped, moved away or sold elsewhere"),
        default=False,
        help_text=_("The file is kept; nobody is called for it."),
    )
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    stores: "models.ManyToManyField[Store, VehicleStore]" = models.ManyToManyField(
        Store, through="VehicleStore", related_name="vehicles"
    )

    objects = VehicleQuerySet.as_manager()

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        ordering = ["-created_at", "-pk"]
        indexes = [
            GinIndex(OpClass(F("plate_code"), name="gin_trgm_ops"), name="vehicle_plate_code_trgm"),
            models.Index(fields=["plate_code"], name="vehicle_plate_code"),
            # Read from a windscreen: any part of it finds the car.
            GinIndex(OpClass(F("vin"), name="gin_trgm_ops"), name="vehicle_vin_trgm"),
            models.Index(fields=["updated_at"], name="vehicle_updated_at"),
        ]
        constraints = [
            # ISO 3779 leaves out I, O and Q, which are read as 1 and 0: with them the same car would be on
            # file twice.
            models.CheckConstraint(
                name="vehicle_vin_form",
                condition=Q(vin__isnull=True) | Q(vin__regex=r"^[A-HJ-NPR-Z0-9]{17}$"),
                violation_error_message=_("A VIN has 17 capital letters and digits, without I, O and Q."),
            ),
            # A file that names no car is found by nobody, and its owner is entered again at the next visit.
            models.CheckConstraint(
                name="vehicle_is_identified",
                condition=Q(vin__isnull=False) | Q(plate__isnull=False) | Q(source_id__isnull=False),
                violation_error_message=_("Enter the plate or the VIN: one of them must identify the car."),
            ),
            # Written with dot, blank or small letters a plate would slip past the index of current ones.
            models.CheckConstraint(
                name="vehicle_plate_form",
                condition=Q(plate__isnull=True) | Q(plate__regex=r"^[^\sa-z·]{5,10}$"),
                violation_error_message=_("Write the plate in capitals without spaces or the dot."),
            ),
            # A plate moves on to its owner's next car; the one that is gone keeps it for its history.
            models.UniqueConstraint(
                fields=["plate"],
                condition=Q(gone=False),
                name="vehicle_plate_one_current",
                violation_error_message=_("Another car carries this plate. Look it up by the plate."),
            ),
            *vouched("vehicle"),
            says_something("vehicle", "source_id"),
            # The excuse of imported history is its own: no other car gets it later.
            Frozen(name="vehicle_source_frozen", fields=["source_id"]),
            # A VIN belongs to one car; a stock car and its file name the same one.
            models.UniqueConstraint(fields=["id", "vin"], name="vehicle_with_vin"),
            Kept(name="vehicle_kept"),
        ]

    def __str__(self) -> str:
        return self.plate or (f"…{self.vin_tail}" if self.vin else self.source_id or "")

    def save(self, *args: Option, **kwargs: Option) -> None:
        """Keep what the car is found by beside it: the VIN's tail, read from a windscreen, and the plate's code."""
        # Empty forms send an empty text, and two empty texts are not unique where two NULL are.
        self.vin = self.vin or None
        self.plate = self.plate or None
        self.vin_tail, self.plate_code = (self.vin or "")[-6:], folding.code(self.plate or "")
        # Saved alone, plate or VIN would be found under the old one.
        if (fields := kwargs.get("update_fields")) is not None and {"vin", "plate"} & set(fields):
            kwargs["update_fields"] = [*fields, "vin_tail", "plate_code"]
        super().save(*args, **kwargs)

    @property
    def plate_kind(self) -> str:
        """The family of the plate: ordinary, new energy, police …; empty without one that we know."""
        known = plates.parse(self.plate or "")
        return known.ground.value if known else ""

    @property
    def model(self) -> str:
        return str(self.variant) if self.variant else self.model_text


class VehicleStore(models.Model):
    """That a vehicle has been to a store."""

    vehicle = models.ForeignKey(Vehicle, models.CASCADE, related_name="store_links")
    store = models.ForeignKey(Store, models.PROTECT, related_name="vehicle_links")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("vehicle’s store")
        verbose_name_plural = _("vehicles’ stores")
        # Two stores, or two desks of one, meet the car at once: the day it was first here stays one.
        constraints = [models.UniqueConstraint(fields=["vehicle", "store"], name="vehiclestore_unique")]
        indexes = [models.Index(fields=["store", "vehicle"], name="vehiclestore_store")]

    def __str__(self) -> str:
        return f"{self.vehicle_id} @ {self.store_id}"


class Ownership(models.Model):
    """From when to when somebody owned or drove the car."""

    class Role(models.TextChoices):
        OWNER = "OWNER", pgettext_lazy("ownership", "Owner")
        DRIVER = "DRIVER", pgettext_lazy("ownership", "Driver")

    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="ownerships", verbose_name=_("vehicle"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="ownerships", verbose_name=_("customer"))
    role = models.CharField(_("role"), max_length=6, choices=Role.choices, default=Role.OWNER)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("ownership")
        verbose_name_plural = _("ownerships")
        ordering = ["-since", "-pk"]
        constraints = [
            # Letters, calls and consent are one person's: two owners of today would both be asked.
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=Q(role="OWNER", until__isnull=True),
                name="ownership_one_current_owner",
                violation_error_message=_("This car has an owner. Hand it over instead of adding a second one."),
            ),
            # A driver may be an owner as well, but neither twice at a time.
            models.UniqueConstraint(
                fields=["vehicle", "customer", "role"], condition=Q(until__isnull=True), name="ownership_once"
            ),
            # A period that ends before it begins would own the car at no time, and receive its letters all
            # the same.
            models.CheckConstraint(
                name="ownership_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message=_("An ownership cannot end before it began."),
            ),
            # Another car is another ownership: this one says whose word counted for past work.
            Frozen(name="ownership_frozen", fields=["vehicle", "role"]),
            Frozen(name="ownership_customer_frozen", fields=["customer"], same="crm_same_customer"),
            Frozen(name="ownership_end_frozen", fields=["until"], once=True),
            # Letters and calls of before were to this owner: moved to a later day they went to a stranger.
            Refused(
                name="ownership_begins_no_later", when="NEW.since > OLD.since AND NOT crm_is_parting(NEW.customer_id)"
            ),
            # Two files of one person who both drove the car: one period stays.
            Kept(name="ownership_kept", unless="crm_is_merged(OLD.customer_id)"),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle} – {self.customer}"


class MileageReadingQuerySet(models.QuerySet["MileageReading"]):
    def true(self) -> Self:
        """But for those that were misread."""
        return self.filter(misreading__isnull=True)


class MileageReading(models.Model):
    """What the odometer showed. Append-only; it never falls unless the odometer was replaced, with a reason (trigger)."""

    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="readings", verbose_name=_("vehicle"))
    km = models.PositiveIntegerField(_("mileage (km)"))
    at = models.DateTimeField(pgettext_lazy("odometer", "read"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    odometer_replaced = models.BooleanField(_("odometer replaced"), default=False)
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    objects = MileageReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mileage reading")
        verbose_name_plural = _("mileage readings")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["vehicle", "-at"], name="mileage_vehicle")]
        constraints = [
            # A turned-back odometer is fraud: the one way below the last reading is signed for in words.
            models.CheckConstraint(
                name="mileage_replacement_has_reason",
                condition=Q(odometer_replaced=False) | Q(reason__regex=r"\S"),
                violation_error_message=_("Say why the odometer was replaced."),
            ),
            # A key held down would set a floor that no later reading of the car ever reaches.
            models.CheckConstraint(
                name="mileage_plausible",
                condition=Q(km__lte=2_000_000),
                violation_error_message=_("That mileage is beyond any car. Check the figure."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.km} km"


class Misreading(models.Model):
    """A reading that the odometer never showed: mistyped, or of another car. It stays in sight and counts no more. Append-only."""

    reading = models.OneToOneField(
        MileageReading, models.PROTECT, related_name="misreading", verbose_name=_("mileage reading")
    )
    reason = models.CharField(_("reason"), max_length=120)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("misreading")
        verbose_name_plural = _("misreadings")
        constraints = [says_something("misreading", "reason")]

    def __str__(self) -> str:
        return f"{self.reading}"
