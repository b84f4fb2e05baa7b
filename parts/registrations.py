"""What parts put into the layout."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.navigation import registry
from dms.navigation.registry import NewEntry, Tab
from parts.models import Part, Stock

registry.tabs(
    "parts",
    Tab(
        pgettext_lazy("tab", "Stock"),
        "parts:stock",
        "parts.view",
        "package",
        ("parts:stock_at", "parts:stock_correct", "parts:stock_limits"),
        order=10,
    ),
    Tab(pgettext_lazy("tab", "Receive"), "parts:receive", "parts.move", "package-import", order=20),
    Tab(pgettext_lazy("tab", "Moves"), "parts:moves", "parts.view", "arrows-exchange", order=30),
    Tab(pgettext_lazy("tab", "Lost sales"), "parts:lost_sales", "parts.view", "mood-sad", order=40),
    Tab(
        pgettext_lazy("tab", "Part numbers"),
        "parts:parts",
        "parts.view",
        "list-details",
        ("parts:part", "parts:part_new", "parts:part_edit"),
        order=50,
    ),
)
registry.new_entries.extend(
    [
        NewEntry(_("Receive parts"), "parts:receive", "parts.move", "package-import"),
        NewEntry(_("Add a part number"), "parts:part_new", "parts.plan", "package"),
    ]
)
registry.subject_pages.update({Part: ("parts:part", "parts.view"), Stock: ("parts:stock_at", "parts.view")})
