"""The workshop's pages: the board, the technician's phone, the checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aftersales.actions.lines import TURNED_DOWN
from aftersales.acts import WORK_LINE, WORK_ORDER
from aftersales.board import board_of
from aftersales.models import QualityCheck, WorkLine, WorkOrder
from aftersales.models.orders import WorkOrderQuerySet
from dms.core.acts import Offer
from dms.models import User
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


def of_store(request: AuthenticatedHttpRequest) -> WorkOrderQuerySet:
    rows = WorkOrder.objects
    seen = rows.visible_to(request.user).of_store(request.store)
    return seen.select_related("vehicle__variant__series", "customer", "technician", "adviser", "bay", "store")


@require_safe
@requires_right("aftersales.view")
def board(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All cars in the workshop at a glance; refreshed every twenty seconds."""
    template = (
        "aftersales/_board.html" if request.headers.get("HX-Target") == "workshop-board" else "aftersales/board.html"
    )
    return render(request, template, {"board": board_of(request.user, request.store, timezone.now())})


@require_safe
@requires_right("aftersales.repair")
def jobs(request: AuthenticatedHttpRequest) -> HttpResponse:
    """My cars, what is to be done on each, one tap for each act."""
    me = request.user
    mine = of_store(request).filter(technician=me, status__in=["DISPATCHED", "IN_PROGRESS", "ON_HOLD"])
    orders = mine.prefetch_related("lines__part", "holds__reason").order_by("promised_at", "pk")
    context = {
        "jobs": [job_of(order, me) for order in orders],
        "now": timezone.now(),
        "done_today": of_store(request)
        .filter(technician=me, checks__by=me, checks__at__date=timezone.localdate())
        .distinct(),
    }
    return render(request, "aftersales/jobs.html", context)


@dataclass(frozen=True)
class Job:
    """A car with what may be done to it, and its lines with what may be done to each."""

    order: WorkOrder
    acts: Mapping[str, Offer[WorkOrder]]
    lines: Sequence[tuple[WorkLine, Mapping[str, Offer[WorkLine]]]]


def job_of(order: WorkOrder, user: User) -> Job:
    """Of the lines, those that were not turned down."""
    lines = [line for line in order.lines.all() if line.status not in TURNED_DOWN]
    return Job(
        order,
        WORK_ORDER.offered(order, user, "resume", "hold", "check", "report", "diagnose"),
        [(line, WORK_LINE.offered(line, user, "start", "finish", "reopen")) for line in lines],
    )


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
