"""The catalogue of cars: brand → series → variant, and colours."""

from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from dms.core.money import MoneyField
from dms.core.names import Bilingual, in_language
from dms.core.scope import GroupWide, M_co
from dms.core.untyped import Option
from dms.core.updated_at import UpdatedAt
from dms.models.stores import Store


class Named(UpdatedAt, Bilingual):
    """A row of the catalogue."""

    active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True


class FullyNamed(Named):
    """A row that is never called without the make before it: two makes have a “2.0T 4WD”.

    The whole name is kept by the database (``full_names.sql``) from the names of its parents, so that a list needs no join for it.
    """

    full_name = models.CharField(_("full name"), max_length=190, blank=True, editable=False)
    full_name_en = models.CharField(_("full English name"), max_length=190, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.named

    @property
    def named(self) -> str:
        """Make, series, variant: as people speak of it."""
        return in_language(self.full_name, self.full_name_en) or self.local_name

    def save(self, *args: Option, **kwargs: Option) -> None:
        """The name that the database gave it is known from then on."""
        super().save(*args, **kwargs)
        self.refresh_from_db(fields=["full_name", "full_name_en"])


class BrandQuerySet(GroupWide["Brand"]):
    def sold_in(self, store: Store) -> Self:
        """The makes of a store; an outlet for which none is named sells those of the store it belongs to."""
        return self.filter(stores__in=[store.pk, store.parent_id or store.pk])


class Brand(Named):
    """A make, and the stores that sell it."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    stores = models.ManyToManyField(Store, related_name="brands", blank=True, verbose_name=_("stores"))

    objects = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name"]


class OfAMake(GroupWide[M_co]):
    """Rows of the catalogue that belong to a make. ``make`` is the way to it."""

    make = "brand"

    def offered_in(self, store: Store) -> Self:
        """What may be chosen in a store: what is sold, of its own makes; of all where none is named for it."""
        makes = Brand.objects.sold_in(store)
        return self.filter(Q(**{f"{self.make}__in": makes}) | ~Exists(makes), active=True)


class Series(FullyNamed):
    """A model series of a brand."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="series", verbose_name=_("brand"))
    code = models.CharField(_("code"), max_length=30)

    objects = OfAMake["Series"].as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["brand", "name"]
        constraints = [
            # Codes are the maker's: another make may use the same one for something else.
            models.UniqueConstraint(
                fields=["brand", "code"],
                name="series_code_unique_in_brand",
                violation_error_message=_("This brand already has a series of that code."),
            )
        ]


class Energy(models.TextChoices):
    """What drives the car; new-energy types carry green plates."""

    PETROL = "PETROL", _("Petrol")
    DIESEL = "DIESEL", _("Diesel")
    HYBRID = "HYBRID", _("Hybrid")
    PHEV = "PHEV", _("Plug-in hybrid")
    EREV = "EREV", _("Range-extended")
    BEV = "BEV", _("Battery electric")
    OTHER = "OTHER", _("Other fuel")


class VariantQuerySet(OfAMake["Variant"]):
    make = "series__brand"


class Variant(FullyNamed):
    """A configuration one can order: the row a price, a warranty and a maintenance plan belong to."""

    Energy = Energy

    series = models.ForeignKey(Series, models.PROTECT, related_name="variants", verbose_name=_("series"))
    code = models.CharField(_("variant code"), max_length=40, unique=True)
    model_year = models.PositiveSmallIntegerField(_("model year"), null=True, blank=True)
    energy = models.CharField(_("energy"), max_length=8, choices=Energy.choices, default=Energy.PETROL)
    displacement = models.DecimalField(
        _("displacement (L)"), max_digits=3, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    list_price = MoneyField(_("list price"), null=True, blank=True)
    warranty_months = models.PositiveSmallIntegerField(_("warranty (months)"), default=36)
    warranty_km = models.PositiveIntegerField(_("warranty (km)"), default=100_000)
    first_service_months = models.PositiveSmallIntegerField(_("first maintenance (months)"), default=6)
    first_service_km = models.PositiveIntegerField(_("first maintenance (km)"), default=5_000)
    service_months = models.PositiveSmallIntegerField(_("maintenance every (months)"), default=6)
    service_km = models.PositiveIntegerField(_("maintenance every (km)"), default=10_000)

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["series", "code"]
        constraints = [
            # Discounts are judged as a share of it: below nothing every limit would turn round.
            models.CheckConstraint(
                name="variant_price_not_negative",
                condition=Q(list_price__isnull=True) | Q(list_price__gte=0),
                violation_error_message=_("A list price is not negative."),
            ),
            # Reminders go on by this step: a step of nothing would never come to the next maintenance.
            models.CheckConstraint(
                name="variant_service_interval_positive",
                condition=Q(service_months__gt=0, service_km__gt=0),
                violation_error_message=_("Maintenance intervals are greater than zero."),
            ),
            # What A cards point to with both: the variant of a wish is one of its series.
            models.UniqueConstraint(fields=["id", "series"], name="variant_of_series"),
        ]


class Colour(Named):
    """A body colour of a brand."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="colours", verbose_name=_("brand"))
    code = models.CharField(_("code"), max_length=20)

    objects = OfAMake["Colour"].as_manager()

    class Meta:
        verbose_name = _("colour")
        verbose_name_plural = _("colours")
        ordering = ["brand", "code"]
        constraints = [
            # Codes are the maker's: the same one is another colour elsewhere.
            models.UniqueConstraint(
                fields=["brand", "code"],
                name="colour_code_unique_in_brand",
                violation_error_message=_("This brand already has a colour of that code."),
            )
        ]
