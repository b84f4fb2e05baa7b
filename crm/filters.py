"""What customers and vehicles can be narrowed by, on the page and in the API alike."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Customer, Vehicle
from crm.models.customers import CustomerQuerySet
from crm.models.vehicles import VehicleQuerySet
from dms.models import Brand
from dms.models.catalogue import Energy


class CustomerFilter(filters.FilterSet):
    """Name, pinyin initials or part of a phone number; kind; what is missing."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    kind = filters.ChoiceFilter(choices=Customer.Kind.choices, label=_("Kind"))
    has_car = filters.BooleanFilter(method="with_car", label=_("Has a car"))

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()

    def search(self, rows: CustomerQuerySet, _name: str, value: str) -> CustomerQuerySet:
        return rows.matching(value) if value.strip() else rows

    def with_car(self, rows: CustomerQuerySet, _name: str, value: bool) -> CustomerQuerySet:  # noqa: FBT001
        owns = Q(ownerships__until__isnull=True, ownerships__isnull=False)
        return rows.filter(owns).distinct() if value else rows.exclude(owns)


class VehicleFilter(filters.FilterSet):
    """Plate, VIN tail or owner; make; what drives it; whether it is still on the road."""

    q = filters.CharFilter(method="search", label=pgettext_lazy("filter", "Search"))
    brand = filters.ModelChoiceFilter(
        field_name="variant__series__brand", queryset=Brand.objects.all(), label=_("Brand")
    )
    energy = filters.ChoiceFilter(choices=Energy.choices, label=_("Energy"))
    gone = filters.BooleanFilter(label=_("Gone"))

    class Meta:
        model = Vehicle
        fields: tuple[str, ...] = ()

    def search(self, rows: VehicleQuerySet, _name: str, value: str) -> VehicleQuerySet:
        return rows.matching(value) if value.strip() else rows
