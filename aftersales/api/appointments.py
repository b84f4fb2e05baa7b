"""Appointments and the workshop's hours."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from aftersales.actions import appointments as acts
from aftersales.actions import intake
from aftersales.api.fields import CancelReasonSerializer, GuestSerializer, NoShowReasonSerializer, read
from aftersales.filters import AppointmentFilter
from aftersales.models import Appointment, ShopHour
from dms.api.access import person
from dms.api.fields import PersonField, StoreField
from dms.api.views import ReadViewSet, verb
from dms.models import Reason

Status = Appointment.Status


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    store = StoreField(read_only=True)
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    plate = serializers.CharField(source="vehicle.plate", read_only=True)
    reason = serializers.SlugRelatedField[Reason](slug_field="code", source="cancel_reason", read_only=True)

    class Meta:
        model = Appointment
        fields = (
            "id",
            "number",
            "status",
            "store",
            "customer",
            "customer_name",
            "vehicle",
            "plate",
            "adviser",
            "starts_at",
            "hours",
            "wish",
            "channel",
            "made_at",
            "reason",
            "status_at",
        )
        read_only_fields = fields


class BookSerializer(GuestSerializer):
    """A visit to book."""

    store = StoreField()
    starts_at = serializers.DateTimeField()
    wish = serializers.CharField(max_length=200)
    hours = serializers.DecimalField(max_digits=5, decimal_places=1, min_value=Decimal("0.1"), default=Decimal(1))
    adviser = PersonField(required=False, allow_null=True, default=None)
    channel = serializers.ChoiceField(choices=Appointment.Channel.choices, default=Appointment.Channel.PHONE)


class MoveSerializer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    adviser = PersonField(required=False, allow_null=True, default=None)


class AppointmentViewSet(mixins.CreateModelMixin, ReadViewSet):
    """Booked visits. They never exceed the workshop's hours nor an adviser's quarter; arriving is opening the work order."""

    model = Appointment
    serializer_class = AppointmentSerializer
    filterset_class = AppointmentFilter
    related = ("store", "customer", "vehicle", "cancel_reason")
    rights = {
        "*": "aftersales.receive",
        "list": "aftersales.view",
        "retrieve": "aftersales.view",
        "create": "aftersales.book",
        "confirm": "aftersales.book",
        "move": "aftersales.book",
        "cancel": "aftersales.book",
    }

    @extend_schema(request=BookSerializer, responses={201: AppointmentSerializer})
    def create(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        said = read(BookSerializer, request)
        guest = intake.Guest(said.pop("car"), said.pop("phone"), said.pop("name"))
        store = said.pop("store")
        made = intake.book_visit(guest, visit=acts.Visit(**said), store=store, by=person(request))
        return self.answer(made, status=status.HTTP_201_CREATED)

    @verb()
    def confirm(self, request: Request, pk: str) -> Response:
        return self.answer(acts.become(self.get_object(), status=Status.CONFIRMED, by=person(request)))

    @verb()
    def prepare(self, request: Request, pk: str) -> Response:
        return self.answer(acts.become(self.get_object(), status=Status.PREPARED, by=person(request)))

    @verb(MoveSerializer)
    def move(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        return self.answer(acts.move(row, by=person(request), **read(MoveSerializer, request)))

    @verb(CancelReasonSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        said = read(CancelReasonSerializer, request)
        return self.answer(acts.become(row, status=Status.CANCELLED, by=person(request), **said))

    @verb(NoShowReasonSerializer)
    def no_show(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        said = read(NoShowReasonSerializer, request)
        return self.answer(acts.become(row, status=Status.NO_SHOW, by=person(request), **said))


class ShopHourSerializer(serializers.ModelSerializer[ShopHour]):
    store = StoreField(read_only=True)

    class Meta:
        model = ShopHour
        fields = ("id", "store", "starts_at", "capacity", "booked")
        read_only_fields = fields


class ShopHourViewSet(ReadViewSet):
    """How much each hour of the workshop can take, and how much is booked."""

    model = ShopHour
    serializer_class = ShopHourSerializer
    related = ("store",)
    rights = {"*": "aftersales.view"}
