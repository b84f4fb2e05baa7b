"""Customers over the API: found, read and registered as on the pages. Numbers are masked; who wants one whole asks on the page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm import listed
from crm.actions import customers as acts
from crm.actions.merging import merge_customers
from crm.filters import CustomerFilter
from crm.models import ContactPerson, Customer
from dms.api.access import person
from dms.api.fields import StoreField
from dms.api.views import ReadViewSet, caller, verb
from dms.formats import display


class OwnedCarSerializer(serializers.Serializer[listed.Car]):
    """A car they own or drive now."""

    id = serializers.IntegerField(source="pk")
    plate = serializers.CharField()
    model = serializers.CharField()


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer as the list shows them."""

    phone = serializers.SerializerMethodField(help_text="Masked.")
    cars = OwnedCarSerializer(many=True, source="told.cars")
    stores = serializers.ListField(child=serializers.CharField(), source="told.codes")

    class Meta:
        model = Customer
        fields = ("id", "kind", "name", "salutation", "phone", "cars", "needs", "stores", "data_refused", "created_at")
        read_only_fields = fields

    def get_phone(self, row: Any) -> str:
        number: listed.Number | None = row.told.phone
        return display.masked_phone(number.number) if number else ""


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
        "*": "crm.view",
        "create": "crm.edit",
        "add_person": "crm.edit",
        "duplicates": "crm.manage",
        "merge": "crm.manage",
    }

    def get_queryset(self) -> Any:
        return listed.with_facts(super().get_queryset())

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Rows are handed over with what the list says of them."""
        if args:
            listed.tell(args[0] if kwargs.get("many") else [args[0]])
        return super().get_serializer(*args, **kwargs)

    @extend_schema(request=RegisterSerializer, responses={201: CustomerSerializer})
    def create(self, request: Request) -> Response:
        """Register somebody; the same name and number is the same customer."""
        body = RegisterSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        made = acts.register_customer(**body.validated_data, by=person(request)).customer
        fresh = self.get_queryset().get(pk=made.pk)
        return Response(self.get_serializer(fresh).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={201: ContactPersonSerializer})
    @verb(ContactPersonSerializer)
    def add_person(self, request: Request, pk: str) -> Response:
        """Note somebody round the customer."""
        customer, body = self.get_object(), ContactPersonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        added = acts.add_person(customer, by=person(request), **body.validated_data)
        return Response(ContactPersonSerializer(added).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=CustomerSerializer(many=True), filters=False)
    @action(detail=True)
    def duplicates(self, request: Request, pk: str) -> Response:
        """Files that may be of the same person: they share a number, or the very name."""
        rows = self.paginate_queryset(self.get_queryset().like(self.get_object()).order_by("pk"))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(responses=CustomerSerializer)
    @verb(MergeSerializer)
    def merge(self, request: Request, pk: str) -> Response:
        """Make two files of one person one: everything of the duplicate moves to this one."""
        customer = self.get_object()
        body = MergeSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        facts = body.validated_data
        merge_customers(facts["duplicate"], into=customer, reason=facts["reason"], by=person(request))
        return Response(self.get_serializer(self.get_queryset().get(pk=customer.pk)).data)
