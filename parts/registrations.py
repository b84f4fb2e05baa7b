"""What parts put into the layout."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core import event_words
from dms.navigation import registry
from dms.navigation.registry import DueProvider, NewEntry, SearchProvider, Tab, TileProvider
from parts import due_work
from parts.models import Part, Stock

registry.AREAS["parts"].tabs[:0] = [
    Tab(
        pgettext_lazy("tab", "Stock"),
        "parts:stock",
        "parts.view",
        "package",
        ("parts:stock_at", "parts:stock_correct", "parts:stock_limits"),
    ),
    Tab(pgettext_lazy("tab", "Receive"), "parts:receive", "parts.move", "package-import"),
    Tab(pgettext_lazy("tab", "Moves"), "parts:moves", "parts.view", "arrows-exchange"),
    Tab(pgettext_lazy("tab", "Lost sales"), "parts:lost_sales", "parts.view", "mood-sad"),
    Tab(
        pgettext_lazy("tab", "Part numbers"),
        "parts:parts",
        "parts.view",
        "list-details",
        ("parts:part", "parts:part_new", "parts:part_edit"),
    ),
]
registry.new_entries.extend(
    [
        NewEntry(_("Receive parts"), "parts:receive", "parts.move", "package-import"),
        NewEntry(_("Add a part number"), "parts:part_new", "parts.plan", "package"),
    ]
)
registry.search_providers.append(SearchProvider("parts.view", due_work.find_parts))
registry.tile_providers.append(TileProvider("parts.move", due_work.stock_tiles))
registry.due_providers.append(DueProvider("parts.plan", due_work.below_minimum))
registry.subject_pages.update({Part: ("parts:part", "parts.view"), Stock: ("parts:stock_at", "parts.view")})

event_words.words(
    {
        "part.registered": _("Part registered"),
        "part.changed": _("Part changed"),
        "stock.received": _("Parts received"),
        "stock.issued": _("Parts issued"),
        "stock.returned": _("Parts returned"),
        "stock.corrected": _("Stock corrected"),
        "stock.reserved": _("Parts reserved"),
        "stock.released": _("Reservation released"),
        "stock.sale_lost": _("Lost sale noted"),
        "stock.limits_changed": _("Minimum and maximum changed"),
    }
)
