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
from aftersales.actions import checks, consent, intake, lines, release, workshop
from aftersales.actions import work_orders as acts
from aftersales.api import serializers as body
from aftersales.api.fields import CancelReasonSerializer, read
from aftersales.filters import WorkLineFilter, WorkOrderFilter
from aftersales.models import Appointment, WorkLine, WorkOrder
from dms.api.access import person
from dms.api.views import ReadViewSet, print_out, verb

RECEIVE = "aftersales.receive"
REPAIR = "aftersales.repair"


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
        "dispatch_job": "aftersales.dispatch",
        "hold": REPAIR,
        "resume": REPAIR,
        "check": REPAIR,
        "ready": "aftersales.view",
        "pdf": "aftersales.view",
        "settlement_pdf": "aftersales.view",
        "gate_pass_pdf": "aftersales.view",
    }

    @extend_schema(request=body.WriteUpSerializer, responses={201: body.WorkOrderSerializer})
    def create(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """Write up a car that has come: by plate or VIN, words and mileage."""
        said = read(body.WriteUpSerializer, request)
        guest = intake.Guest(said.pop("car"), said.pop("phone"), said.pop("name"))
        wanted, rows = said.pop("appointment"), Appointment.objects.visible_to(person(request))
        booked = get_object_or_404(rows, pk=wanted) if wanted else None
        order = intake.write_up(guest, by=person(request), appointment=booked, **said)
        return self.answer(order, status=status.HTTP_201_CREATED)

    @verb(body.DescribeSerializer)
    def describe(self, request: Request, pk: str) -> Response:
        """Note complaint, cause and correction."""
        order = self.get_object()
        said = body.DescribeSerializer(order, data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        return self.answer(acts.describe(order, by=person(request), **said.validated_data))

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
    def add_labour(self, request: Request, pk: str) -> Response:
        """Add a job of the catalogue."""
        order = self.get_object()
        lines.add_labour(order, by=person(request), **read(body.LabourSerializer, request))
        return self.answer(order)

    @verb(body.PartLineSerializer)
    def add_part(self, request: Request, pk: str) -> Response:
        """Add a part."""
        order = self.get_object()
        lines.add_part(order, by=person(request), **read(body.PartLineSerializer, request))
        return self.answer(order)

    @verb(body.OtherLineSerializer)
    def add_other(self, request: Request, pk: str) -> Response:
        """Add a sublet job or a fee."""
        order = self.get_object()
        lines.add_other(order, by=person(request), **read(body.OtherLineSerializer, request))
        return self.answer(order)

    @extend_schema(responses=body.WorkLineSerializer(many=True), filters=False)
    @action(detail=True)
    def left_undone(self, request: Request, pk: str) -> Response:
        """What was put off at earlier visits of the car and stands on no later order."""
        rows = self.paginate_queryset(lines.left_undone(self.get_object().vehicle))
        return self.get_paginated_response(body.WorkLineSerializer(rows, many=True).data)

    @verb(body.TakeUpSerializer)
    def take_up(self, request: Request, pk: str) -> Response:
        """Propose what was put off last time, at today's price."""
        order = self.get_object()
        lines.take_up(order, put_off=read(body.TakeUpSerializer, request, order=order)["line"], by=person(request))
        return self.answer(order)

    # --- estimate and consent
    @verb(body.PromiseSerializer)
    def estimate(self, request: Request, pk: str) -> Response:
        """Promise a time and a price."""
        order = self.get_object()
        return self.answer(consent.estimate(order, by=person(request), **read(body.PromiseSerializer, request)))

    @verb()
    def reopen(self, request: Request, pk: str) -> Response:
        """Take the estimate back to change it."""
        return self.answer(consent.reopen_estimate(self.get_object(), by=person(request)))

    @verb(body.ChangePromiseSerializer)
    def promise(self, request: Request, pk: str) -> Response:
        """Change the promised time, with the reason."""
        order = self.get_object()
        return self.answer(
            consent.change_promise(order, by=person(request), **read(body.ChangePromiseSerializer, request))
        )

    @verb(body.ConsentSerializer)
    def authorise(self, request: Request, pk: str) -> Response:
        """Note that the customer agrees, and how."""
        order = self.get_object()
        consent.authorise(order, by=person(request), **read(body.ConsentSerializer, request))
        return self.answer(order)

    @verb(CancelReasonSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """End it before work began, with the reason."""
        order = self.get_object()
        return self.answer(acts.cancel(order, by=person(request), **read(CancelReasonSerializer, request)))

    # --- workshop
    @verb(body.DispatchSerializer)
    def dispatch_job(self, request: Request, pk: str) -> Response:
        """Give it to a technician and a bay."""
        order = self.get_object()
        return self.answer(workshop.dispatch(order, by=person(request), **read(body.DispatchSerializer, request)))

    @verb(body.HoldSerializer)
    def hold(self, request: Request, pk: str) -> Response:
        """Work stops, with the reason."""
        order = self.get_object()
        workshop.hold(order, by=person(request), **read(body.HoldSerializer, request))
        return self.answer(order)

    @verb()
    def resume(self, request: Request, pk: str) -> Response:
        """Work goes on."""
        return self.answer(workshop.resume(self.get_object(), by=person(request)))

    @verb(body.CheckSerializer)
    def check(self, request: Request, pk: str) -> Response:
        """Note a check of the work, passed or not."""
        order = self.get_object()
        checks.check(order, by=person(request), **read(body.CheckSerializer, request))
        return self.answer(order)

    @verb(body.ReadySerializer)
    def ready(self, request: Request, pk: str) -> Response:
        """The car is checked, clean and parked."""
        order = self.get_object()
        return self.answer(checks.ready(order, by=person(request), **read(body.ReadySerializer, request)))

    @verb(body.SendBackSerializer)
    def send_back(self, request: Request, pk: str) -> Response:
        """Not good yet: back into the workshop."""
        order = self.get_object()
        return self.answer(checks.send_back(order, by=person(request), **read(body.SendBackSerializer, request)))

    # --- release
    @verb(body.SettleSerializer)
    def settle(self, request: Request, pk: str) -> Response:
        """Draw up the settlement; the invoice is opened."""
        order = self.get_object()
        release.settle(order, by=person(request), **read(body.SettleSerializer, request))
        return self.answer(order)

    @verb()
    def gate_pass(self, request: Request, pk: str) -> Response:
        """Issue the gate pass of a paid work order."""
        order = self.get_object()
        release.issue_gate_pass(order, by=person(request))
        return self.answer(order)

    @verb()
    def release(self, request: Request, pk: str) -> Response:
        """The car leaves the gate."""
        return self.answer(release.release(self.get_object(), by=person(request)))


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
    def change(self, request: Request, pk: str) -> Response:
        """Change quantity, price or payer of a line."""
        line = self.get_object()
        return self.answer(lines.change_line(line, by=person(request), **read(body.ChangeLineSerializer, request)))

    @verb(body.DeclineSerializer)
    def decline(self, request: Request, pk: str) -> Response:
        """The customer does not want it."""
        line = self.get_object()
        return self.answer(
            lines.turn_down(line, by=person(request), later=False, **read(body.DeclineSerializer, request))
        )

    @verb(body.DeclineSerializer)
    def defer(self, request: Request, pk: str) -> Response:
        """The customer wants it later."""
        line = self.get_object()
        return self.answer(
            lines.turn_down(line, by=person(request), later=True, **read(body.DeclineSerializer, request))
        )

    @verb()
    def propose(self, request: Request, pk: str) -> Response:
        """Propose again what was declined."""
        return self.answer(lines.propose_again(self.get_object(), by=person(request)))

    @verb()
    def start(self, request: Request, pk: str) -> Response:
        """Start on a line."""
        return self.answer(workshop.start_line(self.get_object(), by=person(request)))

    @verb(body.FinishSerializer)
    def finish(self, request: Request, pk: str) -> Response:
        """The line is done."""
        line = self.get_object()
        return self.answer(workshop.finish_line(line, by=person(request), **read(body.FinishSerializer, request)))

    @verb(body.LineIssueSerializer)
    def issue(self, request: Request, pk: str) -> Response:
        """Hand out the parts of a line."""
        line = self.get_object()
        workshop.issue_part(line, by=person(request), **read(body.LineIssueSerializer, request))
        return self.answer(line)

    @verb(body.ReturnSerializer)
    def give_back(self, request: Request, pk: str) -> Response:
        """Take parts of a line back."""
        line = self.get_object()
        return self.answer(workshop.return_part(line, by=person(request), **read(body.ReturnSerializer, request)))
