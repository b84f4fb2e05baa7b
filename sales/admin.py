"""What of sales is configured: the rhythm of contacts per level, and where leads come from."""

from django.contrib import admin

from dms.admin.recording import ConfigurationAdmin, ConfigurationInline
from sales.models import DiscountLimit, LevelRule, Source


@admin.register(LevelRule)
class LevelRuleAdmin(ConfigurationAdmin[LevelRule]):
    """How soon after a contact the next one is due, by level of the card."""

    list_display = ["level", "hours"]
    fields = ["level", "hours"]


@admin.register(DiscountLimit)
class DiscountLimitAdmin(ConfigurationAdmin[DiscountLimit]):
    """How much of the list price each role gives up by itself; above it the next authority approves."""

    list_display = ["role", "amount", "percent"]
    list_select_related = ["role"]
    fields = ["role", "amount", "percent"]


class ChannelInline(ConfigurationInline):
    model = Source
    fields = ["code", "name", "name_en", "order", "active"]


@admin.register(Source)
class SourceAdmin(ConfigurationAdmin[Source]):
    """The ways leads come, each with its channels."""

    list_display = ["name", "name_en", "parent", "code", "order", "active"]
    list_filter = ["active", "parent"]
    search_fields = ["name", "name_en", "code"]
    fields = [("name", "name_en"), ("code", "parent"), ("order", "active")]
    inlines = [ChannelInline]
