"""The catalogue of cars: brand → series → variant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise
from markupsafe import Markup

from dms import cells
from dms.models import Variant
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.web.columns import Column, Table
from dms.web.filters import VariantFilter
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right

SERIES = Markup('<tr class="grp"><th scope="rowgroup" colspan="%s">%s · %s</th></tr>')


class BySeries(Table):
    """The variants of each series under its head."""

    def body(self) -> Markup:
        return Markup("\n").join(self._parts())

    def _parts(self) -> Iterator[Markup]:
        for series, variants in groupby(self.rows, attrgetter("series")):
            yield SERIES % (len(self.columns), series.brand, series.local_name)
            yield Table(self.columns, tuple(variants), self.request, self.row_class).body()


class Variants(BaseListView):
    """Variants under their brand and series, with price and energy."""

    model = Variant
    right = "dms.catalogue"
    filterset_class = VariantFilter
    export_key = "variants"
    related: ClassVar[tuple[str, ...]] = ("series__brand",)
    columns = (
        Column(gettext_lazy("Brand"), "series.brand", only="file"),
        Column(gettext_lazy("Series"), "series.local_name", only="file"),
        Column(
            gettext_lazy("Variant"),
            "local_name",
            cell=cells.variant_name,
            sort="name",
            phone=True,
            look="fw-medium",
            width=30,
        ),
        Column(gettext_lazy("Code"), "code", sort="code", look="code text-secondary"),
        Column(gettext_lazy("Energy"), "energy", "choice", phone=True),
        Column(gettext_lazy("Displacement"), cells.displacement, look="text-end"),
        Column(gettext_lazy("Model year"), "model_year", cell=cells.model_year, sort="model_year", look="text-end"),
        Column(gettext_lazy("List price (CNY)"), "list_price", "money", sort="list_price", phone=True),
        Column(gettext_lazy("Warranty"), cells.warranty),
        Column(gettext_lazy("First maintenance"), cells.first_service),
    )
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "heading": gettext_lazy("Models"),
        "search_hint": gettext_lazy("Series, variant, code"),
        "empty_title": gettext_lazy("The catalogue is empty"),
        "empty_text": gettext_lazy("Brands, series and variants are entered under configuration."),
    }

    def rows(self) -> QuerySet[Variant]:
        return super().rows().order_by("series__brand__name", "series__name", "code")

    def table(self, rows: list[Variant]) -> Table:
        table = super().table(rows)
        in_order = bool(self.request.GET.get("ordering"))
        return table if in_order else BySeries(table.columns, table.rows, table.request, table.row_class)


@dataclass(frozen=True)
class Service:
    """One visit of the maintenance plan: whichever comes first."""

    months: int
    km: int


def plan(variant: Variant, visits: int = 8) -> list[Service]:
    """The first visits of the maintenance plan."""
    return [
        Service(
            variant.first_service_months + n * variant.service_months,
            variant.first_service_km + n * variant.service_km,
        )
        for n in range(visits)
    ]


@require_safe
@requires_right("dms.catalogue")
def variant(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One variant: price, warranty, maintenance plan, colours, the others of its series."""
    rows = Variant.objects.visible_to(request.user).select_related("series__brand")
    variant = get_object_or_404(rows, pk=pk)
    siblings = (
        Variant.objects.filter(series=variant.series, active=True).exclude(pk=variant.pk).order_by("list_price", "code")
    )
    context = {
        "object": variant,
        "plan": plan(variant),
        "crumbs": trail("dms:variants", str(variant)),
        "colours": variant.series.brand.colours.filter(active=True),
        "siblings": siblings[:20],
    }
    return render(request, "dms/variant.html", context)
