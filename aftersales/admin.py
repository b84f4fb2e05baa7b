"""The workshop's base data in the configuration site: labour operations, bays, the hours of the shop."""

from django.contrib import admin

from aftersales.models import Bay, LabourOperation, ShopHour
from dms.admin.recording import ConfigurationAdmin


@admin.register(LabourOperation)
class LabourOperationAdmin(ConfigurationAdmin[LabourOperation]):
    list_display = ["code", "name", "name_en", "hours", "is_first_service", "is_maintenance", "active"]
    list_filter = ["is_maintenance", "is_first_service", "active"]
    search_fields = ["code", "name", "name_en", "name_key"]
    fields = [("code", "hours"), ("name", "name_en"), ("is_first_service", "is_maintenance"), "active"]


@admin.register(Bay)
class BayAdmin(ConfigurationAdmin[Bay]):
    list_display = ["name", "store", "active"]
    list_filter = ["store", "active"]
    list_select_related = ["store"]


@admin.register(ShopHour)
class ShopHourAdmin(ConfigurationAdmin[ShopHour]):
    """More or less capacity on a day; what is booked follows from the appointments."""

    list_display = ["store", "starts_at", "capacity", "booked"]
    list_filter = ["store"]
    list_select_related = ["store"]
    date_hierarchy = "starts_at"
    fields = ["store", "starts_at", "capacity"]
