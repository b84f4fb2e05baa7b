"""Work orders, their lines, and every act on them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aftersales import pdfs
from aftersales.actions import intake, lines, work_orders, workshop
from aftersales.acts import WORK_ORDER
from aftersales.api import serializers as body
from aftersales.api.fields import CancelReasonSerializer
from aftersales.filters import WorkLineFilter, WorkOrderFilter
from aftersales.models import Appointment, WorkLine, WorkOrder
from dms.api.access import person
from dms.api.verbs import act_verb, facts_of, verb, verbs_of
from dms.api.views import ReadViewSet, print_out
from parts.models import StockMove

RECEIVE = "aftersales.receive"
REPAIR = "aftersales.repair"


@verbs_of(WORK_ORDER)
class WorkOrderViewSet(mixins.CreateModelMixin, ReadViewSet):
    """Work orders from write-up to release. Created by plate or VIN, words and mileage; every further act is a verb."""

    model = WorkOrder
    serializer_class = body.WorkOrderSerializer
    filterset_class = WorkOrderFilter
    related = ("store", "customer", "vehicle", "check_in__reading", "settlement", "gate_pass")
    prefetched = ("lines__operation", "lines__part", "lines__reason", "checks", "authorisations")
    rights = {
        "*": RECEIVE,
        "list": "aftersales.view",
        "retrieve": "aftersales.view",
        "left_undone": "aftersales.view",
        "pdf": "aftersales.view",
        "settlement_pdf": "aftersales.view",
        "gate_pass_pdf": "aftersales.view",
        **WORK_ORDER.rights(),
    }

    @extend_schema(request=body.WriteUpSerializer, responses={201: body.WorkOrderSerializer})
    def create(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """Write up a car that has come: by plate or VIN, words and mileage."""
        facts = facts_of(self, body.WriteUpSerializer)
        guest = intake.Guest(facts.pop("car"), facts.pop("phone"), facts.pop("name"))
        pk, rows = facts.pop("appointment"), Appointment.objects.visible_to(person(request))
        appointment = get_object_or_404(rows, pk=pk) if pk else None
        order = intake.write_up(guest, by=person(request), appointment=appointment, **facts)
        return self.answer(order, status=status.HTTP_201_CREATED)

    @verb(body.DescribeSerializer, partial=True)
    def describe(self, order: WorkOrder, **facts: Any) -> WorkOrder:
        """Note complaint, cause and correction."""
        return work_orders.describe(order, **facts)

    # --- on paper
    @print_out
    def pdf(self, request: Request, pk: str) -> HttpResponse:
        """The commission, in two copies."""
        return pdfs.commission(self.get_object(), person(request)).answer()

    @print_out
    def settlement_pdf(self, request: Request, pk: str) -> HttpResponse:
        """The settlement sheet, once there is one."""
        return pdfs.settlement(self.get_object(), person(request)).answer()

    @print_out
    def gate_pass_pdf(self, request: Request, pk: str) -> HttpResponse:
        """The slip for the guard, once there is one."""
        return pdfs.gate_pass(self.get_object(), person(request)).answer()

    # --- lines
    @verb(body.LabourSerializer)
    def add_labour(self, order: WorkOrder, **facts: Any) -> WorkLine:
        """Add a job of the catalogue."""
        return lines.add_labour(order, **facts)

    @verb(body.PartLineSerializer)
    def add_part(self, order: WorkOrder, **facts: Any) -> WorkLine:
        """Add a part."""
        return lines.add_part(order, **facts)

    @verb(body.OtherLineSerializer)
    def add_other(self, order: WorkOrder, **facts: Any) -> WorkLine:
        """Add a sublet job or a fee."""
        return lines.add_other(order, **facts)

    @extend_schema(responses=body.WorkLineSerializer(many=True), filters=False)
    @action(detail=True)
    def left_undone(self, request: Request, pk: str) -> Response:
        """What was put off at earlier visits of the car and stands on no later order."""
        rows = self.paginate_queryset(lines.left_undone(self.get_object().vehicle))
        return self.get_paginated_response(body.WorkLineSerializer(rows, many=True).data)

    @verb(body.TakeUpSerializer)
    def take_up(self, order: WorkOrder, *, line: WorkLine, **facts: Any) -> WorkLine:
        """Propose what was put off last time, at today's price."""
        return lines.take_up(order, put_off=line, **facts)

    # --- declared acts whose body is not their form
    cancel = act_verb(WORK_ORDER["cancel"], "cancel", CancelReasonSerializer)
    authorise = act_verb(WORK_ORDER["authorise"], "authorise", body.ConsentSerializer)
    check = act_verb(WORK_ORDER["check"], "check", body.CheckSerializer)
    settle = act_verb(WORK_ORDER["settle"], "settle", body.SettleSerializer)
    ready = act_verb(WORK_ORDER["ready"], "ready", body.ReadySerializer)


class WorkLineViewSet(ReadViewSet):
    """Lines of work orders, and the acts on each."""

    model = WorkLine
    serializer_class = body.WorkLineSerializer
    filterset_class = WorkLineFilter
    rights = {
        "*": RECEIVE,
        "list": "aftersales.view",
        "retrieve": "aftersales.view",
        "start": REPAIR,
        "finish": REPAIR,
        "issue": "parts.move",
        "give_back": "parts.move",
    }

    def get_queryset(self) -> QuerySet[WorkLine]:
        rows = WorkLine.objects.select_related("operation", "part", "reason", "work_order")
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        orders = WorkOrder.objects
        return rows.filter(work_order__in=orders.visible_to(person(self.request))).order_by("work_order", "position")

    @verb(body.ChangeLineSerializer)
    def change(self, line: WorkLine, **facts: Any) -> WorkLine:
        """Change quantity, price or payer of a line."""
        return lines.change_line(line, **facts)

    @verb(body.DeclineSerializer)
    def decline(self, line: WorkLine, **facts: Any) -> WorkLine:
        """The customer does not want it."""
        return lines.turn_down(line, later=False, **facts)

    @verb(body.DeclineSerializer)
    def defer(self, line: WorkLine, **facts: Any) -> WorkLine:
        """The customer wants it later."""
        return lines.turn_down(line, later=True, **facts)

    @verb()
    def propose(self, line: WorkLine, **facts: Any) -> WorkLine:
        """Propose again what was declined."""
        return lines.propose_again(line, **facts)

    @verb()
    def start(self, line: WorkLine, **facts: Any) -> WorkLine:
        """Start on a line."""
        return workshop.start_line(line, **facts)

    @verb(body.FinishSerializer)
    def finish(self, line: WorkLine, **facts: Any) -> WorkLine:
        """The line is done."""
        return workshop.finish_line(line, **facts)

    @verb(body.LineIssueSerializer)
    def issue(self, line: WorkLine, **facts: Any) -> StockMove:
        """Hand out the parts of a line."""
        return workshop.issue_part(line, **facts)

    @verb(body.ReturnSerializer)
    def give_back(self, line: WorkLine, **facts: Any) -> WorkLine:
        """Take parts of a line back."""
        return workshop.return_part(line, **facts)
