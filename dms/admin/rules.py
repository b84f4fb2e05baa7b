"""The rules that are data: reasons, number series, rates, corrections of the calendar."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dms.admin.recording import ConfigurationAdmin, ReadOnlyAdmin
from dms.models import CallingHour, HolidayOverride, NumberCounter, NumberSeries, Rate, Reason


@admin.register(Reason)
class ReasonAdmin(ConfigurationAdmin[Reason]):
    """Reasons are reworded, put in order and switched off in the list; the code stays what it is."""

    list_display = ["code", "kind", "group", "name", "name_en", "order", "active"]
    list_editable = ["name", "name_en", "order", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["code", "name", "name_en"]
    fields = [("kind", "code"), ("name", "name_en"), ("group", "order", "active")]

    def get_readonly_fields(self, request: HttpRequest, obj: Reason | None = None) -> list[str]:
        return ["kind", "code"] if obj else []


@admin.register(NumberSeries)
class NumberSeriesAdmin(ConfigurationAdmin[NumberSeries]):
    """How numbers look. The name in the program is fixed; the look is fixed once a number was given out."""

    list_display = ["kind", "name", "prefix", "digits", "restart", "example"]
    list_filter = ["restart"]
    search_fields = ["kind", "name", "prefix"]
    fields = [("kind", "name"), ("prefix", "digits", "restart")]

    @admin.display(description=_("example"))
    def example(self, series: NumberSeries) -> str:
        formats = {"DAY": "%Y%m%d", "MONTH": "%Y%m", "YEAR": "%Y"}
        period = timezone.localdate().strftime(formats[series.restart])
        return f"{series.prefix}-JJ01-{period}-{7:0{series.digits}}"

    def get_readonly_fields(self, request: HttpRequest, obj: NumberSeries | None = None) -> list[str]:
        if obj is None:
            return []
        return ["kind", "prefix", "restart"] if obj.counters.exists() else ["kind"]


@admin.register(NumberCounter)
class NumberCounterAdmin(ReadOnlyAdmin[NumberCounter]):
    list_display = ["series", "store", "period", "last"]
    list_filter = ["series", "store"]
    list_select_related = ["series", "store"]
    date_hierarchy = "period"
    ordering = ["-period", "series"]


@admin.register(Rate)
class RateAdmin(ConfigurationAdmin[Rate]):
    """A new rate is a new row from its day on; one that was in force stays, for the documents of its time."""

    list_display = ["kind", "store_or_group", "value", "valid_from"]
    list_filter = ["kind", "store"]
    list_select_related = ["store"]
    fields = [("kind", "store"), ("value", "valid_from")]

    @admin.display(description=_("store"), ordering="store")
    def store_or_group(self, rate: Rate) -> str:
        return str(rate.store or _("Whole group"))

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        in_force = isinstance(obj, Rate) and obj.valid_from <= timezone.localdate()
        return not in_force and super().has_delete_permission(request, obj)


@admin.register(HolidayOverride)
class HolidayOverrideAdmin(ConfigurationAdmin[HolidayOverride]):
    list_display = ["day", "store_or_group", "name", "is_workday"]
    list_filter = ["is_workday", "store"]
    list_select_related = ["store"]
    search_fields = ["name"]
    date_hierarchy = "day"
    fields = [("day", "is_workday"), ("store", "name")]

    @admin.display(description=_("store"), ordering="store")
    def store_or_group(self, holiday: HolidayOverride) -> str:
        return str(holiday.store or _("Whole group"))


@admin.register(CallingHour)
class CallingHourAdmin(ConfigurationAdmin[CallingHour]):
    """Every store's hours, the group's first; a store's own are also on its page."""

    list_display = ["weekday", "store_or_group", "calls_from", "calls_until"]
    list_filter = ["store", "weekday"]
    list_select_related = ["store"]
    fields = [("store", "weekday"), ("calls_from", "calls_until")]

    @admin.display(description=_("store"), ordering="store")
    def store_or_group(self, hours: CallingHour) -> str:
        return str(hours.store or _("Whole group"))
