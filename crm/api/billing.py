"""Accounts over the API: read them, take money, give it back."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm import pdfs
from crm.actions import billing
from crm.filters import InvoiceFilter, PaymentFilter
from crm.models import Invoice, InvoiceLine, Payment, Refund
from dms.api.access import person
from dms.api.fields import StoreField
from dms.api.views import HasPdf, ReadViewSet, verb


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


class TakenSerializer(serializers.Serializer[Any]):
    """Money that came in. The same key again is the same payment."""

    amount = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal("0.01"))
    method = serializers.ChoiceField(choices=Payment.Method.choices)
    note = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    key = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class GivenBackSerializer(serializers.Serializer[Any]):
    """Money that goes back, and why."""

    amount = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal("0.01"))
    method = serializers.ChoiceField(choices=Payment.Method.choices)
    reason = serializers.CharField(max_length=120)
    key = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class CreditSerializer(serializers.Serializer[Any]):
    """Until when the customer may pay, and why."""

    until = serializers.DateField()
    reason = serializers.CharField(max_length=120)


class CreditEndSerializer(serializers.Serializer[Any]):
    """Why the credit ends before its day."""

    reason = serializers.CharField(max_length=120)


class InvoiceViewSet(ReadViewSet):
    """Accounts of customers. ``take`` and ``refund`` move money; nothing else changes a ledger."""

    model = Invoice
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilter
    related = ("store",)
    prefetched = ("lines", "payments", "refunds")
    rights = {"*": "billing.take", "approve_credit": "billing.credit", "withdraw_credit": "billing.credit"}

    @verb(TakenSerializer)
    def take(self, request: Request, pk: str) -> Response:
        """Take money."""
        invoice = self.get_object()
        said = TakenSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        billing.take_payment(invoice, by=person(request), **said.validated_data)
        return self.answer(invoice)

    @verb(GivenBackSerializer)
    def refund(self, request: Request, pk: str) -> Response:
        """Give money back, with the reason."""
        invoice = self.get_object()
        said = GivenBackSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        billing.refund(invoice, by=person(request), **said.validated_data)
        return self.answer(invoice)

    @verb(CreditSerializer)
    def approve_credit(self, request: Request, pk: str) -> Response:
        """The customer may pay later; until then the account counts as settled."""
        invoice, body = self.get_object(), CreditSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.answer(billing.approve_credit(invoice, by=person(request), **body.validated_data))

    @verb(CreditEndSerializer)
    def withdraw_credit(self, request: Request, pk: str) -> Response:
        """The credit ends at once."""
        invoice, body = self.get_object(), CreditEndSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.answer(billing.withdraw_credit(invoice, by=person(request), **body.validated_data))


class PaymentViewSet(HasPdf, ReadViewSet):
    """Money that came in; taking it is an act of the invoice."""

    model = Payment
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilter
    related = ("invoice__store", "invoice__customer", "by")
    rights = {"*": "billing.take"}
    pdf_of = pdfs.receipt
