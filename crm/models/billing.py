"""The customer's account: invoices, their lines, payments and refunds. A ledger: a correction is a counter-row."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.customers import Customer
from dms.core.money import MoneyField
from dms.core.row_rules import Frozen, Kept, says_something
from dms.core.scope import StoreScoped
from dms.core.updated_at import UpdatedAt
from dms.models import Store, User


class InvoiceQuerySet(StoreScoped["Invoice"]):
    lock_with = ("store", "customer")

    def unpaid(self) -> Self:
        return self.filter(total__gt=F("received") - F("refunded"))

    def matching(self, text: str) -> Self:
        """A document number or its end, or the customer as staff type them."""
        customers = Customer.objects.matching(text)
        named = Q(number__endswith=text.upper()) | Q(subject_number__endswith=text.upper()) | Q(customer__in=customers)
        return self.filter(named)


class Invoice(UpdatedAt):
    """What one payer owes for one document (an order, a work order), which keeps the key to it.

    ``total``, ``received`` and ``refunded`` are sums of the rows below, written by triggers only.
    """

    class Payer(models.TextChoices):
        CUSTOMER = "CUSTOMER", pgettext_lazy("payer", "Customer")
        MANUFACTURER = "MANUFACTURER", pgettext_lazy("payer", "Manufacturer")
        INSURER = "INSURER", pgettext_lazy("payer", "Insurer")
        INTERNAL = "INTERNAL", pgettext_lazy("payer", "Internal")

    number = models.CharField(_("invoice number"), max_length=40, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="invoices", verbose_name=_("store"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices", verbose_name=_("customer"))
    payer = models.CharField(_("payer"), max_length=12, choices=Payer.choices, default=Payer.CUSTOMER)
    subject = models.CharField(_("for"), max_length=120)
    subject_number = models.CharField(_("document"), max_length=40, blank=True)
    total = MoneyField(_("total"), default=Decimal(0), editable=False)
    received = MoneyField(_("received"), default=Decimal(0), editable=False)
    refunded = MoneyField(_("refunded"), default=Decimal(0), editable=False)
    deposit = MoneyField(_("deposit agreed"), default=Decimal(0))
    credit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("credit approved by")
    )
    credit_until = models.DateField(_("credit until"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("opened by"))

    objects = InvoiceQuerySet.as_manager()
    TRIGGERS = {
        "invoice_credit_is_approved": _("A credit is approved by somebody who may do so."),
        "invoiceline_of_paid_invoice": _("This is paid: what is still to be charged stands on a document of its own."),
        "invoiceline_reverses_whole": _("A counter-row takes back one line of the same account, and all of it."),
    }

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["store", "-opened_at"], name="invoice_store"),
            # The cashier’s list and the due work ask for these few among all accounts of all years.
            models.Index(
                fields=["store", "opened_at"],
                name="invoice_unpaid",
                condition=Q(total__gt=F("received") - F("refunded")),
            ),
            models.Index(fields=["customer", "-opened_at"], name="invoice_customer"),
            models.Index(fields=["updated_at"], name="invoice_updated_at"),
        ]
        constraints = [
            # Two cashiers give back the same money at once: the sums below are kept by triggers, so the second fails.
            models.CheckConstraint(
                name="invoice_refunds_within_receipts",
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("received")),
                violation_error_message=_("No more can be refunded than was received."),
            ),
            # A discount may make a bill free, never a debt of ours.
            models.CheckConstraint(name="invoice_total_not_negative", condition=Q(total__gte=0)),
            # Credit is somebody’s word until a day: one without the other opens the gate for ever, or on nobody’s word.
            models.CheckConstraint(
                name="invoice_credit_is_whole",
                condition=Q(credit_by__isnull=True, credit_until__isnull=True)
                | Q(credit_by__isnull=False, credit_until__isnull=False),
            ),
            # A deposit below zero would make the cashier ask for more than is owed, or pay out on nothing.
            models.CheckConstraint(
                name="invoice_deposit_not_negative",
                condition=Q(deposit__gte=0),
                violation_error_message=_("A deposit is not negative."),
            ),
            says_something("invoice", "number", "subject"),
            # What a document points to: its own account, of its customer, in its store.
            models.UniqueConstraint(
                fields=["id", "customer", "store", "subject_number"], name="invoice_of_its_document"
            ),
            # A numbered voucher of the books: who owes whom is what was issued, and is mended by counter-rows.
            Frozen(
                name="invoice_frozen",
                fields=[
                    "number",
                    "store",
                    "payer",
                    "subject",
                    "subject_number",
                    "deposit",
                    "opened_at",
                    "opened_by",
                ],
            ),
            Frozen(name="invoice_customer_frozen", fields=["customer"], same="crm_same_customer"),
            Kept(name="invoice_kept"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def paid(self) -> Decimal:
        paid: Decimal = self.received - self.refunded
        return paid

    @property
    def due(self) -> Decimal:
        """To be paid; negative when the customer is to get money back."""
        rest: Decimal = self.total - self.paid
        return rest

    @property
    def asked(self) -> Decimal:
        """What the cashier asks for now: the agreed deposit while it is not there, then the rest."""
        # A discount may bring the bill below the deposit agreed before: never ask for more than is due.
        return min(self.due, self.deposit - self.paid) if self.paid < self.deposit else self.due

    @property
    def is_settled(self) -> bool:
        """Paid in full, or on credit that somebody approved and that has not run out."""
        # The last day of a credit counts whole, by the calendar here.
        return self.due <= 0 or (self.credit_until is not None and self.credit_until >= timezone.localdate())


class LedgerRow(models.Model):
    """What every row of the account has: who wrote it and when. Rows are only added."""

    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        abstract = True


class InvoiceLine(LedgerRow):
    """An amount owed, or the counter-row of one."""

    class Kind(models.TextChoices):
        CAR = "CAR", pgettext_lazy("invoice line", "Car")
        LABOUR = "LABOUR", pgettext_lazy("invoice line", "Labour")
        PART = "PART", pgettext_lazy("invoice line", "Part")
        SUBLET = "SUBLET", pgettext_lazy("invoice line", "Sublet")
        FEE = "FEE", pgettext_lazy("invoice line", "Fee")
        OPTION = "OPTION", pgettext_lazy("invoice line", "Option")
        DISCOUNT = "DISCOUNT", pgettext_lazy("invoice line", "Discount")

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", verbose_name=_("invoice"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    text = models.CharField(_("text"), max_length=120)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, default=Decimal(1))
    amount = MoneyField(_("amount"))
    vat_rate = models.DecimalField(_("VAT (%)"), max_digits=5, decimal_places=2, default=Decimal(13))
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ["pk"]
        constraints = [
            # A line of nothing has no counter-row that differs from it.
            models.CheckConstraint(name="invoiceline_not_zero", condition=~Q(amount=0)),
            says_something("invoiceline", "text"),
        ]

    def __str__(self) -> str:
        return self.text


class PaymentQuerySet(StoreScoped["Payment"]):
    store_path = "invoice__store"


class Payment(UpdatedAt, LedgerRow):
    """Money received against an invoice. The key makes a double click one payment."""

    class Method(models.TextChoices):
        CASH = "CASH", _("Cash")
        CARD = "CARD", _("Bank card")
        WECHAT = "WECHAT", _("WeChat Pay")
        ALIPAY = "ALIPAY", _("Alipay")
        TRANSFER = "TRANSFER", _("Bank transfer")
        LOAN = "LOAN", _("Loan paid out")

    number = models.CharField(_("receipt number"), max_length=40, unique=True)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments", verbose_name=_("invoice"))
    amount = MoneyField(_("amount"))
    method = models.CharField(_("method"), max_length=8, choices=Method.choices)
    note = models.CharField(_("note"), max_length=120, blank=True)
    key = models.CharField(max_length=120, unique=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at"], name="payment_at"),
            models.Index(fields=["updated_at"], name="payment_updated_at"),
        ]
        constraints = [
            # Money that goes back is a refund, with its reason and its own number.
            models.CheckConstraint(name="payment_positive", condition=Q(amount__gt=0)),
            says_something("payment", "number", "key"),
        ]

    def __str__(self) -> str:
        return self.number


class Refund(LedgerRow):
    """Money given back, with the reason. Never more than was received."""

    number = models.CharField(_("refund number"), max_length=40, unique=True)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="refunds", verbose_name=_("invoice"))
    amount = MoneyField(_("amount"))
    method = models.CharField(_("method"), max_length=8, choices=Payment.Method.choices)
    reason = models.CharField(_("reason"), max_length=120)
    key = models.CharField(max_length=120, unique=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-at", "-pk"]
        constraints = [
            # A refund below zero would be money taken without a receipt.
            models.CheckConstraint(name="refund_positive", condition=Q(amount__gt=0)),
            # Refunds are where a till is robbed: the auditor asks of each who gave it back and why.
            models.CheckConstraint(
                name="refund_has_reason",
                condition=Q(reason__regex=r"\S"),
                violation_error_message=_("Say why the money goes back."),
            ),
            says_something("refund", "number", "key"),
        ]

    def __str__(self) -> str:
        return self.number
