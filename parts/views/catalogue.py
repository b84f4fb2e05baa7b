"""The catalogue of part numbers, and the lists of what moved and of what we could not sell."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dms.formats import display
from dms.views.lists import BaseListView
from dms.views.redirects import go
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from parts.actions import catalogue as catalogue_actions
from parts.filters import LostSaleFilter, MoveFilter, PartFilter
from parts.forms import PartForm
from parts.models import LostSale, Part, Stock, StockMove


class Parts(BaseListView):
    """Every part number of the group."""

    model = Part
    right = "parts.view"
    template_name = "parts/part_list.html"
    row_template = "parts/_part_row.html"
    filterset_class = PartFilter
    related = ("superseded_by",)
    words = {
        "heading": gettext_lazy("Part numbers"),
        "search_hint": gettext_lazy("Number, name, initials"),
        "empty_title": gettext_lazy("No parts yet"),
        "empty_text": gettext_lazy("Register the first part: number, name, unit."),
        "new_label": gettext_lazy("Part"),
    }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        new_url = reverse("parts:part_new") if self.request.user.has_perm("parts.plan") else ""
        return super().get_context_data(new_url=new_url, **kwargs)


class Moves(BaseListView):
    """Everything that came and went, never changed."""

    model = StockMove
    right = "parts.view"
    template_name = "parts/move_list.html"
    row_template = "parts/_move_row.html"
    filterset_class = MoveFilter
    related = ("stock__part", "stock__store", "by", "bin", "reason")
    export_key = "stock_moves"
    words = {
        "heading": gettext_lazy("Stock moves"),
        "search_hint": gettext_lazy("Number, name, document, signature"),
        "empty_title": gettext_lazy("Nothing has moved yet"),
        "empty_text": gettext_lazy("Receipts, issues, returns and corrections stand here, newest first."),
    }


class LostSales(BaseListView):
    """What was wanted and not there."""

    model = LostSale
    right = "parts.view"
    template_name = "parts/lost_sale_list.html"
    row_template = "parts/_lost_sale_row.html"
    filterset_class = LostSaleFilter
    related = ("part", "store", "by", "reason")
    export_key = "lost_sales"
    words = {
        "heading": gettext_lazy("Lost sales"),
        "search_hint": gettext_lazy("Number, name"),
        "empty_title": gettext_lazy("No sale was lost"),
        "empty_text": gettext_lazy("Select a part in the stock list and press X when somebody wanted it in vain."),
    }


@require_safe
@requires_right("parts.view")
def part(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One part number: its facts, and where it lies."""
    part = get_object_or_404(Part.objects.select_related("superseded_by"), pk=pk)
    rows = Stock.objects
    context = {
        "object": part,
        "rows": rows.visible_to(request.user).filter(part=part).select_related("store", "bin").order_by("store__code"),
        "facts": [
            (_("English name"), part.name_en),
            (_("Unit"), part.unit),
            (_("Category"), part.category),
            (_("Retail price"), display.yuan(part.price)),
            (_("Handling"), part.get_handling_display()),
            (_("Fits"), part.fits),
        ],
        "replaces": part.supersedes.all()[:10],
    }
    return render(request, "parts/part.html", context)


@requires_right("parts.plan")
def part_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A part number comes into the catalogue."""
    return edit(request, Part(), _("Register a part"), reverse("parts:parts"))


@requires_right("parts.plan")
def part_edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What is known of a part changes."""
    part = get_object_or_404(Part, pk=pk)
    return edit(request, part, _("Edit %(part)s") % {"part": part}, reverse("parts:part", args=[pk]))


def edit(request: AuthenticatedHttpRequest, row: Part, heading: str, back: str) -> HttpResponse:
    form = PartForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = catalogue_actions.save_part(Part(pk=row.pk) if row.pk else Part(), by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return go(request, "parts:part", saved.pk)
    context = {"form": form, "heading": heading, "cancel_url": back}
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)
