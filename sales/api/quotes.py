"""Quotes."""

from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api.access import person
from dms.api.fields import StoreField
from dms.api.form_bodies import VisibleField
from dms.api.verbs import act_verb, facts_of
from dms.api.views import HasPdf, ReadViewSet
from sales import pdfs
from sales.actions import quotes
from sales.actions.quotes import Item
from sales.acts import QUOTE
from sales.api.orders import OrderSerializer
from sales.filters import QuoteFilter
from sales.models import Lead, Quote, QuoteLine


class LineSerializer(serializers.ModelSerializer[QuoteLine]):
    """An amount; a discount is negative."""

    class Meta:
        model = QuoteLine
        fields = ("kind", "text", "amount")


class QuoteSerializer(serializers.ModelSerializer[Quote]):
    """An offer. ``revises`` makes it the next version of another."""

    store = StoreField(read_only=True)
    lead = VisibleField(queryset=Lead.objects.all())
    lines = LineSerializer(many=True)
    revises = VisibleField(queryset=Quote.objects.all(), required=False, write_only=True)
    variant_name = serializers.CharField(source="variant.named", read_only=True)
    total = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    car_price = serializers.DecimalField(source="sums.car", max_digits=14, decimal_places=2, read_only=True)
    accessories = serializers.DecimalField(source="sums.accessories", max_digits=14, decimal_places=2, read_only=True)
    collected = serializers.DecimalField(source="sums.collected", max_digits=14, decimal_places=2, read_only=True)
    conceded = serializers.DecimalField(source="sums.conceded", max_digits=14, decimal_places=2, read_only=True)

    class Meta:
        model = Quote
        fields = (
            "id",
            "number",
            "version",
            "store",
            "lead",
            "variant",
            "variant_name",
            "colour",
            "valid_until",
            "note",
            "made_at",
            "made_by",
            "superseded",
            "lines",
            "car_price",
            "accessories",
            "collected",
            "conceded",
            "total",
            "revises",
            "updated_at",
        )
        read_only_fields = ("number", "version", "made_at", "made_by", "superseded")


class QuoteViewSet(mixins.CreateModelMixin, HasPdf, ReadViewSet):
    """Offers in versions."""

    model = Quote
    serializer_class = QuoteSerializer
    filterset_class = QuoteFilter
    related = ("store", "lead__customer", "variant", "made_by")
    prefetched = ("lines",)
    rights = {"*": "sales.view", "create": "sales.sell", **QUOTE.rights()}
    pdf_of = pdfs.quote

    def create(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Make an offer, or the next version of one."""
        facts = facts_of(self, QuoteSerializer)
        items = [Item(line["kind"], line["amount"], line.get("text", "")) for line in facts.pop("lines")]
        quote = quotes.make_quote(facts.pop("lead"), items=items, by=person(request), **facts)
        return self.answer(quote, status=status.HTTP_201_CREATED)

    order = act_verb(QUOTE["order"], "order", answers=OrderSerializer, status=status.HTTP_201_CREATED)
