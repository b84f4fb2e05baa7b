"""Accounts over the API: read them, take money, give it back."""

from rest_framework import serializers

from crm import pdfs
from crm.acts import CREDIT, INVOICE
from crm.filters import InvoiceFilter, PaymentFilter
from crm.models import Invoice, InvoiceLine, Payment, Refund
from dms.api.fields import StoreField
from dms.api.verbs import verbs_of
from dms.api.views import HasPdf, ReadViewSet


class InvoiceLineSerializer(serializers.ModelSerializer[InvoiceLine]):
    class Meta:
        model = InvoiceLine
        fields = ("id", "kind", "text", "quantity", "amount", "vat_rate", "reverses", "at")
        read_only_fields = fields


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    class Meta:
        model = Payment
        fields = ("id", "number", "invoice", "amount", "method", "note", "at", "by", "updated_at")
        read_only_fields = fields


class RefundSerializer(serializers.ModelSerializer[Refund]):
    class Meta:
        model = Refund
        fields = ("id", "number", "amount", "method", "reason", "at", "by")
        read_only_fields = fields


class InvoiceSerializer(serializers.ModelSerializer[Invoice]):
    store = StoreField(read_only=True)
    due = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    lines = InvoiceLineSerializer(many=True, read_only=True)
    payments = PaymentSerializer(many=True, read_only=True)
    refunds = RefundSerializer(many=True, read_only=True)

    class Meta:
        model = Invoice
        fields = (
            "id",
            "number",
            "store",
            "customer",
            "payer",
            "subject",
            "subject_number",
            "total",
            "received",
            "refunded",
            "due",
            "credit_until",
            "opened_at",
            "lines",
            "payments",
            "refunds",
            "updated_at",
        )
        read_only_fields = fields


@verbs_of(INVOICE)
@verbs_of(CREDIT)
class InvoiceViewSet(ReadViewSet):
    """Accounts of customers. ``take`` and ``refund`` move money; nothing else changes a ledger."""

    model = Invoice
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilter
    related = ("store",)
    prefetched = ("lines", "payments", "refunds")
    rights = {"*": "billing.take", **INVOICE.rights(), **CREDIT.rights()}


class PaymentViewSet(HasPdf, ReadViewSet):
    """Money that came in; taking it is an act of the invoice."""

    model = Payment
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilter
    related = ("invoice__store", "invoice__customer", "by")
    rights = {"*": "billing.take"}
    pdf_of = pdfs.receipt
