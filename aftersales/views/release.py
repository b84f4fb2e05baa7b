"""Settlement, gate pass, release: the desk's last list and its papers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aftersales import pdfs
from aftersales.models import Settlement
from aftersales.views.work_orders import visible
from aftersales.views.workshop import of_store
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right

LATEST = 50


@require_safe
@requires_right("aftersales.turnover")
def settlements(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Cars ready to hand over, settled but not gone, and today's settlements with their sum."""
    rows = Settlement.objects
    today = rows.visible_to(request.user).of_store(request.store).filter(at__date=timezone.localdate())
    done = list(today.select_related("work_order__vehicle", "work_order__customer", "by")[:LATEST])
    context = {
        "ready": of_store(request).filter(status="READY").order_by("promised_at", "pk"),
        "settled": of_store(request)
        .filter(status="SETTLED")
        .select_related("invoice", "settlement")
        .order_by("status_at"),
        "done": done,
        "sum": sum(row.labour + row.parts + row.other for row in done),
        "now": timezone.now(),
    }
    return render(request, "aftersales/settlements.html", context)


@require_safe
@requires_right("aftersales.view")
def settlement_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return pdfs.settlement(visible(request, pk), request.user)


@require_safe
@requires_right("aftersales.view")
def gate_pass_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return pdfs.gate_pass(visible(request, pk), request.user)
