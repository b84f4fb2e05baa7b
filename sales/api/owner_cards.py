"""C cards."""

from rest_framework import serializers

from dms.api.fields import StoreField
from dms.api.handing_over import hand_over_rows
from dms.api.verbs import act_verb
from dms.api.views import HasPdf, ReadViewSet
from sales import pdfs
from sales.acts import OWNER_CARD
from sales.filters import OwnerCardFilter
from sales.models import OwnerCard
from sales.open_work import OWNER_CARDS


class OwnerCardSerializer(serializers.ModelSerializer[OwnerCard]):
    store = StoreField(read_only=True)
    car = serializers.CharField(source="vehicle.model", read_only=True, help_text="Make, series, variant.")
    car_price = serializers.DecimalField(
        source="order.car_price", max_digits=14, decimal_places=2, read_only=True, default=None
    )
    collected = serializers.DecimalField(
        source="order.collected", max_digits=14, decimal_places=2, read_only=True, default=None
    )

    class Meta:
        model = OwnerCard
        fields = (
            "id",
            "number",
            "store",
            "customer",
            "vehicle",
            "car",
            "order",
            "car_price",
            "collected",
            "adviser",
            "opened_at",
            "loan_until",
            "loan_terms",
            "handed_over_at",
            "updated_at",
        )
        read_only_fields = fields


class LoanSerializer(serializers.ModelSerializer[OwnerCard]):
    """When the last instalment is paid and how many there are; nothing at all: there is no loan."""

    class Meta:
        model = OwnerCard
        fields = ("loan_until", "loan_terms")


class OwnerCardViewSet(HasPdf, ReadViewSet):
    """C cards."""

    model = OwnerCard
    serializer_class = OwnerCardSerializer
    filterset_class = OwnerCardFilter
    related = ("store", "vehicle__variant", "order")
    rights = {"*": "sales.view", "hand_over": OWNER_CARDS.hands, **OWNER_CARD.rights()}
    pdf_of = pdfs.owner_card
    hand_over = hand_over_rows(OWNER_CARDS)

    loan = act_verb(OWNER_CARD["loan"], "loan", LoanSerializer)
