"""The catalogue of part numbers, and the lists of what moved and of what we could not sell."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from dms.core.untyped import Fact
from dms.formats import display
from dms.models import User
from dms.views.lists import BaseListView
from dms.web.act_views import ActFormView, ActView
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import RequiresRight, requires_right
from parts import cells
from parts.actions import catalogue as catalogue_actions
from parts.acts import PART
from parts.counter import call_moves
from parts.filters import LostSaleFilter, MoveFilter, PartFilter
from parts.forms import PartForm
from parts.models import LostSale, Part, Stock, StockMove


class Parts(BaseListView):
    """Every part number of the group."""

    model = Part
    right = "parts.view"
    filterset_class = PartFilter
    export_key = "parts"
    related = ("superseded_by",)
    columns = (
        Column(pgettext_lazy("part", "Number"), "number", link="parts:part", sort="number", phone=True, look="code"),
        Column(pgettext_lazy("part", "Name"), "name", cell=cells.part_name, sort="name", phone=True),
        Column(gettext_lazy("Unit"), "unit"),
        Column(gettext_lazy("Category"), "category", look="text-secondary"),
        Column(gettext_lazy("Fits"), "fits", look="sub cut-s"),
        Column(gettext_lazy("Retail price (CNY)"), "price", "money", sort="price", phone=True),
        Column(gettext_lazy("Superseded by"), "superseded_by.number", cell=cells.part_heir, look="code"),
    )
    words = {
        "heading": gettext_lazy("Part numbers"),
        "search_hint": gettext_lazy("Number, name, initials"),
        "empty_title": gettext_lazy("No parts yet"),
        "empty_text": gettext_lazy("Register the first part: number, name, unit."),
        "new_label": gettext_lazy("Part"),
    }

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        new_url = reverse("parts:part_new") if self.request.user.has_perm("parts.plan") else ""
        return super().get_context_data(new_url=new_url, **kwargs)


class Moves(BaseListView):
    """Everything that came and went, never changed."""

    model = StockMove
    right = "parts.view"
    template_name = "parts/move_list.html"
    filterset_class = MoveFilter
    related = ("stock__part", "stock__store", "by", "bin", "reason")
    export_key = "stock_moves"
    columns = (
        Column(pgettext_lazy("moment", "Time"), "at", "moment", sort="at", phone=True),
        Column(gettext_lazy("Kind"), "called", phone=True),
        Column(
            pgettext_lazy("part", "Number"),
            "stock.part.number",
            cell=cells.move_number,
            sort="number",
            phone=True,
            look="code",
        ),
        Column(pgettext_lazy("part", "Name"), "stock.part.name", width=30),
        Column(
            gettext_lazy("Quantity"),
            "quantity",
            "number",
            cell=cells.move_quantity,
            sort="quantity",
            phone=True,
            look="fw-medium",
        ),
        Column(gettext_lazy("Unit cost (CNY)"), "unit_cost", "money", shown=cells.knows_cost),
        Column(pgettext_lazy("stock move", "For"), "source_line", look="code"),
        Column(gettext_lazy("Signed by"), "signed_by"),
        Column(gettext_lazy("Reason"), "reason", cell=cells.move_reason, look="sub"),
        Column(gettext_lazy("Note"), "note", only="file", width=30),
        Column(gettext_lazy("By"), "by"),
        Column(gettext_lazy("Bin"), "bin", look="sub"),
        Column(gettext_lazy("Store"), "stock.store", shown=in_all_stores, look="sub"),
    )
    words = {
        "heading": gettext_lazy("Stock moves"),
        "search_hint": gettext_lazy("Number, name, document, signature"),
        "empty_title": gettext_lazy("Nothing has moved yet"),
        "empty_text": gettext_lazy("Receipts, issues, returns and corrections stand here, newest first."),
    }

    @staticmethod
    def prepare(rows: list[StockMove]) -> None:
        call_moves(rows)


class LostSales(BaseListView):
    """What was wanted and not there."""

    model = LostSale
    right = "parts.view"
    filterset_class = LostSaleFilter
    related = ("part", "store", "by", "reason")
    export_key = "lost_sales"
    columns = (
        Column(pgettext_lazy("moment", "Time"), "at", "moment", sort="at", phone=True),
        Column(
            pgettext_lazy("part", "Number"),
            "part.number",
            cell=lambda lost, _request: cells.part_link(lost.part),
            sort="number",
            phone=True,
            look="code",
        ),
        Column(pgettext_lazy("part", "Name"), "part.name", phone=True, width=30),
        Column(gettext_lazy("Quantity"), "quantity", "number", phone=True),
        Column(gettext_lazy("Reason"), "reason", look="sub"),
        Column(gettext_lazy("By"), "by"),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores, look="sub"),
    )
    words = {
        "heading": gettext_lazy("Lost sales"),
        "search_hint": gettext_lazy("Number, name"),
        "empty_title": gettext_lazy("No sale was lost"),
        "empty_text": gettext_lazy("Select a part in the stock list and press X when somebody wanted it in vain."),
    }


def receive_url(user: User) -> str:
    """The page on which parts are received, for who may."""
    return reverse("parts:receive") if user.has_perm("parts.move") else ""


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
        "acts": PART.offered(part, request.user),
        "receive_url": receive_url(request.user),
    }
    return render(request, "parts/part.html", context)


PLACES = {"part_number_taken": "number", "part_number_form": "number", "superseded_in_ring": "superseded_by"}
"""Refusal code → the field beside which its sentence stands."""


class PartNew(RequiresRight, ActFormView[PartForm]):
    """A part number comes into the catalogue."""

    right = "parts.plan"
    form_class = PartForm
    places = PLACES

    def act(self, **facts: Fact) -> Part:
        return catalogue_actions.save_part(Part(), by=self.request.user, **facts)

    def after(self, part: Part) -> str:
        messages.success(self.request, _("Saved."))
        return reverse("parts:part", args=[part.pk])

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(heading=_("Register a part"), cancel_url=reverse("parts:parts"), **context)


class PartAct(ActView):
    """What is known of a part changes; the heading says of which."""

    places = PLACES

    def get_context_data(self, **context: object) -> dict[str, object]:
        heading = _("Edit %(part)s") % {"part": self.document}
        return super().get_context_data(heading=heading, submit_label=_("Save"), **context)
