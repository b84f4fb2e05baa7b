"""Orders."""

from rest_framework import serializers

from dms.api.fields import StoreField
from dms.api.handing_over import hand_over_rows
from dms.api.verbs import act_verb, verbs_of
from dms.api.views import HasPdf, ReadViewSet
from sales import pdfs
from sales.acts import ORDER
from sales.api.deliveries import SheetSerializer
from sales.api.owner_cards import OwnerCardSerializer
from sales.filters import OrderFilter
from sales.models import Order
from sales.open_work import ORDERS


class OrderSerializer(serializers.ModelSerializer[Order]):
    store = StoreField(read_only=True)
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    total = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    paid = serializers.DecimalField(
        source="invoice.paid", max_digits=14, decimal_places=2, read_only=True, default=None
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
            "customer",
            "customer_name",
            "lead",
            "quote",
            "adviser",
            "variant",
            "colour",
            "price",
            "discount",
            "total",
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


@verbs_of(ORDER)
class OrderViewSet(HasPdf, ReadViewSet):
    """Purchases; they are written from a quote."""

    model = Order
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    related = ("store", "customer", "invoice")
    rights = {"*": "sales.view", "hand_over": ORDERS.hands, **ORDER.rights()}
    pdf_of = pdfs.order
    hand_over = hand_over_rows(ORDERS)

    def facts_of_version(self, row: Order) -> tuple[object, ...]:
        """What is paid stands on the invoice."""
        return (row.invoice and row.invoice.updated_at,)

    plan = act_verb(ORDER["plan"], "plan", answers=SheetSerializer)
    deliver = act_verb(ORDER["deliver"], "deliver", answers=OwnerCardSerializer)
