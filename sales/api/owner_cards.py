"""C cards."""

from datetime import date

from rest_framework import serializers

from dms.api.fields import StoreField
from dms.api.verbs import verb
from dms.api.views import HasPdf, ReadViewSet
from dms.models import User
from sales import pdfs
from sales.actions import owner_cards
from sales.filters import OwnerCardFilter
from sales.models import OwnerCard


class OwnerCardSerializer(serializers.ModelSerializer[OwnerCard]):
    store = StoreField(read_only=True)

    class Meta:
        model = OwnerCard
        fields = (
            "id",
            "number",
            "store",
            "customer",
            "vehicle",
            "order",
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
    related = ("store",)
    rights = {"*": "sales.view", "loan": "sales.sell"}
    pdf_of = pdfs.owner_card

    @verb(LoanSerializer)
    def loan(
        self, card: OwnerCard, *, by: User, loan_until: date | None = None, loan_terms: int | None = None
    ) -> OwnerCard:
        """When the car will be paid off."""
        return owner_cards.note_loan(card, by=by, until=loan_until, terms=loan_terms)
