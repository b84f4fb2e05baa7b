"""Numbers of customers: masked until somebody asks for one whole, which is logged."""

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.acts import PHONE
from crm.models import Phone
from dms.api.access import person
from dms.api.people import WholePhoneSerializer
from dms.api.verbs import act_verb, verb
from dms.api.views import BaseViewSet
from dms.formats import display
from dms.models import User


class PhoneSerializer(serializers.ModelSerializer[Phone]):
    number = serializers.SerializerMethodField(help_text="Masked.")

    class Meta:
        model = Phone
        fields = ("id", "customer", "number", "kind", "is_primary", "to_mend_since")
        read_only_fields = fields

    def get_number(self, phone: Phone) -> str:
        return display.masked_phone(phone.number)


class PhoneViewSet(BaseViewSet):
    """One number of a customer; all of them stand with the customer."""

    model = Phone
    serializer_class = PhoneSerializer
    related = ("customer",)
    rights = {"*": PHONE["remove"].right, **PHONE.rights()}

    prefer = act_verb(PHONE["prefer"], "prefer")
    confirm = act_verb(PHONE["confirm"], "confirm")

    def destroy(self, request: Request, pk: str) -> Response:
        """Forget a number; the last one stays."""
        PHONE["remove"].do(self.get_object(), by=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @verb(answers=WholePhoneSerializer)
    def reveal(self, phone: Phone, *, by: User) -> dict[str, str]:
        """The whole number; who looked is in the log."""
        return {"number": PHONE["reveal"].do(phone, by=by)}
