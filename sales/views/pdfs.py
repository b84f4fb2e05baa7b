"""Documents on paper, for those who may see them on the screen; ``?whole=1`` with whole numbers, which is logged."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dms.formats.query_params import asks_whole
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from sales import pdfs
from sales.views import deliveries, leads, orders, owner_cards, quotes


@require_safe
@requires_right("sales.view")
def lead_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return pdfs.lead(leads.visible(request, pk), request.user, whole=asks_whole(request.GET)).answer()


@require_safe
@requires_right("sales.view")
def quote_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return pdfs.quote(quotes.visible(request, pk), request.user, whole=asks_whole(request.GET)).answer()


@require_safe
@requires_right("sales.view")
def order_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return pdfs.order(orders.visible(request, pk), request.user, whole=asks_whole(request.GET)).answer()


@require_safe
@requires_right("sales.view")
def delivery_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return pdfs.delivery(deliveries.visible(request, pk), request.user, whole=asks_whole(request.GET)).answer()


@require_safe
@requires_right("sales.view")
def owner_card_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return pdfs.owner_card(owner_cards.visible(request, pk), request.user, whole=asks_whole(request.GET)).answer()
