"""The stock of a store: the list a scanner drives, one part beside it, and what is done there."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from dms.core.refusals import Refusal
from dms.formats import display
from dms.views.lists import BaseListView
from dms.views.redirects import go
from dms.web.act_views import ActFormView
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import RequiresRight, requires_right
from parts.actions import catalogue
from parts.actions import stock as stock_actions
from parts.filters import StockFilter
from parts.forms import CorrectForm, LimitsForm, LostSaleForm
from parts.models import Part, Reservation, Stock, StockMove
from parts.stock_page import panel


def visible(request: AuthenticatedHttpRequest, pk: int) -> Stock:
    rows = Stock.objects
    stocks = rows.visible_to(request.user).select_related("part", "store", "bin")
    return get_object_or_404(stocks, pk=pk)


def at(request: AuthenticatedHttpRequest, stock: Stock) -> HttpResponse:
    """Back to the list, this part beside it."""
    return go(request, "parts:stock_at", stock.pk)


class StockList(BaseListView):
    """Every part of the chosen store; the selected one beside it. What a scanner types selects its part."""

    model = Stock
    right = "parts.view"
    template_name = "parts/stock_list.html"
    row_template = "parts/_stock_row.html"
    filterset_class = StockFilter
    related = ("part", "bin", "store")
    export_key = "parts_stock"
    words = {
        "heading": gettext_lazy("Parts stock"),
        "search_hint": gettext_lazy("Number, name, initials, bin"),
        "empty_title": gettext_lazy("No stock yet"),
        "empty_text": gettext_lazy("Receive the first parts: number, quantity, cost."),
    }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        scanned = request.GET.get("scan", "").strip()
        return self.scan(scanned) if scanned else super().get(request, *args, **kwargs)

    def scan(self, text: str) -> HttpResponse:
        """An exact number opens its part; anything else is searched for."""
        stock = self.rows().filter(part__number=text.upper()).first()
        if stock is not None:
            return redirect(f"{reverse('parts:stock_at', args=[stock.pk])}?page={self.page_of(stock)}")
        part = Part.objects.filter(number=text.upper()).first()
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

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().order_by(*(self.filterset.qs.query.order_by or ("part__number",)), "store", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pk = self.kwargs.get("pk")
        selected = visible(self.request, pk) if pk else None
        return super().get_context_data(
            panel=panel(selected, timezone.localdate()) if selected else None,
            segments=self.segments(),
            worth=self.rows().aggregate(worth=Sum(F("on_hand") * F("average_cost")))["worth"] or Decimal(0),
            lost_form=LostSaleForm(),
            **kwargs,
        )

    def segments(self) -> list[dict[str, Any]]:
        """All, below minimum, out, slow: each with its count."""
        rows: Any = self.rows().select_related(None)
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


@require_POST
@requires_right("parts.move")
def stock_lost_sale(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One key: somebody wanted it and it was not there."""
    stock, form = visible(request, pk), LostSaleForm(request.POST)
    if not form.is_valid():
        raise Refusal(_("Say how many were asked for: a number above zero."), code="quantity_not_positive")
    facts = form.cleaned_data
    stock_actions.note_lost_sale(
        stock.part,
        store=stock.store,
        by=request.user,
        quantity=facts.get("quantity") or 1,
        reason=facts.get("reason"),
    )
    messages.success(request, _("Lost sale of %(part)s noted.") % {"part": stock.part})
    return at(request, stock)


@require_POST
@requires_right("parts.move")
def reservation_release(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The pieces are free for others again."""
    rows = Reservation.objects
    reservation = get_object_or_404(rows.visible_to(request.user).select_related("stock__part", "stock__store"), pk=pk)
    stock_actions.release(reservation, by=request.user)
    messages.success(request, _("Released."))
    return at(request, reservation.stock)


class StockCorrect(RequiresRight, ActFormView[CorrectForm]):
    """The shelf shows another quantity than the book."""

    right = "parts.manage"
    form_class = CorrectForm

    @cached_property
    def stock(self) -> Stock:
        return visible(self.request, self.kwargs["pk"])

    def act(self, **facts: Any) -> StockMove:
        return stock_actions.correct(self.stock.part, store=self.stock.store, by=self.request.user, **facts)

    def after(self, _move: StockMove) -> str:
        messages.success(self.request, _("The book agrees with the shelf."))
        return reverse("parts:stock_at", args=[self.stock.pk])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        stock = self.stock
        note = _("In the book: %(on_hand)s, of which %(reserved)s reserved.")
        figures = {"on_hand": display.quantity(stock.on_hand), "reserved": display.quantity(stock.reserved)}
        return super().get_context_data(
            object=stock,
            heading=_("Correct %(part)s") % {"part": stock.part},
            form_note=note % figures,
            submit_label=pgettext("verb", "Correct"),
            cancel_url=reverse("parts:stock_at", args=[stock.pk]),
            **context,
        )


class StockLimits(RequiresRight, ActFormView[LimitsForm]):
    """How many the store wants at least and at most."""

    right = "parts.plan"
    form_class = LimitsForm

    @cached_property
    def stock(self) -> Stock:
        return visible(self.request, self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.stock}

    def act(self, **facts: Any) -> Stock:
        return catalogue.set_limits(self.stock, by=self.request.user, **facts)

    def after(self, stock: Stock) -> str:
        messages.success(self.request, _("Saved."))
        return reverse("parts:stock_at", args=[stock.pk])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.stock,
            heading=_("Minimum and maximum of %(part)s") % {"part": self.stock.part},
            cancel_url=reverse("parts:stock_at", args=[self.stock.pk]),
            **context,
        )
