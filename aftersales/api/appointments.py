"""Appointments and the workshop's hours."""

from decimal import Decimal

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from aftersales.actions import appointments, intake
from aftersales.acts import APPOINTMENT
from aftersales.api.fields import GuestSerializer
from aftersales.filters import AppointmentFilter
from aftersales.models import Appointment, ShopHour
from aftersales.open_work import APPOINTMENTS
from crm.models import FollowUp
from dms.api.access import person
from dms.api.fields import CodeField, PersonField, StoreField
from dms.api.form_bodies import VisibleField
from dms.api.handing_over import hand_over_rows
from dms.api.verbs import facts_of, verbs_of
from dms.api.views import ReadViewSet


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    store = StoreField(read_only=True)
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    plate = serializers.CharField(source="vehicle.plate", read_only=True)
    reason = CodeField(source="cancel_reason", read_only=True)

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
            "updated_at",
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
    call = VisibleField(
        queryset=FollowUp.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text="The follow-up in whose call it was agreed: recorded along with the booking, or neither is.",
    )
    said = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")

    def validate_call(self, call: FollowUp | None) -> FollowUp | None:
        if call is not None and not person(self.context["request"]).has_perm("crm.call"):
            raise serializers.ValidationError(_("You make no calls. Leave the call out."))
        return call


@verbs_of(APPOINTMENT)
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
        "hand_over": APPOINTMENTS.hands,
        **APPOINTMENT.rights(),
    }
    hand_over = hand_over_rows(APPOINTMENTS)

    @extend_schema(request=BookSerializer, responses={201: AppointmentSerializer})
    def create(self, request: Request, *_args: object, **_kwargs: object) -> Response:
        """Book a visit: the car is known or new, the hours are taken."""
        facts = facts_of(self, BookSerializer)
        guest = intake.Guest(*(facts.pop(name) for name in ("car", "phone", "name", "vin_reason", "join")))
        store, call, said = (facts.pop(name) for name in ("store", "call", "said"))
        agreed = appointments.AgreedInCall(call, said) if call else None
        visit = appointments.Visit(**facts)
        appointment = intake.book_visit(guest, visit=visit, store=store, by=person(request), agreed=agreed)
        return self.answer(appointment, status=status.HTTP_201_CREATED)


class ShopHourSerializer(serializers.ModelSerializer[ShopHour]):
    store = StoreField(read_only=True)

    class Meta:
        model = ShopHour
        fields = ("id", "store", "starts_at", "capacity", "booked", "updated_at")
        read_only_fields = fields


class ShopHourViewSet(ReadViewSet):
    """How much each hour of the workshop can take, and how much is booked."""

    model = ShopHour
    serializer_class = ShopHourSerializer
    related = ("store",)
    rights = {"*": "aftersales.view"}
