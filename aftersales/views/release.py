"""Settlement, gate pass, release: the desk's last acts and their papers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aftersales import pdfs
from aftersales.actions import release as acts
from aftersales.forms import SettleForm
from aftersales.models import Settlement
from aftersales.views.work_orders import refuse_form, visible
from aftersales.views.workshop import of_store
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right

LATEST = 50


@require_safe
@requires_right("aftersales.view")
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


@require_POST
@requires_right("aftersales.receive")
def settle(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    form = SettleForm(request.POST)
    refuse_form(form)
    made = acts.settle(found, by=request.user, **form.cleaned_data)
    messages.success(request, _("Settled: %(number)s. The cashier sees it now.") % {"number": made.number})
    return redirect("aftersales:work_order", pk)


@require_safe
@requires_right("aftersales.view")
def settlement_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return pdfs.settlement(visible(request, pk), request.user).answer()


@require_POST
@requires_right("aftersales.receive")
def gate_pass(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    acts.issue_gate_pass(visible(request, pk), by=request.user)
    return redirect("aftersales:work_order", pk)


@require_safe
@requires_right("aftersales.view")
def gate_pass_pdf(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return pdfs.gate_pass(visible(request, pk), request.user).answer()


@require_POST
@requires_right("aftersales.receive")
def let_go(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The gate opens."""
    order = acts.release(visible(request, pk), by=request.user)
    messages.success(
        request, _("%(car)s has left. The quality call is due within three days.") % {"car": order.vehicle}
    )
    return redirect("aftersales:work_order", pk)
