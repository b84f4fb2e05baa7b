"""Customers over the API: found, read and registered as on the pages. Numbers are masked; who wants one whole asks on the page."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm import listed
from crm.actions import customers, recognition
from crm.acts import CUSTOMER
from crm.api.consents import ConsentSerializer, DataJobSerializer, EraseSerializer, GiveSerializer, WithdrawSerializer
from crm.api.join import JoinField
from crm.api.merges import CustomerMergeSerializer
from crm.api.phones import PhoneSerializer
from crm.filters import CustomerFilter
from crm.models import Consent, ContactPerson, Customer, CustomerMerge
from dms.api.access import person
from dms.api.fields import BaseSerializer, StoreField
from dms.api.form_bodies import VisibleField
from dms.api.representation import represented
from dms.api.verbs import act_verb, facts_of
from dms.api.views import ReadViewSet, Serializer, UpdateMixin
from dms.core.untyped import Row


class OwnedCarSerializer(serializers.Serializer[listed.Car]):
    """A car they own or drive now."""

    id = serializers.IntegerField(source="pk")
    plate = serializers.CharField()
    model = serializers.CharField()


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer as the list shows them."""

    phone = serializers.SerializerMethodField(help_text="Masked.")
    cars = OwnedCarSerializer(many=True, source="listed.cars")
    stores = serializers.ListField(child=serializers.CharField(), source="listed.codes")

    class Meta:
        model = Customer
        fields = (
            "id",
            "kind",
            "name",
            "salutation",
            "phone",
            "cars",
            "needs",
            "stores",
            "data_refused",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_phone(self, row: Customer) -> str:
        return listed.masked_number(row)


PROFILE = (
    "birthday",
    "birthday_is_lunar",
    "email",
    "address",
    "postcode",
    "company",
    "industry",
    "company_phone",
    "company_address",
    "character",
    "hobbies",
    "best_time_to_call",
)


class CustomerDetailSerializer(CustomerSerializer):
    """A customer with all that is known of them."""

    phones = PhoneSerializer(many=True, read_only=True)

    class Meta:
        model = Customer
        fields = (*CustomerSerializer.Meta.fields, *PROFILE, "phones")
        read_only_fields = fields


class CustomerChangeSerializer(BaseSerializer):
    """What may be corrected or completed."""

    class Meta:
        model = Customer
        fields = ("name", "salutation", "kind", *PROFILE, "needs", "data_refused")


class LookUpSerializer(serializers.Serializer[object]):
    """A whole phone number, plate or VIN, and the store that meets the guest; of several with one number the name tells who."""

    text = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    store = StoreField()
    join = JoinField(required=False)


class RegisterSerializer(serializers.Serializer[object]):
    """Two fields are enough, and the store that meets them."""

    name = serializers.CharField(max_length=80)
    phone = serializers.CharField(max_length=30)
    store = StoreField()
    join = JoinField(required=False)


class ContactPersonSerializer(serializers.ModelSerializer[ContactPerson]):
    """Somebody round the customer: who decides, who drives, the family."""

    class Meta:
        model = ContactPerson
        fields = ("id", "role", "name", "employer", "phone", "birthday", "birthday_is_lunar", "note")


class MergeSerializer(serializers.Serializer[object]):
    """The other file of the same person, which goes; and how one knows that they are one person."""

    duplicate = VisibleField(queryset=Customer.objects.all(), source="other")
    reason = serializers.CharField(max_length=120)


class CustomerViewSet(UpdateMixin, ReadViewSet):
    """Customers of one's stores."""

    model = Customer
    serializer_class = CustomerSerializer
    body = CustomerChangeSerializer
    filterset_class = CustomerFilter
    rights = {
        "*": "crm.edit",
        "list": "crm.view",
        "retrieve": "crm.view",
        "duplicates": "crm.manage",
        "merges": "crm.manage",
        "consents": "crm.view",
        **CUSTOMER.rights(),
    }

    @classmethod
    def with_facts(cls, rows: QuerySet[Customer]) -> QuerySet[Customer]:
        return listed.with_facts(rows)

    @staticmethod
    def fill_in(rows: list[Customer]) -> None:
        listed.tell(rows)

    def get_serializer_class(self) -> type[CustomerSerializer]:
        return CustomerSerializer if self.action == "list" else CustomerDetailSerializer

    def facts_of_version(self, row: Customer) -> tuple[object, ...]:
        """The number to call, cars and stores are rows of their own."""
        facts: Row = row
        return (facts.listed_phone, facts.listed_cars, facts.listed_stores)

    @extend_schema(request=RegisterSerializer, responses={201: CustomerDetailSerializer})
    def create(self, request: Request) -> Response:
        """Register somebody; the same name and number is the same customer."""
        registered = customers.register_customer(**facts_of(self, RegisterSerializer), by=person(request))
        return self.answer(registered.customer, status=status.HTTP_201_CREATED)

    add_phone = act_verb(CUSTOMER["add_phone"], "add_phone")
    add_person = act_verb(
        CUSTOMER["add_person"], "add_person", ContactPersonSerializer, answers=ContactPersonSerializer, status=201
    )
    merge = act_verb(CUSTOMER["merge"], "merge", MergeSerializer)
    withdraw = act_verb(CUSTOMER["withdraw"], "withdraw", WithdrawSerializer)
    consent = act_verb(CUSTOMER["consent"], "consent", GiveSerializer)
    erase = act_verb(CUSTOMER["erase"], "erase", EraseSerializer)
    data = act_verb(CUSTOMER["data"], "data", answers=DataJobSerializer, status=202)

    @extend_schema(responses=ConsentSerializer(many=True), filters=False)
    @action(detail=True)
    def consents(self, request: Request, pk: str) -> Response:
        """What they have said about being contacted, the newest first; of a purpose and a channel the newest stands."""
        rows = self.paginate_queryset(Consent.objects.filter(customer=self.get_object())) or []
        return self.get_paginated_response(represented(ConsentSerializer(context=self.get_serializer_context()), rows))

    @extend_schema(responses=CustomerSerializer(many=True), filters=False)
    @action(detail=True)
    def duplicates(self, request: Request, pk: str) -> Response:
        """Files that may be of the same person: they share a number, or the name however it is written."""
        alike = Customer.objects.visible_to(person(request)).like(self.get_object())
        rows = self.paginate_queryset(self.with_facts(alike).order_by("pk")) or []
        self.fill_in(rows)
        return self.get_paginated_response(represented(CustomerSerializer(context=self.get_serializer_context()), rows))

    @extend_schema(responses=CustomerMergeSerializer(many=True), filters=False)
    @action(detail=True)
    def merges(self, request: Request, pk: str) -> Response:
        """The files that were merged into this one, the newest first."""
        merges = CustomerMerge.objects.visible_to(person(request)).of_file(self.get_object())
        rows = self.paginate_queryset(merges) or []
        return self.get_paginated_response(
            represented(CustomerMergeSerializer(context=self.get_serializer_context()), rows)
        )

    @extend_schema(request=CustomerChangeSerializer)
    def partial_update(self, request: Request, *_args: object, **_kwargs: object) -> Response:
        """Correct or complete what is known; numbers have verbs of their own."""
        return super().partial_update(request)

    def perform_update(self, serializer: Serializer) -> Customer:
        customer = serializer.instance
        assert isinstance(customer, Customer)
        changed: Customer = CUSTOMER["edit"].do(customer, by=person(self.request), **serializer.validated_data)
        return changed

    @extend_schema(request=LookUpSerializer)
    @action(detail=False, methods=["post"])
    def look_up(self, request: Request) -> Response:
        """Find a guest of another store by exactly what they say and, with ``join``, make them known to ours; it is logged."""
        return self.answer(recognition.look_up(**facts_of(self, LookUpSerializer), by=person(request)))
