"""The catalogue: brands with their series and colours, series with their variants, prices in the list."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dms.admin.recording import ConfigurationAdmin, ConfigurationInline
from dms.models import Brand, Colour, Series, Variant


class SeriesInline(ConfigurationInline):
    model = Series
    fields = ["code", "name", "name_en", "active"]


class ColourInline(ConfigurationInline):
    model = Colour
    fields = ["code", "name", "name_en", "active"]


class VariantInline(ConfigurationInline):
    model = Variant
    fields = ["code", "name", "model_year", "energy", "list_price", "active"]


@admin.register(Brand)
class BrandAdmin(ConfigurationAdmin[Brand]):
    list_display = ["name", "name_en", "code", "sold_in", "active"]
    list_filter = ["active", "stores"]
    search_fields = ["name", "name_en", "code"]
    fields = ["code", ("name", "name_en"), "stores", "active"]
    inlines = [SeriesInline, ColourInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        return super().get_queryset(request).prefetch_related("stores")

    @admin.display(description=_("stores"))
    def sold_in(self, brand: Brand) -> str:
        return " · ".join(str(store) for store in brand.stores.all())


@admin.register(Series)
class SeriesAdmin(ConfigurationAdmin[Series]):
    list_display = ["name", "name_en", "brand", "code", "active"]
    list_filter = ["brand", "active"]
    list_select_related = ["brand"]
    search_fields = ["name", "name_en", "code", "brand__name"]
    fields = ["brand", "code", ("name", "name_en"), "active"]
    inlines = [VariantInline]


@admin.register(Variant)
class VariantAdmin(ConfigurationAdmin[Variant]):
    """List prices are changed in the list; each change is an event with the old and the new price."""

    list_display = ["code", "name", "series", "model_year", "energy", "list_price", "active"]
    list_editable = ["list_price", "active"]
    list_filter = ["series__brand", "energy", "model_year", "active"]
    list_select_related = ["series__brand"]
    search_fields = ["code", "name", "name_en", "series__name", "series__brand__name"]
    search_help_text = _("Code, name, series or brand")
    save_as = True
    fieldsets = [
        (None, {"fields": [("series", "code"), ("name", "name_en"), ("list_price", "active")]}),
        (_("Technology"), {"fields": [("model_year", "energy", "displacement")]}),
        (_("Warranty"), {"fields": [("warranty_months", "warranty_km")]}),
        (
            _("Maintenance plan"),
            {"fields": [("first_service_months", "first_service_km"), ("service_months", "service_km")]},
        ),
    ]


@admin.register(Colour)
class ColourAdmin(ConfigurationAdmin[Colour]):
    list_display = ["name", "name_en", "brand", "code", "active"]
    list_editable = ["active"]
    list_filter = ["brand", "active"]
    list_select_related = ["brand"]
    search_fields = ["name", "name_en", "code", "brand__name"]
    fields = ["brand", "code", ("name", "name_en"), "active"]
