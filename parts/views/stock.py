"""The stock of a store: the list a scanner drives, one part beside it, and what is done there."""

from decimal import Decimal

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dms.core.untyped import AnyRows
from dms.formats import display, folding
from dms.views.lists import BaseListView
from dms.web.act_views import ActView
from dms.web.columns import Column, in_all_stores
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from parts import cells
from parts.acts import RESERVATION, STOCK
from parts.filters import StockFilter
from parts.models import Part, Reservation, Stock
from parts.stock_page import panel
from parts.views.catalogue import receive_url


def visible(request: AuthenticatedHttpRequest, pk: int) -> Stock:
    rows = Stock.objects
    stocks = rows.visible_to(request.user).select_related("part", "store", "bin")
    return get_object_or_404(stocks, pk=pk)


class StockList(BaseListView):
    """Every part of the chosen store; the selected one beside it. What a scanner types selects its part."""

    model = Stock
    right = "parts.view"
    template_name = "parts/stock_list.html"
    filterset_class = StockFilter
    related = ("part", "bin", "store")
    export_key = "parts_stock"
    columns = (
        Column(
            pgettext_lazy("part", "Number"),
            "part.number",
            cell=cells.stock_number,
            sort="number",
            phone=True,
            look="code",
        ),
        Column(pgettext_lazy("part", "Name"), "part.name", cell=cells.stock_part, sort="name", phone=True, width=30),
        Column(gettext_lazy("Store"), "store", shown=in_all_stores, look="sub"),
        Column(gettext_lazy("Bin"), "bin", sort="bin", look="sub"),
        Column(gettext_lazy("Category"), "part.category", look="text-secondary"),
        Column(gettext_lazy("On hand"), "on_hand", "number", cell=cells.on_hand, sort="on_hand", phone=True),
        Column(gettext_lazy("Reserved"), "reserved", "number", cell=cells.reserved),
        Column(pgettext_lazy("stock", "Free"), "available", "number", cell=cells.free, phone=True, look="fw-semibold"),
        Column(gettext_lazy("Min."), "minimum", "number", look="sub"),
        Column(gettext_lazy("Max."), "maximum", "number", look="sub"),
        Column(gettext_lazy("Avg. cost (CNY)"), "average_cost", "money", sort="cost", shown=cells.knows_cost),
        Column(gettext_lazy("Value (CNY)"), "value", "money", only="file", shown=cells.knows_cost),
        Column(gettext_lazy("Last issued"), "last_issue_at", "moment", only="file"),
    )
    words = {
        "heading": gettext_lazy("Parts stock"),
        "search_hint": gettext_lazy("Number, name, initials, bin"),
        "empty_title": gettext_lazy("No stock yet"),
        "empty_text": gettext_lazy("Receive the first parts: number, quantity, cost."),
    }

    def row_class(self, stock: Stock) -> str:
        return "on" if stock.pk == self.kwargs.get("pk") else ""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        scanned = request.GET.get("scan", "").strip()
        return self.scan(scanned) if scanned else super().get(request, *args, **kwargs)

    def scan(self, text: str) -> HttpResponse:
        """An exact number opens its part; anything else is searched for."""
        stock = self.rows().filter(part__number_code=folding.code(text)).first()
        if stock is not None:
            return redirect(f"{reverse('parts:stock_at', args=[stock.pk])}?page={self.page_of(stock)}")
        part = Part.objects.numbered(text).first()
        if part is not None:
            messages.info(self.request, _("%(part)s was never here.") % {"part": part})
            return redirect("parts:part", part.pk)
        query = self.request.GET.copy()
        query.pop("scan")
        query["q"] = text[:60]
        return redirect(f"{reverse('parts:stock')}?{query.urlencode()}")

    def page_of(self, stock: Stock) -> int:
        before = self.rows().filter(part__number__lt=stock.part.number).count()
        return before // self.paginate_by + 1

    def get_queryset(self) -> QuerySet[Stock]:
        return super().get_queryset().order_by(*(self.filterset.qs.query.order_by or ("part__number",)), "store", "pk")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        pk = self.kwargs.get("pk")
        return super().get_context_data(
            segments=self.segments(),
            worth=self.worth() if cells.knows_cost(self.request.user, None) else None,
            receive_url=receive_url(self.request.user),
            **(self.beside(visible(self.request, pk)) if pk else {"panel": None}),
            **kwargs,
        )

    def worth(self) -> Decimal:
        """What all of it cost."""
        rows = self.filterset.qs.order_by()
        return rows.aggregate(worth=Sum(F("on_hand") * F("average_cost")))["worth"] or Decimal(0)

    def beside(self, stock: Stock) -> dict[str, object]:
        """The selected part, and what whoever looks may do with it."""
        user, selected = self.request.user, panel(stock, timezone.localdate())
        return {
            "panel": selected,
            "acts": STOCK.offered(stock, user),
            "waiting": [(reservation, RESERVATION.offered(reservation, user)) for reservation in selected.waiting],
        }

    def segments(self) -> list[dict[str, object]]:
        """All, below minimum, out, slow: each with its count."""
        rows: AnyRows = self.rows().select_related(None)
        within = {
            "low": Q(pk__in=rows.below_minimum().values("pk")),
            "out": Q(pk__in=rows.out().values("pk")),
            "slow": Q(pk__in=rows.slow(timezone.now()).values("pk")),
        }
        counted = rows.order_by().aggregate(
            all=Count("pk"), **{key: Count("pk", filter=condition) for key, condition in within.items()}
        )
        shown, query = self.request.GET.get("show", ""), self.request.GET.copy()
        query.pop("page", None)
        options = []
        for key, label in (("", pgettext("stock", "All")), *StockFilter.SHOWN):
            query["show"] = key
            options.append(
                {
                    "label": f"{label} {display.number(counted[key or 'all'])}",
                    "url": f"{reverse('parts:stock')}?{query.urlencode()}",
                    "current": shown == key,
                }
            )
        return options


@requires_right("parts.view")
def stock_at(request: AuthenticatedHttpRequest, pk: int) -> HttpResponseBase:
    """The list with one part beside it."""
    return StockList.as_view()(request, pk=pk)


class StockAct(ActView):
    """An act on one part of a store; the heading says which."""

    places = {"limits_crossed": "maximum"}

    def get_context_data(self, **context: object) -> dict[str, object]:
        assert isinstance(self.document, Stock)
        heading = f"{self.declared.label} {self.document.part}"
        return super().get_context_data(heading=heading, **context)


class ReservationAct(ActView):
    """An act on pieces kept for a line; afterwards one is back at their stock."""

    @property
    def page(self) -> str:
        assert isinstance(self.document, Reservation)
        return reverse(self.acts.page, args=[self.document.stock_id])
