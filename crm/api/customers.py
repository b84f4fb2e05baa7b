"""Customers over the API: found, read and registered as on the pages. Numbers are masked; who wants one whole asks on the page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm import listed
from crm.actions.customers import register_customer
from crm.filters import CustomerFilter
from crm.models import Customer
from dms.api.access import person
from dms.api.fields import StoreField
from dms.api.views import ReadViewSet
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
        number: listed.Number | None = row.told.phone
        return display.masked_phone(number.number) if number else ""


class RegisterSerializer(serializers.Serializer[Any]):
    """Two fields are enough, and the store that meets them."""

    name = serializers.CharField(max_length=80)
    phone = serializers.CharField(max_length=30)
    store = StoreField()


class CustomerViewSet(ReadViewSet):
    """Customers of one's stores."""

    model = Customer
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilter
    rights = {"*": "crm.view", "create": "crm.edit"}

    def get_queryset(self) -> Any:
        return listed.with_facts(super().get_queryset())

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Rows are handed over with what the list says of them."""
        if args:
            listed.tell(args[0] if kwargs.get("many") else [args[0]])
        return super().get_serializer(*args, **kwargs)

    def facts_of_version(self, row: Any) -> tuple[object, ...]:
        """Cars and stores are rows of their own."""
        listed.tell([row])
        return (row.told,)

    @extend_schema(request=RegisterSerializer, responses={201: CustomerSerializer})
    def create(self, request: Request) -> Response:
        """Register somebody; the same name and number is the same customer."""
        body = RegisterSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        made = register_customer(**body.validated_data, by=person(request)).customer
        fresh = self.get_queryset().get(pk=made.pk)
        return Response(self.get_serializer(fresh).data, status=status.HTTP_201_CREATED)
