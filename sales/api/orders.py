"""Orders."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api.access import person
from dms.api.fields import StoreField
from dms.api.handing_over import hand_over_rows
from dms.api.verbs import act_verb, verbs_of
from dms.api.views import HasPdf, ReadViewSet
from dms.core.untyped import Facts
from sales import pdfs
from sales.acts import ORDER
from sales.api.deliveries import SheetSerializer
from sales.api.owner_cards import OwnerCardSerializer
from sales.approval import approval_of
from sales.filters import OrderFilter
from sales.models import Allocation, Order
from sales.open_work import ORDERS


class KeptCarSerializer(serializers.ModelSerializer[Allocation]):
    """The car kept for an order. ``reason``: it is another than ordered, and the customer agreed."""

    car_name = serializers.CharField(source="car.variant.named", read_only=True)
    vin = serializers.CharField(source="car.vin", read_only=True)

    class Meta:
        model = Allocation
        fields = ("car", "car_name", "vin", "reason", "agreed_how", "agreed_at")
        read_only_fields = fields


class ApprovalSerializer(serializers.Serializer[object]):
    """What a superior decides by. Cost and margin are null for who may not see them."""

    list_price = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    car_price = serializers.DecimalField(max_digits=14, decimal_places=2)
    conceded = serializers.DecimalField(max_digits=14, decimal_places=2)
    share = serializers.DecimalField(
        max_digits=6, decimal_places=2, allow_null=True, help_text="Of the list price, in %."
    )
    within_limit = serializers.BooleanField(help_text="Whether the caller may give so much.")
    authorities = serializers.CharField(help_text="The roles that may.")
    cost = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    margin = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    margin_share = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)
    days = serializers.IntegerField(allow_null=True, help_text="How long the oldest that fits has stood.")
    available = serializers.IntegerField(source="stock.available", default=0)
    coming = serializers.IntegerField(source="stock.coming", default=0)


class OrderSerializer(serializers.ModelSerializer[Order]):
    store = StoreField(read_only=True)
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    total = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    paid = serializers.DecimalField(
        source="invoice.paid", max_digits=14, decimal_places=2, read_only=True, default=None
    )
    variant_name = serializers.CharField(source="variant.named", read_only=True)
    delivering_store = StoreField(read_only=True)
    car_price = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    car = serializers.SerializerMethodField(
        help_text="The car kept for it; with a reason where it is another than ordered."
    )
    due = serializers.DecimalField(source="invoice.due", max_digits=14, decimal_places=2, read_only=True, default=None)

    class Meta:
        model = Order
        fields = (
            "id",
            "number",
            "status",
            "kind",
            "store",
            "delivering_store",
            "customer",
            "customer_name",
            "lead",
            "quote",
            "adviser",
            "variant",
            "variant_name",
            "colour",
            "list_price",
            "price",
            "discount",
            "conceded",
            "car_price",
            "accessories",
            "collected",
            "total",
            "car",
            "deposit",
            "paid",
            "due",
            "pays",
            "deliver_on",
            "note",
            "made_at",
            "made_by",
            "approved_by",
            "signed_at",
            "delivered_at",
            "cancelled_at",
            "cancel_reason",
            "invoice",
            "status_at",
            "updated_at",
        )
        read_only_fields = fields

    @extend_schema_field(KeptCarSerializer(allow_null=True))
    def get_car(self, order: Order) -> Facts | None:
        # Of the rows that came with the page: a filter would ask once more for each order.
        kept = next((row for row in order.allocations.all() if row.ended_at is None), None)
        return KeptCarSerializer(kept).data if kept else None


@verbs_of(ORDER)
class OrderViewSet(HasPdf, ReadViewSet):
    """Purchases; they are written from a quote."""

    model = Order
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    related = ("store", "delivering_store", "customer", "invoice", "variant")
    prefetched = ("allocations__car__variant",)
    rights = {"*": "sales.view", "approval": "sales.approve", "hand_over": ORDERS.hands, **ORDER.rights()}
    pdf_of = pdfs.order
    hand_over = hand_over_rows(ORDERS)

    def facts_of_version(self, row: Order) -> tuple[object, ...]:
        """What is paid stands on the invoice."""
        return (row.invoice and row.invoice.updated_at,)

    plan = act_verb(ORDER["plan"], "plan", answers=SheetSerializer)
    deliver = act_verb(ORDER["deliver"], "deliver", answers=OwnerCardSerializer)

    @extend_schema(responses=ApprovalSerializer)
    @action(detail=True)
    def approval(self, request: Request, pk: str | None = None) -> Response:
        """List price, discount, margin, stock: what an approval is decided by."""
        return Response(ApprovalSerializer(approval_of(self.get_object(), person(request))).data)
