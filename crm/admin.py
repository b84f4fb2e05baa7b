"""The rules of customer care in the configuration site: presets with their cadences, which store follows which, letters."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crm.models import Cadence, CadencePreset, EscalationStep, LetterTemplate, StorePreset
from dms.admin.recording import ConfigurationAdmin, ConfigurationInline


class CadenceInline(ConfigurationInline):
    model = Cadence
    fields = ["code", "name", "trigger", "offset", "unit", "window_hours", "every_months", "channel", "role", "active"]


class StorePresetInline(ConfigurationInline):
    model = StorePreset
    fields = ["store"]
    show_change_link = False


@admin.register(CadencePreset)
class CadencePresetAdmin(ConfigurationAdmin[CadencePreset]):
    """One preset is the group's default; a store may follow another."""

    list_display = ["name", "code", "is_default", "stores", "note"]
    search_fields = ["name", "name_en", "code"]
    fields = [("name", "name_en"), ("code", "is_default"), "note", ("least_hours", "missed_after_days")]
    inlines = [CadenceInline, StorePresetInline]

    @admin.display(description=_("stores"))
    def stores(self, preset: CadencePreset) -> str:
        return " · ".join(str(row.store) for row in preset.chosen_by.select_related("store"))


@admin.register(Cadence)
class CadenceAdmin(ConfigurationAdmin[Cadence]):
    """A rule in full, with the script that is read out."""

    list_display = [
        "name",
        "preset",
        "trigger",
        "offset",
        "unit",
        "window_hours",
        "every_months",
        "channel",
        "role",
        "active",
    ]
    list_filter = ["preset", "trigger", "channel", "role", "active"]
    list_select_related = ["preset"]
    list_editable = ["offset", "unit", "window_hours", "every_months", "active"]
    search_fields = ["name", "name_en", "code"]
    fieldsets = [
        (None, {"fields": [("preset", "code"), ("name", "name_en"), "active"]}),
        (_("When"), {"fields": ["trigger", ("offset", "unit"), "window_hours", "every_months", "at_named_time"]}),
        (_("Who and how"), {"fields": [("channel", "role"), "script"]}),
    ]


@admin.register(StorePreset)
class StorePresetAdmin(ConfigurationAdmin[StorePreset]):
    list_display = ["store", "preset"]
    list_select_related = ["store", "preset"]
    list_filter = ["preset"]


@admin.register(EscalationStep)
class EscalationStepAdmin(ConfigurationAdmin[EscalationStep]):
    """Who hears of late work, and when."""

    list_display = ["role", "level", "to_role", "after_hours"]
    list_editable = ["to_role", "after_hours"]
    list_display_links = ["role", "level"]
    fields = [("role", "level"), ("to_role", "after_hours")]


@admin.register(LetterTemplate)
class LetterTemplateAdmin(ConfigurationAdmin[LetterTemplate]):
    """What letters say. Letters already written keep their words."""

    list_display = ["name", "kind", "title"]
    fields = ["kind", ("name", "name_en"), "title", "body"]
