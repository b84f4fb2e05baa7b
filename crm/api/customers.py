"""Customers over the API: found, read and registered as on the pages. Numbers are masked; who wants one whole asks on the page."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm import listed
from crm.actions import customers
from crm.actions.merging import merge_customers
from crm.api.phones import NewPhoneSerializer, PhoneSerializer
from crm.filters import CustomerFilter
from crm.models import ContactPerson, Customer
from dms.api.access import person
from dms.api.fields import BaseSerializer, StoreField
from dms.api.representation import represented
from dms.api.verbs import facts_of, verb
from dms.api.views import ReadViewSet, caller
from dms.formats import display


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

    def get_phone(self, row: Any) -> str:
        number: listed.Number | None = row.listed.phone
        return display.masked_phone(number.number) if number else ""


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


class LookUpSerializer(serializers.Serializer[Any]):
    """A whole phone number, plate or VIN, and the store that meets the guest."""

    text = serializers.CharField(max_length=40)
    store = StoreField()


class RegisterSerializer(serializers.Serializer[Any]):
    """Two fields are enough, and the store that meets them."""

    name = serializers.CharField(max_length=80)
    phone = serializers.CharField(max_length=30)
    store = StoreField()


class ContactPersonSerializer(serializers.ModelSerializer[ContactPerson]):
    """Somebody round the customer: who decides, who drives, the family."""

    class Meta:
        model = ContactPerson
        fields = ("id", "role", "name", "employer", "phone", "birthday", "note")


class MergeSerializer(serializers.Serializer[Any]):
    """The other file of the same person, which goes; and how one knows that they are one person."""

    duplicate = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.none())
    reason = serializers.CharField(max_length=120)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if (user := caller(self)) is not None:
            rows = Customer.objects.visible_to(user)
            fields["duplicate"] = serializers.PrimaryKeyRelatedField(queryset=rows)
        return fields


class CustomerViewSet(ReadViewSet):
    """Customers of one's stores."""

    model = Customer
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilter
    rights = {
        "*": "crm.edit",
        "list": "crm.view",
        "retrieve": "crm.view",
        "duplicates": "crm.manage",
        "merge": "crm.manage",
    }

    @classmethod
    def with_facts(cls, rows: QuerySet[Customer]) -> QuerySet[Customer]:
        with_facts: QuerySet[Customer] = listed.with_facts(rows)
        return with_facts

    @staticmethod
    def fill_in(rows: list[Customer]) -> None:
        listed.tell(rows)

    def get_serializer_class(self) -> type[CustomerSerializer]:
        return CustomerSerializer if self.action == "list" else CustomerDetailSerializer

    def facts_of_version(self, row: Any) -> tuple[object, ...]:
        """Cars and stores are rows of their own."""
        listed.tell([row])
        return (row.listed,)

    @extend_schema(request=RegisterSerializer, responses={201: CustomerDetailSerializer})
    def create(self, request: Request) -> Response:
        """Register somebody; the same name and number is the same customer."""
        registered = customers.register_customer(**facts_of(self, RegisterSerializer), by=person(request))
        return self.answer(registered.customer, status=status.HTTP_201_CREATED)

    @verb(ContactPersonSerializer, answers=ContactPersonSerializer, status=201)
    def add_person(self, customer: Customer, **facts: Any) -> ContactPerson:
        """Note somebody round the customer."""
        return customers.add_person(customer, **facts)

    @extend_schema(responses=CustomerSerializer(many=True), filters=False)
    @action(detail=True)
    def duplicates(self, request: Request, pk: str) -> Response:
        """Files that may be of the same person: they share a number, or the very name."""
        alike = Customer.objects.visible_to(person(request)).like(self.get_object())
        rows = self.paginate_queryset(self.with_facts(alike).order_by("pk")) or []
        self.fill_in(rows)
        return self.get_paginated_response(represented(CustomerSerializer(context=self.get_serializer_context()), rows))

    @verb(MergeSerializer)
    def merge(self, customer: Customer, *, duplicate: Customer, **facts: Any) -> object:
        """Make two files of one person one: everything of the duplicate moves to this one."""
        return merge_customers(duplicate, into=customer, **facts)

    @extend_schema(request=CustomerChangeSerializer)
    def partial_update(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """Correct or complete what is known; numbers have verbs of their own."""
        customer = self.get_object()
        body = CustomerChangeSerializer(customer, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return self.answer(customers.change_customer(customer, by=person(request), **body.validated_data))

    @verb(NewPhoneSerializer)
    def add_phone(self, customer: Customer, **facts: Any) -> object:
        """One more number."""
        return customers.add_phone(customer, **facts)

    @extend_schema(request=LookUpSerializer)
    @action(detail=False, methods=["post"])
    def look_up(self, request: Request) -> Response:
        """Find a guest of another store by exactly what they say, and make them known to ours; it is logged."""
        return self.answer(customers.look_up(**facts_of(self, LookUpSerializer), by=person(request)))
