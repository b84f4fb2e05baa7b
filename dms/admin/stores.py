"""Stores and outlets."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dms.admin.recording import ConfigurationAdmin, ConfigurationInline
from dms.models import CallingHour, NumberCounter, Store


class CallingHourInline(ConfigurationInline):
    """Only what differs from the group's hours."""

    model = CallingHour
    fields = ["weekday", "calls_from", "calls_until"]
    show_change_link = False


@admin.register(Store)
class StoreAdmin(ConfigurationAdmin[Store]):
    """A store keeps its code once a document number carries it."""

    list_display = ["code", "name", "kind", "parent", "hours", "phone", "active"]
    list_display_links = ["code", "name"]
    list_filter = ["kind", "active"]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "name_en", "address", "phone", "tax_id"]
    search_help_text = _("Code, name, address, phone or tax number")
    fieldsets = [
        (None, {"fields": ["code", ("name", "name_en"), ("kind", "parent"), "active"]}),
        (_("Opening hours"), {"fields": [("opens_at", "closes_at"), ("break_from", "break_until"), "closed_on"]}),
        (_("On documents"), {"fields": ["tax_id", "address", "phone"]}),
    ]
    inlines = [CallingHourInline]

    @admin.display(description=_("Opening hours"), ordering="opens_at")
    def hours(self, store: Store) -> str:
        return f"{store.opens_at:%H:%M}–{store.closes_at:%H:%M}"

    def get_readonly_fields(self, request: HttpRequest, obj: Store | None = None) -> list[str]:
        numbered = obj is not None and NumberCounter.objects.filter(store=obj).exists()
        return ["code"] if numbered else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: object) -> Any:
        if db_field.name == "parent":
            stores: QuerySet[Store] = Store.objects.filter(kind=Store.Kind.STORE)
            kwargs["queryset"] = stores
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
