"""Cars in our hands."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Vehicle
from crm.models.vins import VouchedVin, vouched
from dms.core.lifecycle import DatedLifecycle, status_is_known
from dms.core.money import MoneyField
from dms.core.row_rules import Frozen, Kept, Shares
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.formats import folding
from dms.models import Colour, Store, Variant
from sales.models.makes import NOT_OUR_MAKE, OTHER_COLOUR


class StockCarStatus(models.TextChoices):
    ORDERED = "ORDERED", pgettext_lazy("stock car", "On order")
    IN_TRANSIT = "IN_TRANSIT", pgettext_lazy("stock car", "In transit")
    RECEIVED = "RECEIVED", pgettext_lazy("stock car", "Received")
    AVAILABLE = "AVAILABLE", pgettext_lazy("stock car", "Available")
    ALLOCATED = "ALLOCATED", pgettext_lazy("stock car", "Allocated")
    READY = "READY", pgettext_lazy("stock car", "Ready")
    DELIVERED = "DELIVERED", pgettext_lazy("stock car", "Delivered")


class StockCarQuerySet(StoreScoped["StockCar"]):
    lock_with = ("store", "variant__series")

    def available(self) -> Self:
        """For sale now: a test or display car is not until it is released."""
        # Both are asked: a test car has this status too, and would come used to its buyer.
        return self.filter(status=StockCarStatus.AVAILABLE, use="NORMAL")

    def matching(self, text: str) -> Self:
        end = folding.code(text)
        return self.filter(
            Q(vin__endswith=end) | Q(variant__full_name__contains=text) | Q(variant__full_name_en__icontains=text)
        )


class StockCar(UpdatedAt, VouchedVin, DatedLifecycle):
    """One car of ours by its VIN: cost, place, certificate, use. Days in stock count from its arrival."""

    Status = StockCarStatus

    NEXT = {
        StockCarStatus.ORDERED: frozenset({StockCarStatus.IN_TRANSIT}),
        # What is received is mostly for sale at once: nobody inspects it in between.
        StockCarStatus.IN_TRANSIT: frozenset({StockCarStatus.RECEIVED, StockCarStatus.AVAILABLE}),
        StockCarStatus.RECEIVED: frozenset({StockCarStatus.AVAILABLE}),
        StockCarStatus.AVAILABLE: frozenset({StockCarStatus.ALLOCATED}),
        StockCarStatus.ALLOCATED: frozenset({StockCarStatus.AVAILABLE, StockCarStatus.READY}),
        StockCarStatus.READY: frozenset({StockCarStatus.DELIVERED, StockCarStatus.ALLOCATED}),
        StockCarStatus.DELIVERED: frozenset(),
    }

    BEGINS = frozenset({StockCarStatus.ORDERED, StockCarStatus.IN_TRANSIT, StockCarStatus.AVAILABLE})

    class Certificate(models.TextChoices):
        PLEDGED = "PLEDGED", pgettext_lazy("certificate", "Pledged")
        IN_HAND = "IN_HAND", pgettext_lazy("certificate", "In hand")

    class Use(models.TextChoices):
        NORMAL = "NORMAL", pgettext_lazy("stock car", "For sale")
        DISPLAY = "DISPLAY", pgettext_lazy("stock car", "Display car")
        TEST = "TEST", pgettext_lazy("stock car", "Test car")

    status = models.CharField(
        _("status"), max_length=10, choices=StockCarStatus.choices, default=StockCarStatus.ORDERED
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="stock_cars", verbose_name=_("store"))
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="stock_cars", verbose_name=_("variant"))
    colour = models.ForeignKey(
        Colour, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("colour")
    )
    vin = models.CharField(_("VIN"), max_length=17, unique=True)
    vehicle = models.OneToOneField(
        Vehicle, models.PROTECT, null=True, blank=True, related_name="stock_car", verbose_name=_("vehicle")
    )
    engine_no = models.CharField(_("engine number"), max_length=40, blank=True)
    cost = MoneyField(_("cost"), null=True, blank=True)
    arrived_on = models.DateField(_("arrived"), null=True, blank=True)
    location = models.CharField(_("location"), max_length=40, blank=True)
    certificate = models.CharField(
        _("certificate"), max_length=8, choices=Certificate.choices, default=Certificate.IN_HAND
    )
    use = models.CharField(_("use"), max_length=8, choices=Use.choices, default=Use.NORMAL)
    factory_month = models.DateField(_("factory month"), null=True, blank=True)

    objects = StockCarQuerySet.as_manager()
    TRIGGERS = {"stockcar_of_own_make": NOT_OUR_MAKE, "stockcar_colour_of_make": OTHER_COLOUR}

    class Meta:
        verbose_name = _("stock car")
        verbose_name_plural = _("stock cars")
        ordering = ["arrived_on", "pk"]
        indexes = [
            models.Index(fields=["store", "status"], name="stockcar_store_status"),
            models.Index(fields=["updated_at"], name="stockcar_updated_at"),
        ]
        constraints = [
            status_is_known("stockcar", StockCarStatus),
            # ISO 3779 leaves out I, O and Q, which are misread as 1 and 0.
            models.CheckConstraint(
                name="stockcar_vin_form",
                condition=Q(vin__regex=r"^[A-HJ-NPR-Z0-9]{17}$"),
                violation_error_message=_("A VIN has 17 capital letters and digits, without I, O and Q."),
            ),
            # Who approves a discount sees price less cost: below nothing it would be margin from nowhere.
            models.CheckConstraint(
                name="stockcar_cost_not_negative",
                condition=Q(cost__gte=0),
                violation_error_message=_("A cost is not negative."),
            ),
            # Days in stock count from the arrival: a car without one would never grow old in the yard.
            models.CheckConstraint(
                name="stockcar_here_has_arrival",
                condition=Q(status__in=["ORDERED", "IN_TRANSIT"]) | Q(arrived_on__isnull=False),
            ),
            # Warranty, care and workshop go by its file: sold without one it is never called in again.
            models.CheckConstraint(
                name="stockcar_delivered_has_vehicle", condition=~Q(status="DELIVERED") | Q(vehicle__isnull=False)
            ),
            *vouched("stockcar"),
            # The car and its file are one: a VIN is not sold under the papers of another.
            Shares(name="stockcar_of_its_vehicle", to="crm_vehicle", columns={"vehicle_id": "id", "vin": "vin"}),
            Frozen(name="stockcar_frozen", fields=["vin", "store"]),
            # The file is opened at delivery, and the owner hangs on it: another file would be another owner.
            Frozen(name="stockcar_vehicle_frozen", fields=["vehicle"], once=True),
            # An order waits for a car for sale; as a demonstrator it would come used.
            Frozen(
                name="stockcar_use_of_kept_car",
                since=["ALLOCATED", "READY"],
                fields=["use"],
                violation_error_message=_("This car is kept for an order. Take it off the order first."),
            ),
            Frozen(name="stockcar_delivered_frozen", since=["DELIVERED"]),
            Kept(name="stockcar_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.variant} …{self.vin[-6:]}"

    @property
    def is_for_sale(self) -> bool:
        """Not a test or display car, which is sold only once it is released."""
        return self.use == self.Use.NORMAL

    def age(self, on: date) -> int | None:
        """Days in stock."""
        return None if self.arrived_on is None else (on - self.arrived_on).days
