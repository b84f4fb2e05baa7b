"""Vehicles over the API: found, registered, corrected; mileage, a new owner, and everything that happened to the car."""

from dataclasses import asdict

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.validators import UniqueTogetherValidator

from crm import next_maintenance
from crm.acts import CUSTOMER, VEHICLE
from crm.filters import VehicleFilter
from crm.models import Customer, MileageReading, Ownership, Vehicle
from dms.api.access import person
from dms.api.fields import StoreField
from dms.api.form_bodies import VisibleField
from dms.api.verbs import act_verb, facts_of
from dms.api.views import ReadViewSet, Serializer, UpdateMixin
from dms.formats import plates
from dms.navigation import registry

FACTS = (
    "variant",
    "model_text",
    "colour",
    "energy",
    "engine_no",
    "licence_date",
    "bought_on",
    "factory_month",
    "insurance_until",
    "inspection_until",
    "warranty_until",
)


class OwnershipSerializer(serializers.ModelSerializer[Ownership]):
    name = serializers.CharField(source="customer.name", read_only=True)

    class Meta:
        model = Ownership
        fields = ("customer", "name", "role", "since", "until")
        read_only_fields = fields


PLATE_KINDS = [(ground.value, words) for ground, words in plates.WORDS.items()]


class VehicleSerializer(serializers.ModelSerializer[Vehicle]):
    """A car's file. The VIN or the plate identifies it."""

    vin = serializers.CharField(max_length=24, required=False, allow_blank=True, allow_null=True)
    plate = serializers.CharField(max_length=14, required=False, allow_blank=True, allow_null=True)
    plate_kind = serializers.ChoiceField(choices=PLATE_KINDS, read_only=True)
    plate_confirmed = serializers.BooleanField(
        required=False, write_only=True, help_text="The colour of the plate is unusual for such a car, and right."
    )
    owners = OwnershipSerializer(source="ownerships", many=True, read_only=True)
    km = serializers.SerializerMethodField(help_text="The last mileage read.")

    class Meta:
        model = Vehicle
        fields = (
            "id",
            "vin",
            "vin_reason",
            "vin_reason_by",
            "vin_reason_at",
            "plate",
            "plate_kind",
            "plate_confirmed",
            *FACTS,
            "gone",
            "km",
            "owners",
            "updated_at",
        )
        read_only_fields = ("vin_reason_by", "vin_reason_at")

    def get_unique_together_validators(self) -> list[UniqueTogetherValidator]:
        """None of DRF's own: the actions refuse in their own words."""
        return []

    def get_km(self, car: Vehicle) -> int | None:
        return next((reading.km for reading in car.readings.all()), None)


class NewVehicleSerializer(VehicleSerializer):
    """A car that gets its file, whose it is, and the store that meets it."""

    vin = serializers.CharField(
        max_length=24, required=False, allow_blank=True, allow_null=True, source="number", write_only=True
    )
    owner = VisibleField(queryset=Customer.objects.all())
    store = StoreField()

    class Meta:
        model = Vehicle
        fields = ("vin", "vin_reason", "plate", "plate_confirmed", *FACTS, "owner", "store")


class HandOverSerializer(serializers.Serializer[object]):
    """Who owns it from now on."""

    name = serializers.CharField(max_length=80)
    phone = serializers.CharField(max_length=30)
    store = StoreField()


class MomentSerializer(serializers.Serializer[object]):
    """One line of a timeline."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    detail = serializers.CharField()
    by = serializers.CharField()
    url = serializers.CharField(help_text="The page of the row; empty when there is none.")


class NextMaintenanceSerializer(serializers.Serializer[object]):
    """By months or by mileage, whichever comes first; all null of a car that is gone or of which nothing is known."""

    day = serializers.DateField(allow_null=True)
    by_mileage = serializers.BooleanField(
        allow_null=True, help_text="Its mileage comes first, estimated from readings."
    )
    km = serializers.IntegerField(allow_null=True, help_text="At which reading of the odometer.")


class VehicleViewSet(mixins.CreateModelMixin, UpdateMixin, ReadViewSet):
    """Cars of one's stores."""

    model = Vehicle
    serializer_class = VehicleSerializer
    filterset_class = VehicleFilter
    prefetched = ("ownerships__customer", Prefetch("readings", MileageReading.objects.true()))
    rights = {
        "*": "crm.view",
        "create": CUSTOMER["add_vehicle"].right,
        "partial_update": VEHICLE["edit"].right,
        **VEHICLE.rights(),
    }

    @extend_schema(responses=NextMaintenanceSerializer)
    @action(detail=True, url_path="next-maintenance", url_name="next-maintenance")
    def next_maintenance(self, _request: Request, pk: str = "") -> Response:
        """When it is due for maintenance: by months, or by its mileage as it runs."""
        due = next_maintenance.of(self.get_object())
        facts = {"day": due.day, "by_mileage": due.by_mileage, "km": due.km} if due else {}
        return Response({"day": None, "by_mileage": None, "km": None} | facts)

    @extend_schema(request=NewVehicleSerializer, responses={201: VehicleSerializer})
    def create(self, request: Request, *_args: object, **_kwargs: object) -> Response:
        """Register a car with its owner."""
        facts = facts_of(self, NewVehicleSerializer)
        vehicle = CUSTOMER["add_vehicle"].do(facts.pop("owner"), by=person(request), **facts)
        return self.answer(vehicle, status=status.HTTP_201_CREATED)

    @extend_schema(request=VehicleSerializer, responses=VehicleSerializer)
    def partial_update(self, request: Request, *_args: object, **_kwargs: object) -> Response:
        """Correct or complete the file."""
        return super().partial_update(request)

    def perform_update(self, serializer: Serializer) -> Vehicle:
        vehicle = serializer.instance
        assert isinstance(vehicle, Vehicle)
        changed: Vehicle = VEHICLE["edit"].do(vehicle, by=person(self.request), **serializer.validated_data)
        return changed

    mileage = act_verb(VEHICLE["mileage"], "mileage")
    correct_mileage = act_verb(VEHICLE["correct_mileage"], "correct_mileage")
    hand_over = act_verb(VEHICLE["hand_over"], "hand_over", HandOverSerializer)

    @extend_schema(responses=MomentSerializer(many=True), filters=False)
    @action(detail=True)
    def timeline(self, request: Request, pk: str) -> Response:
        """Everything that happened to the car, newest first, as far as one may see it."""
        rows = [asdict(moment) for moment in registry.timeline.of(self.get_object(), person(request))]
        return self.get_paginated_response(MomentSerializer(self.paginate_queryset(rows), many=True).data)
