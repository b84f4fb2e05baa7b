"""The acts on lines: adding, changing, turning down, working, drawing parts."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from aftersales.actions import lines as line_actions
from aftersales.actions import workshop
from aftersales.forms import (
    ChangeLineForm,
    FinishForm,
    IssueForm,
    LabourForm,
    OtherForm,
    PartForm,
    ReasonForm,
    ReturnForm,
    TakeUpForm,
)
from aftersales.models import WorkLine, WorkOrder
from aftersales.views.work_orders import refuse_form, visible
from dms.models import Reason
from dms.views.redirects import back
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right
from parts.models import Stock

FOUND = 12


def visible_line(request: AuthenticatedHttpRequest, pk: int) -> WorkLine:
    orders = WorkOrder.objects
    rows = WorkLine.objects.filter(work_order__in=orders.visible_to(request.user))
    return get_object_or_404(rows.select_related("work_order"), pk=pk)


def to_order(line: WorkLine) -> HttpResponse:
    return redirect("aftersales:work_order", line.work_order_id)


# --- adding -------------------------------------------------------------------------------------------------------------
@require_POST
@requires_right("aftersales.receive")
def labour_add(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    form = LabourForm(request.POST)
    refuse_form(form)
    return to_order(line_actions.add_labour(order, by=request.user, **form.cleaned_data))


@require_POST
@requires_right("aftersales.receive")
def part_add(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    form = PartForm(request.POST)
    refuse_form(form)
    return to_order(line_actions.add_part(order, by=request.user, **form.cleaned_data))


@require_POST
@requires_right("aftersales.receive")
def other_add(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    form = OtherForm(request.POST)
    refuse_form(form)
    return to_order(line_actions.add_other(order, by=request.user, **form.cleaned_data))


@require_POST
@requires_right("aftersales.receive")
def take_up(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What was put off last time."""
    order = visible(request, pk)
    form = TakeUpForm(request.POST, order=order)
    refuse_form(form)
    return to_order(line_actions.take_up(order, put_off=form.cleaned_data["line"], by=request.user))


@require_safe
@requires_right("aftersales.receive")
def part_numbers(request: AuthenticatedHttpRequest) -> HttpResponse:
    """While a number or name is typed: the parts of the store, with what is there."""
    text = request.GET.get("part", "").strip()
    rows = Stock.objects
    stock = rows.visible_to(request.user).of_store(request.store).matching(text) if len(text) >= 2 else rows.none()
    return render(request, "aftersales/_part_numbers.html", {"rows": stock.select_related("part")[:FOUND]})


# --- changing -----------------------------------------------------------------------------------------------------------
@require_POST
@requires_right("aftersales.receive")
def change(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    line = visible_line(request, pk)
    form = ChangeLineForm(request.POST)
    refuse_form(form)
    return to_order(line_actions.change_line(line, by=request.user, **form.cleaned_data))


@require_POST
@requires_right("aftersales.receive")
def decline(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return turned_down(request, pk, later=False)


@require_POST
@requires_right("aftersales.receive")
def defer(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return turned_down(request, pk, later=True)


def turned_down(request: AuthenticatedHttpRequest, pk: int, *, later: bool) -> HttpResponse:
    line = visible_line(request, pk)
    form = ReasonForm(Reason.Kind.DECLINE, request.POST)
    refuse_form(form)
    return to_order(line_actions.turn_down(line, reason=form.cleaned_data["reason"], by=request.user, later=later))


@require_POST
@requires_right("aftersales.receive")
def propose(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return to_order(line_actions.propose_again(visible_line(request, pk), by=request.user))


# --- working ------------------------------------------------------------------------------------------------------------
@require_POST
@requires_right("aftersales.repair")
def start(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    workshop.start_line(visible_line(request, pk), by=request.user)
    return back(request)


@require_POST
@requires_right("aftersales.repair")
def finish(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    line = visible_line(request, pk)
    form = FinishForm(request.POST)
    refuse_form(form)
    workshop.finish_line(line, by=request.user, **form.cleaned_data)
    return back(request)


# --- parts --------------------------------------------------------------------------------------------------------------
@require_POST
@requires_right("parts.move")
def issue(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    line = visible_line(request, pk)
    form = IssueForm(request.POST)
    refuse_form(form)
    workshop.issue_part(line, by=request.user, **form.cleaned_data)
    return to_order(line)


@require_POST
@requires_right("parts.move")
def give_back(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    line = visible_line(request, pk)
    form = ReturnForm(request.POST)
    refuse_form(form)
    return to_order(workshop.return_part(line, by=request.user, **form.cleaned_data))
