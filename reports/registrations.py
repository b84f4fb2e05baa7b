"""What reports put into the layout."""

from django.utils.translation import pgettext_lazy

from dms.navigation import registry
from dms.navigation.registry import Tab

registry.tabs(
    "reports",
    Tab(pgettext_lazy("tab", "Daily"), "reports:daily", "reports.view", "chart-bar", ("reports:daily_rows",), order=10),
)
