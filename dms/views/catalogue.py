"""The catalogue of cars: brand → series → variant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from dms.models import Variant
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.web.filters import VariantFilter
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


class Variants(BaseListView):
    """Variants under their brand and series, with price and energy."""

    model = Variant
    right = "dms.catalogue"
    filterset_class = VariantFilter
    template_name = "dms/variants.html"
    row_template = "dms/_variant.html"
    export_key = "variants"
    related: ClassVar[tuple[str, ...]] = ("series__brand",)
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "search_hint": gettext_lazy("Series, variant, code"),
        "empty_title": gettext_lazy("The catalogue is empty"),
        "empty_text": gettext_lazy("Brands, series and variants are entered under configuration."),
    }

    def rows(self) -> QuerySet[Model]:
        return super().rows().order_by("series__brand__name", "series__name", "code")

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        grouped = not self.request.GET.get("ordering")
        return super().get_context_data(grouped=grouped, **kwargs)


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
        "crumbs": trail("dms:variants", f"{variant.series} {variant}"),
        "colours": variant.series.brand.colours.filter(active=True),
        "siblings": siblings[:20],
    }
    return render(request, "dms/variant.html", context)
