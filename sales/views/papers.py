"""Documents on paper, for those who may see them on the screen."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dms.access import needs
from dms.http import AuthenticatedHttpRequest
from sales import papers
from sales.views import deliveries, leads, orders, owner_cards, quotes


@require_safe
@needs("sales.view")
def lead_paper(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return papers.lead(leads.visible(request, pk)).answer()


@require_safe
@needs("sales.view")
def quote_paper(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return papers.quote(quotes.visible(request, pk)).answer()


@require_safe
@needs("sales.view")
def order_paper(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return papers.order(orders.visible(request, pk)).answer()


@require_safe
@needs("sales.view")
def delivery_paper(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return papers.delivery(deliveries.visible(request, pk)).answer()


@require_safe
@needs("sales.view")
def owner_card_paper(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return papers.owner_card(owner_cards.visible(request, pk)).answer()
