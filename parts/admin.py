"""Bins in the configuration site: the places of each store's parts room."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dms.admin.recording import ConfigurationAdmin
from parts.models import Bin


@admin.register(Bin)
class BinAdmin(ConfigurationAdmin[Bin]):
    """Receiving makes a bin of every new label; here they are renamed and removed."""

    list_display = ["code", "store"]
    list_filter = ["store"]
    list_select_related = ["store"]
    search_fields = ["code"]
    search_help_text = _("Label of the bin")
    fields = ["store", "code"]
