"""The workshop's pages: the board, the technician's phone, the checks, and their acts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aftersales.actions import checks as check_acts
from aftersales.actions import workshop as acts
from aftersales.board import board_of
from aftersales.forms import CheckForm, DispatchForm, ReasonForm
from aftersales.models import QualityCheck, WorkOrder
from aftersales.views.work_orders import refuse_form, visible
from dms.models import Reason
from dms.views.redirects import back
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


def of_store(request: AuthenticatedHttpRequest) -> Any:
    rows = WorkOrder.objects
    found = rows.visible_to(request.user).of_store(request.store)
    return found.select_related("vehicle__variant__series", "customer", "technician", "adviser", "bay", "store")


@require_safe
@requires_right("aftersales.view")
def board(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All cars in the workshop at a glance; refreshed every twenty seconds."""
    found = board_of(request.user, request.store, timezone.now())
    template = (
        "aftersales/_board.html" if request.headers.get("HX-Target") == "workshop-board" else "aftersales/board.html"
    )
    return render(request, template, {"board": found})


@require_safe
@requires_right("aftersales.repair")
def jobs(request: AuthenticatedHttpRequest) -> HttpResponse:
    """My cars, what is to be done on each, one tap for each act."""
    me = request.user
    mine = of_store(request).filter(technician=me, status__in=["DISPATCHED", "IN_PROGRESS", "ON_HOLD"])
    orders = mine.prefetch_related("lines__part", "holds__reason").order_by("promised_at", "pk")
    reasons = Reason.objects
    context = {
        "orders": orders,
        "now": timezone.now(),
        "hold_reasons": [(row.pk, str(row)) for row in reasons.of(Reason.Kind.HOLD)],
        "done_today": of_store(request)
        .filter(technician=me, checks__by=me, checks__at__date=timezone.localdate())
        .distinct(),
    }
    return render(request, "aftersales/jobs.html", context)


@require_safe
@requires_right("aftersales.view")
def checks(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What waits for the team leader, for the inspector, for the hand-over; and what failed lately."""
    waiting = of_store(request).order_by("status_at", "pk")
    stages = [
        (_("For the team leader"), waiting.filter(status="SELF_CHECKED")),
        (_("For the inspector"), waiting.filter(status="TEAM_CHECKED")),
        (_("Wash and internal hand-over"), waiting.filter(status="PASSED")),
    ]
    failed = QualityCheck.objects.filter(work_order__in=of_store(request), passed=False)
    context = {
        "stages": stages,
        "failed": failed.select_related("work_order__vehicle", "work_order__technician", "by")[:20],
        "now": timezone.now(),
    }
    return render(request, "aftersales/checks.html", context)


# --- acts ---------------------------------------------------------------------------------------------------------------
@require_POST
@requires_right("aftersales.dispatch")
def dispatch(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    form = DispatchForm(request.POST, order=order)
    refuse_form(form)
    given = acts.dispatch(order, by=request.user, **form.cleaned_data)
    messages.success(request, _("%(car)s goes to %(name)s.") % {"car": given.vehicle, "name": given.technician})
    return redirect("aftersales:work_order", pk)


@require_POST
@requires_right("aftersales.repair")
def hold(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    form = ReasonForm(Reason.Kind.HOLD, request.POST)
    refuse_form(form)
    acts.hold(found, by=request.user, **form.cleaned_data)
    return back(request)


@require_POST
@requires_right("aftersales.repair")
def resume(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    acts.resume(visible(request, pk), by=request.user)
    return back(request)


@require_POST
@requires_right("aftersales.repair")
def check(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One of the three checks, passed or failed."""
    found = visible(request, pk)
    form = CheckForm(request.POST)
    refuse_form(form)
    made = check_acts.check(found, by=request.user, **form.cleaned_data)
    messages.success(
        request,
        _("%(check)s: passed.") % {"check": made.get_stage_display()} if made.passed else _("Back to work, as rework."),
    )
    return back(request)


@require_POST
@requires_right("aftersales.view")
def ready(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The six points of the internal hand-over."""
    checked = request.POST.getlist("checked")
    check_acts.ready(visible(request, pk), checked=checked, by=request.user, parked=request.POST.get("parked", ""))
    return redirect("aftersales:work_order", pk)


@require_POST
@requires_right("aftersales.receive")
def send_back(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    check_acts.send_back(visible(request, pk), reason=request.POST.get("reason", ""), by=request.user)
    return redirect("aftersales:work_order", pk)
