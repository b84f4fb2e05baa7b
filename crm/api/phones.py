"""Numbers of customers: masked until somebody asks for one whole, which is logged."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.actions import customers
from crm.models import Customer, Phone
from dms.api.access import person
from dms.api.people import WholePhoneSerializer
from dms.api.verbs import verb
from dms.api.views import BaseViewSet
from dms.formats import display


class PhoneSerializer(serializers.ModelSerializer[Phone]):
    number = serializers.SerializerMethodField(help_text="Masked.")

    class Meta:
        model = Phone
        fields = ("id", "customer", "number", "kind", "is_primary")
        read_only_fields = fields

    def get_number(self, phone: Phone) -> str:
        return display.masked_phone(phone.number)


class NewPhoneSerializer(serializers.Serializer[Any]):
    """A number; ``primary`` is the one to call from now on."""

    number = serializers.CharField(max_length=30)
    kind = serializers.ChoiceField(choices=Phone.Kind.choices, default=Phone.Kind.MOBILE)
    primary = serializers.BooleanField(default=False)


class PhoneViewSet(BaseViewSet):
    """One number of a customer; all of them stand with the customer."""

    model = Phone
    serializer_class = PhoneSerializer
    rights = {"*": "crm.edit", "reveal": "crm.reveal"}

    def get_queryset(self) -> QuerySet[Phone]:
        rows = Phone.objects.select_related("customer")
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.filter(customer__in=Customer.objects.visible_to(person(self.request)))

    def destroy(self, request: Request, pk: str) -> Response:
        """Forget a number; the last one stays."""
        customers.remove_phone(self.get_object(), by=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @verb()
    def prefer(self, phone: Phone, **facts: Any) -> Phone:
        """Call this number first from now on."""
        return customers.prefer_phone(phone, **facts)

    @verb(answers=WholePhoneSerializer)
    def reveal(self, phone: Phone, **facts: Any) -> dict[str, str]:
        """The whole number; who looked is in the log."""
        return {"number": customers.reveal_phone(phone, **facts)}
