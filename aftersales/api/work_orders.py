"""Work orders, their lines, and every act on them."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aftersales import pdfs
from aftersales.actions import intake, lines, work_orders
from aftersales.acts import FINDING, WORK_LINE, WORK_ORDER
from aftersales.api import serializers as body
from aftersales.filters import FindingFilter, WorkLineFilter, WorkOrderFilter
from aftersales.models import Appointment, Finding, WorkLine, WorkOrder
from aftersales.open_work import WORK_ORDERS
from dms.api.access import person
from dms.api.handing_over import hand_over_rows
from dms.api.verbs import act_verb, facts_of, verb, verbs_of
from dms.api.views import ReadViewSet, print_out
from dms.core.untyped import Fact
from dms.formats.query_params import asks_whole


@verbs_of(WORK_ORDER)
class WorkOrderViewSet(mixins.CreateModelMixin, ReadViewSet):
    """Work orders from write-up to release. Created by plate or VIN, words and mileage; every further act is a verb."""

    model = WorkOrder
    serializer_class = body.WorkOrderSerializer
    filterset_class = WorkOrderFilter
    related = ("store", "customer", "vehicle", "check_in__reading", "settlement", "gate_pass")
    prefetched = (
        "lines__operation",
        "lines__part",
        "lines__reason",
        "checks",
        "authorisations",
        "promise_changes__reason",
        "findings",
    )
    rights = {
        "*": "aftersales.receive",
        "list": "aftersales.view",
        "retrieve": "aftersales.view",
        "left_undone": "aftersales.view",
        "pdf": "aftersales.view",
        "settlement_pdf": "aftersales.view",
        "gate_pass_pdf": "aftersales.view",
        "hand_over": WORK_ORDERS.hands,
        "addendum_pdf": "aftersales.view",
        **WORK_ORDER.rights(),
    }
    hand_over = hand_over_rows(WORK_ORDERS)

    @extend_schema(request=body.WriteUpSerializer, responses={201: body.WorkOrderSerializer})
    def create(self, request: Request, *_args: object, **_kwargs: object) -> Response:
        """Write up a car that has come: by plate or VIN, words and mileage."""
        facts = facts_of(self, body.WriteUpSerializer)
        guest = intake.Guest(*(facts.pop(name) for name in ("car", "phone", "name", "vin_reason", "join")))
        pk, rows = facts.pop("appointment"), Appointment.objects.visible_to(person(request))
        appointment = get_object_or_404(rows, pk=pk) if pk else None
        order = intake.write_up(guest, by=person(request), appointment=appointment, **facts)
        return self.answer(order, status=status.HTTP_201_CREATED)

    @verb(body.DescribeSerializer, partial=True)
    def describe(self, order: WorkOrder, **facts: Fact) -> WorkOrder:
        """Note complaint, cause and correction."""
        return work_orders.describe(order, **facts)

    # --- on paper
    @print_out
    def pdf(self, request: Request, pk: str) -> HttpResponse:
        """The commission, in two copies."""
        return pdfs.commission(self.get_object(), person(request), whole=asks_whole(request.query_params))

    @print_out
    def settlement_pdf(self, request: Request, pk: str) -> HttpResponse:
        """The settlement sheet, once there is one."""
        return pdfs.settlement(self.get_object(), person(request))

    @print_out
    def gate_pass_pdf(self, request: Request, pk: str) -> HttpResponse:
        """The slip for the guard, once there is one."""
        return pdfs.gate_pass(self.get_object(), person(request))

    @extend_schema(parameters=[OpenApiParameter("consent", OpenApiTypes.INT, required=True)])
    @print_out
    def addendum_pdf(self, request: Request, pk: str) -> HttpResponse:
        """What was agreed to later, by the id of the consent."""
        wanted = request.query_params.get("consent", "")
        rows = self.get_object().authorisations.filter(pk=int(wanted) if wanted.isdecimal() else 0)
        return pdfs.addendum(get_object_or_404(rows))

    # --- lines
    @extend_schema(responses=body.WorkLineSerializer(many=True), filters=False)
    @action(detail=True)
    def left_undone(self, request: Request, pk: str) -> Response:
        """What was put off at earlier visits of the car and stands on no later order."""
        rows = self.paginate_queryset(lines.left_undone(self.get_object().vehicle))
        return self.get_paginated_response(body.WorkLineSerializer(rows, many=True).data)

    # --- declared acts whose body is not their form
    add_labour = act_verb(WORK_ORDER["add_labour"], "add_labour", body.LabourSerializer)
    add_part = act_verb(WORK_ORDER["add_part"], "add_part", body.PartLineSerializer)
    add_other = act_verb(WORK_ORDER["add_other"], "add_other", body.OtherLineSerializer)
    take_up = act_verb(WORK_ORDER["take_up"], "take_up", body.TakeUpSerializer)
    authorise = act_verb(WORK_ORDER["authorise"], "authorise", body.ConsentSerializer)
    check = act_verb(WORK_ORDER["check"], "check", body.CheckSerializer)
    settle = act_verb(WORK_ORDER["settle"], "settle", body.SettleSerializer)
    ready = act_verb(WORK_ORDER["ready"], "ready", body.ReadySerializer)
    check_in = act_verb(WORK_ORDER["check_in"], "check_in", body.CheckInBodySerializer)
    report = act_verb(WORK_ORDER["report"], "report", body.ReportSerializer)


@verbs_of(WORK_LINE)
class WorkLineViewSet(ReadViewSet):
    """Lines of work orders, and the acts on each."""

    model = WorkLine
    serializer_class = body.WorkLineSerializer
    filterset_class = WorkLineFilter
    rights = {
        "list": "aftersales.view",
        "retrieve": "aftersales.view",
        **WORK_LINE.rights(),
    }

    def get_queryset(self) -> QuerySet[WorkLine]:
        rows = WorkLine.objects.select_related("operation", "part", "reason", "work_order")
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        orders = WorkOrder.objects
        return rows.filter(work_order__in=orders.visible_to(person(self.request))).order_by("work_order", "position")

    # --- declared acts whose body is not their form
    change = act_verb(WORK_LINE["change"], "change", body.ChangeLineSerializer)
    finish = act_verb(WORK_LINE["finish"], "finish", body.FinishSerializer)


@verbs_of(FINDING)
class FindingViewSet(ReadViewSet):
    """What technicians found beyond the commission, and what was made of it."""

    model = Finding
    serializer_class = body.FindingSerializer
    filterset_class = FindingFilter
    related = ("work_order",)
    rights = {
        "list": "aftersales.view",
        "retrieve": "aftersales.view",
        **FINDING.rights(),
    }

    price = act_verb(FINDING["price"], "price", body.PriceFindingSerializer)
