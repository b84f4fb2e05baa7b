"""What parts, stock, moves and lost sales can be narrowed by, on the page and in the API alike."""

from functools import partial
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.forms import HiddenInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.untyped import AnyRows
from dms.web.filters import BaseFilterSet, Since, StoreScopedFilter, Until
from parts.models import LostSale, Part, Reservation, Stock, StockMove, named

Rows = QuerySet[Any]


class PartFilter(BaseFilterSet):
    """The catalogue by number, name or initials."""

    category = filters.CharFilter(label=_("category"), max_length=40)
    genuine = filters.BooleanFilter(label=_("genuine part"))
    active = filters.BooleanFilter(label=_("active"))
    ordering = filters.OrderingFilter(
        fields={"number": "number", "name_key": "name", "price": "price"},
        field_labels={"number": _("part number"), "name_key": _("name"), "price": _("retail price")},
    )

    class Meta:
        model = Part
        fields: ClassVar[list[str]] = []

    def find(self, rows: Rows, _name: str, value: str) -> Rows:
        return rows.filter(named(value.strip()))


class StockFilter(StoreScopedFilter):
    """Stock by number, name, initials or bin; what is short and what does not move."""

    SHOWN = (
        ("low", _("Below minimum")),
        ("out", pgettext_lazy("stock", "Out")),
        ("slow", pgettext_lazy("stock", "Slow")),
    )

    show = filters.ChoiceFilter(choices=SHOWN, method="shown", label=pgettext_lazy("stock", "Show"), widget=HiddenInput)
    part = filters.NumberFilter(field_name="part_id", label=_("part"), widget=HiddenInput)
    category = filters.CharFilter(field_name="part__category", label=_("category"), max_length=40)
    genuine = filters.BooleanFilter(field_name="part__genuine", label=_("genuine part"))
    ordering = filters.OrderingFilter(
        fields={
            "part__number": "number",
            "part__name_key": "name",
            "bin__code": "bin",
            "on_hand": "on_hand",
            "average_cost": "cost",
            "last_issue_at": "issued",
        },
        field_labels={
            "part__number": _("part number"),
            "part__name_key": _("name"),
            "bin__code": _("bin"),
            "on_hand": _("on hand"),
            "average_cost": _("average cost"),
            "last_issue_at": _("last issued"),
        },
    )

    class Meta:
        model = Stock
        fields: ClassVar[list[str]] = []

    def find(self, rows: AnyRows, _name: str, value: str) -> Rows:
        return rows.matching(value)

    def shown(self, rows: AnyRows, _name: str, value: str) -> Rows:
        narrowed = {
            "low": rows.below_minimum,
            "out": rows.out,
            "slow": lambda: rows.slow(timezone.now()),
        }
        return narrowed[value]()


class MoveFilter(StoreScopedFilter):
    """Moves by part, line, kind and period."""

    SEARCHED = (
        partial(named, path="stock__part__"),
        "source_line__icontains",
        "signed_by__contains",
    )

    kind = filters.ChoiceFilter(choices=StockMove.Kind.choices)
    part = filters.NumberFilter(field_name="stock__part_id", label=_("part"), widget=HiddenInput)
    source_line = filters.CharFilter(label=_("for"), max_length=60, widget=HiddenInput)
    since = Since("at", label=pgettext_lazy("period", "From"))
    until = Until("at", label=pgettext_lazy("period", "Until"))
    ordering = filters.OrderingFilter(
        fields={"at": "at", "stock__part__number": "number", "quantity": "quantity"},
        field_labels={"at": _("time"), "stock__part__number": _("part number"), "quantity": _("quantity")},
    )

    class Meta:
        model = StockMove
        fields: ClassVar[list[str]] = []


class ReservationFilter(StoreScopedFilter):
    """Kept pieces by part and line; those still kept."""

    SEARCHED = (partial(named, path="stock__part__"), "source_line__icontains")

    live = filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull", label=_("Still kept"))
    part = filters.NumberFilter(field_name="stock__part_id", label=_("part"))

    class Meta:
        model = Reservation
        fields: ClassVar[list[str]] = []


class LostSaleFilter(StoreScopedFilter):
    """Lost sales by part and period."""

    SEARCHED = (partial(named, path="part__"),)

    since = Since("at", label=pgettext_lazy("period", "From"))
    until = Until("at", label=pgettext_lazy("period", "Until"))
    ordering = filters.OrderingFilter(
        fields={"at": "at", "part__number": "number"}, field_labels={"at": _("time"), "part__number": _("part number")}
    )

    class Meta:
        model = LostSale
        fields: ClassVar[list[str]] = []
