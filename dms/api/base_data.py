"""Base data: stores, reasons, the catalogue, rates, number series. Everybody reads what concerns them; configurators write."""

from rest_framework import serializers

from dms.api.fields import BaseSerializer, BrandField, StoreField, shadowing
from dms.api.views import EditViewSet
from dms.models import Brand, Colour, NumberSeries, Rate, Reason, Series, Store, Variant
from dms.web import filters


def read_by(right: str) -> dict[str, str]:
    """Who reads; writing is configuring."""
    return {"*": "dms.configure", "list": right, "retrieve": right}


class StoreSerializer(BaseSerializer):
    parent = shadowing(StoreField(required=False, allow_null=True))

    class Meta:
        model = Store
        fields = (
            "id",
            "code",
            "name",
            "name_en",
            "kind",
            "parent",
            "tax_id",
            "address",
            "phone",
            "opens_at",
            "closes_at",
            "break_from",
            "break_until",
            "active",
            "updated_at",
        )


class StoreViewSet(EditViewSet):
    """Stores and outlets. One sees one's own; a group role sees all."""

    model = Store
    serializer_class = StoreSerializer
    filterset_class = filters.StoreFilter
    related = ("parent",)
    rights = read_by("dms.home")


class ReasonSerializer(BaseSerializer):
    class Meta:
        model = Reason
        fields = ("id", "kind", "group", "code", "name", "name_en", "order", "active", "updated_at")


class ReasonViewSet(EditViewSet):
    """Reasons people choose from: for losses, refusals, overrides and the like."""

    model = Reason
    serializer_class = ReasonSerializer
    filterset_class = filters.ReasonFilter
    rights = read_by("dms.home")


class BrandSerializer(BaseSerializer):
    stores = StoreField(many=True, required=False)

    class Meta:
        model = Brand
        fields = ("id", "code", "name", "name_en", "stores", "active", "updated_at")


class BrandViewSet(EditViewSet):
    """Makes, and the stores that sell them."""

    model = Brand
    serializer_class = BrandSerializer
    filterset_class = filters.BrandFilter
    prefetched = ("stores",)
    rights = read_by("dms.catalogue")


class SeriesSerializer(BaseSerializer):
    brand = BrandField()
    full_name = serializers.CharField(source="named", read_only=True)

    class Meta:
        model = Series
        fields = ("id", "brand", "code", "name", "name_en", "full_name", "active", "updated_at")


class SeriesViewSet(EditViewSet):
    """Model series of a make."""

    model = Series
    serializer_class = SeriesSerializer
    filterset_class = filters.SeriesFilter
    related = ("brand",)
    rights = read_by("dms.catalogue")


class VariantSerializer(BaseSerializer):
    brand = serializers.CharField(source="series.brand.code", read_only=True)
    full_name = serializers.CharField(
        source="named", read_only=True, help_text="As people call it: make, series, variant."
    )

    class Meta:
        model = Variant
        fields = (
            "id",
            "brand",
            "series",
            "code",
            "name",
            "name_en",
            "full_name",
            "model_year",
            "energy",
            "displacement",
            "list_price",
            "warranty_months",
            "warranty_km",
            "first_service_months",
            "first_service_km",
            "service_months",
            "service_km",
            "active",
            "updated_at",
        )


class VariantViewSet(EditViewSet):
    """Configurations one can order, with price, warranty and maintenance plan."""

    model = Variant
    serializer_class = VariantSerializer
    filterset_class = filters.VariantFilter
    related = ("series__brand",)
    rights = read_by("dms.catalogue")


class ColourSerializer(BaseSerializer):
    brand = BrandField()

    class Meta:
        model = Colour
        fields = ("id", "brand", "code", "name", "name_en", "active", "updated_at")


class ColourViewSet(EditViewSet):
    """Body colours of a make."""

    model = Colour
    serializer_class = ColourSerializer
    filterset_class = filters.ColourFilter
    related = ("brand",)
    rights = read_by("dms.catalogue")


class RateSerializer(BaseSerializer):
    store = StoreField(required=False, allow_null=True)

    class Meta:
        model = Rate
        fields = ("id", "kind", "store", "value", "valid_from", "updated_at")


class RateViewSet(EditViewSet):
    """Rates from a day on: taxes, labour prices, stock finance. Without a store they count for the group."""

    model = Rate
    serializer_class = RateSerializer
    filterset_class = filters.RateFilter
    related = ("store",)
    rights = read_by("dms.home")


class NumberSeriesSerializer(BaseSerializer):
    class Meta:
        model = NumberSeries
        fields = ("id", "kind", "name", "prefix", "digits", "restart", "updated_at")


class NumberSeriesViewSet(EditViewSet):
    """How the numbers of documents look."""

    model = NumberSeries
    serializer_class = NumberSeriesSerializer
    filterset_class = filters.NumberSeriesFilter
    rights = {"*": "dms.configure"}
