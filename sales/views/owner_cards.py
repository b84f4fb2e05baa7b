"""C cards: the owners of the store and whose they are."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dms.core.refusals import Refusal
from dms.navigation import registry
from dms.views.lists import BaseListView
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from sales.actions.owner_cards import note_loan
from sales.filters import OwnerCardFilter
from sales.forms import LoanForm
from sales.models import OwnerCard


def visible(request: AuthenticatedHttpRequest, pk: int) -> OwnerCard:
    rows = OwnerCard.objects
    found = rows.visible_to(request.user).select_related(
        "store", "customer", "vehicle__variant__series", "order__invoice", "order__lead__source__parent", "adviser"
    )
    return get_object_or_404(found, pk=pk)


class OwnerCards(BaseListView):
    """Owners, those of last month first."""

    model = OwnerCard
    right = "sales.view"
    template_name = "sales/owner_card_list.html"
    row_template = "sales/_owner_card_row.html"
    filterset_class = OwnerCardFilter
    related = ("store", "customer", "vehicle__variant__series", "adviser")
    words = {
        "heading": gettext_lazy("C cards"),
        "search_hint": gettext_lazy("Number, name, plate, VIN"),
        "empty_title": gettext_lazy("No owners yet"),
        "empty_text": gettext_lazy("Delivery makes the C card from order and car."),
    }


@require_safe
@requires_right("sales.view")
def owner_card(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The C card: customer, car, purchase, and one history."""
    found = visible(request, pk)
    context = {
        "object": found,
        "order": found.order,
        "vehicle": found.vehicle,
        "phones": found.customer.phones.all(),
        "timeline": registry.timeline.of(found.vehicle, request.user)[:60],
    }
    return render(request, "sales/owner_card_detail.html", context)


@requires_right("sales.sell")
def owner_card_loan(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """When the car will be paid off: the day to talk of the next one."""
    found = visible(request, pk)
    form = LoanForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            note_loan(found, by=request.user, until=facts["loan_until"], terms=facts["loan_terms"])
        except Refusal as refusal:
            form.add_error("loan_until", str(refusal.sentence))
        else:
            return redirect("sales:owner_card", pk)
    context = {
        "form": form,
        "object": found,
        "heading": _("Loan"),
        "cancel_url": reverse("sales:owner_card", args=[pk]),
    }
    return render(request, "generic/form.html", context, status=422 if form.errors else 200)
