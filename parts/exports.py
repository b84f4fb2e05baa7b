"""The lists of parts as spreadsheets."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.background import exports
from dms.formats.spreadsheets import Column
from dms.models import User
from parts import filters
from parts.models import LostSale, Stock, StockMove

if TYPE_CHECKING:
    from dms.models import Store

NAME = pgettext_lazy("part", "Name")


def _visible(model: Any, *related: str) -> Any:
    def rows(user: User, store: "Store | None") -> QuerySet[Any]:
        rows: QuerySet[Any] = model.objects.visible_to(user).of_store(store)
        return rows.select_related(*related)

    return rows


exports.register(
    "parts_stock",
    _("Parts stock"),
    "parts.view",
    _visible(Stock, "part", "store", "bin"),
    [
        Column(_("Part number"), "part.number"),
        Column(NAME, "part.name", width=30),
        Column(_("Store"), "store"),
        Column(_("Bin"), "bin"),
        Column(_("On hand"), "on_hand", "number"),
        Column(_("Reserved"), "reserved", "number"),
        Column(_("Free"), "available", "number"),
        Column(_("Minimum"), "minimum", "number"),
        Column(_("Maximum"), "maximum", "number"),
        Column(_("Average cost (CNY)"), "average_cost", "money"),
        Column(_("Value (CNY)"), "value", "money"),
        Column(_("Last issued"), "last_issue_at", "moment"),
    ],
    filterset=filters.StockFilter,
)
exports.register(
    "stock_moves",
    _("Stock moves"),
    "parts.view",
    _visible(StockMove, "stock__part", "stock__store", "by", "reason", "bin"),
    [
        Column(_("Time"), "at", "moment"),
        Column(_("Kind"), "get_kind_display"),
        Column(_("Part number"), "stock.part.number"),
        Column(NAME, "stock.part.name", width=30),
        Column(_("Quantity"), "quantity", "number"),
        Column(_("Unit cost (CNY)"), "unit_cost", "money"),
        Column(_("For"), "source_line"),
        Column(_("Signed by"), "signed_by"),
        Column(_("Reason"), "reason"),
        Column(_("Note"), "note", width=30),
        Column(_("By"), "by"),
        Column(_("Store"), "stock.store"),
        Column(_("Bin"), "bin"),
    ],
    filterset=filters.MoveFilter,
)
exports.register(
    "lost_sales",
    _("Lost sales"),
    "parts.view",
    _visible(LostSale, "part", "store", "by", "reason"),
    [
        Column(_("Time"), "at", "moment"),
        Column(_("Part number"), "part.number"),
        Column(NAME, "part.name", width=30),
        Column(_("Quantity"), "quantity", "number"),
        Column(_("Reason"), "reason"),
        Column(_("By"), "by"),
        Column(_("Store"), "store"),
    ],
    filterset=filters.LostSaleFilter,
)
