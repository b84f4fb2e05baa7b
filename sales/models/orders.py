"""Quotes and orders."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Customer, Invoice
from dms.core.lifecycle import DatedLifecycle, iff, status_is_known
from dms.core.money import MoneyField
from dms.core.row_rules import Frozen, Kept, Refused, Shares, says_something
from dms.core.scope import StoreScoped, Viewer
from dms.core.updated_at import UpdatedAt
from dms.models import Colour, Reason, Store, User, Variant
from sales.models.leads import Lead
from sales.models.limits import DiscountLimit, RoleHolder
from sales.models.makes import NOT_OUR_MAKE, OTHER_COLOUR
from sales.pricing import Sums, share_of, sums_of


class QuoteQuerySet(StoreScoped["Quote"]):
    lock_with = ("store", "variant__series", "colour")


class Quote(UpdatedAt):
    """An offer, in versions: a changed offer is the next version, and the former is superseded, never edited."""

    number = models.CharField(_("quote number"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="quotes", verbose_name=_("A card"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="quotes", verbose_name=_("store"))
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+", verbose_name=_("variant"))
    colour = models.ForeignKey(
        Colour, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("colour")
    )
    valid_until = models.DateField(_("valid until"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    superseded = models.BooleanField(_("superseded"), default=False)

    objects = QuoteQuerySet.as_manager()
    TRIGGERS = {"quote_of_own_make": NOT_OUR_MAKE, "quote_colour_of_make": OTHER_COLOUR}

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-made_at", "-version"]
        indexes = [models.Index(fields=["updated_at"], name="quote_updated_at")]
        constraints = [
            # The customer has a paper with both on it: they must name one offer.
            models.UniqueConstraint(fields=["number", "version"], name="quote_version_unique"),
            # Two advisers who write the next version at once: one of them has to read the other's first.
            models.UniqueConstraint(fields=["number"], condition=Q(superseded=False), name="quote_one_live_version"),
            says_something("quote", "number"),
            # What orders point to: an order is of the card and the store of its offer.
            models.UniqueConstraint(fields=["id", "lead", "store"], name="quote_of_lead"),
            # The customer has it on paper: another price is another version.
            Frozen(name="quote_frozen", but=["superseded"]),
            Refused(name="quote_superseded_once", when="OLD.superseded AND NOT NEW.superseded"),
            Kept(name="quote_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.number} V{self.version}"

    @property
    def sums(self) -> Sums:
        """The offer by what it is for, and what the store gives up in it."""
        return sums_of(((line.kind, line.amount) for line in self.lines.all()), list_price=self.variant.list_price)

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines.all()), Decimal(0))


class QuoteLine(models.Model):
    """One amount of an offer; a discount is negative."""

    class Kind(models.TextChoices):
        VEHICLE = "VEHICLE", pgettext_lazy("quote line", "Car")
        OPTION = "OPTION", pgettext_lazy("quote line", "Option")
        ACCESSORY = "ACCESSORY", pgettext_lazy("quote line", "Accessory")
        INSURANCE = "INSURANCE", pgettext_lazy("quote line", "Insurance")
        TAX = "TAX", pgettext_lazy("quote line", "Purchase tax")
        PLATE = "PLATE", pgettext_lazy("quote line", "Registration")
        FINANCE = "FINANCE", pgettext_lazy("quote line", "Finance fee")
        DISCOUNT = "DISCOUNT", pgettext_lazy("quote line", "Discount")

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="lines", verbose_name=_("quote"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.CharField(_("text"), max_length=120, blank=True)
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        ordering = ["pk"]
        constraints = [
            # Sums go by the sign: a discount above nothing would make the car dearer than its price.
            models.CheckConstraint(
                name="quoteline_sign",
                condition=(Q(kind="DISCOUNT") & Q(amount__lte=0)) | (~Q(kind="DISCOUNT") & Q(amount__gte=0)),
            ),
            # One offer, one car, one VIN: a second car on it could be allocated to no order.
            models.UniqueConstraint(fields=["quote"], condition=Q(kind="VEHICLE"), name="quoteline_one_car"),
        ]

    def __str__(self) -> str:
        return self.text or self.get_kind_display()


class OrderStatus(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("order", "Draft")
    PENDING_APPROVAL = "PENDING_APPROVAL", pgettext_lazy("order", "To approve")
    SIGNED = "SIGNED", pgettext_lazy("order", "Signed")
    ALLOCATED = "ALLOCATED", pgettext_lazy("order", "Allocated")
    READY = "READY", pgettext_lazy("order", "Ready")
    DELIVERED = "DELIVERED", pgettext_lazy("order", "Delivered")
    CLOSED = "CLOSED", pgettext_lazy("order", "Closed")
    CANCELLED = "CANCELLED", pgettext_lazy("order", "Cancelled")


class OrderQuerySet(StoreScoped["Order"]):
    """An order belongs to the store that sells; the store that delivers for it sees it and does its part."""

    lock_with = ("store", "invoice", "delivering_store")

    def visible_to(self, user: Viewer) -> Self:
        if user.sees_all_stores:
            return self
        return self.filter(Q(store__in=user.store_ids) | Q(delivering_store__in=user.store_ids))

    def of_store(self, store: models.Model | None) -> Self:
        """What a store has to do with: its own sales, and what it delivers for another."""
        return self if store is None else self.filter(Q(store=store) | Q(delivering_store=store))

    def within_limits_of(self, user: RoleHolder) -> Self:
        """Those whose discount this person may approve."""
        # Without a list price there is no share, and a division by nothing would end the whole list.
        share = OuterRef("conceded") * 100 / NullIf(OuterRef("list_price"), Decimal(0))
        limits = DiscountLimit.objects
        return self.filter(Q(conceded=0) | Exists(limits.of(user).allowing(OuterRef("conceded"), share)))

    def counted_for(self, user: Viewer, store: models.Model | None) -> Self:
        """Sales alone: a car that is handed over for another store is no figure of ours."""
        if store is not None:
            return self.visible_to(user).filter(store=store)
        return self if user.sees_all_stores else self.filter(store__in=user.store_ids)

    def live(self) -> Self:
        # A delivered car is paid and with its buyer: what is left is to close the books on it.
        return self.exclude(status__in=[OrderStatus.DELIVERED, OrderStatus.CLOSED, OrderStatus.CANCELLED])

    def matching(self, text: str) -> Self:
        customers = Customer.objects.matching(text)
        return self.filter(Q(number__endswith=text.upper()) | Q(customer__in=customers))


class Order(UpdatedAt, DatedLifecycle):
    """A purchase: approved by a superior, signed, a car allocated, made ready, delivered. Its money lives on its invoice."""

    Status = OrderStatus

    NEXT = {
        OrderStatus.DRAFT: frozenset({OrderStatus.PENDING_APPROVAL, OrderStatus.CANCELLED}),
        OrderStatus.PENDING_APPROVAL: frozenset({OrderStatus.SIGNED, OrderStatus.DRAFT, OrderStatus.CANCELLED}),
        OrderStatus.SIGNED: frozenset({OrderStatus.ALLOCATED, OrderStatus.CANCELLED}),
        OrderStatus.ALLOCATED: frozenset({OrderStatus.READY, OrderStatus.SIGNED, OrderStatus.CANCELLED}),
        # Not to CANCELLED: somebody sets the car back first, and says why.
        OrderStatus.READY: frozenset({OrderStatus.DELIVERED, OrderStatus.ALLOCATED}),
        OrderStatus.DELIVERED: frozenset({OrderStatus.CLOSED}),
        OrderStatus.CLOSED: frozenset(),
        OrderStatus.CANCELLED: frozenset(),
    }

    HISTORY = frozenset({OrderStatus.DELIVERED})

    class Kind(models.TextChoices):
        GENERAL = "GENERAL", pgettext_lazy("order", "General order")
        ENTRUSTED = "ENTRUSTED", pgettext_lazy("order", "Entrusted delivery")

    class Pays(models.TextChoices):
        CASH = "CASH", pgettext_lazy("pays", "In full")
        LOAN = "LOAN", pgettext_lazy("pays", "Loan")
        LEASE = "LEASE", pgettext_lazy("pays", "Lease")

    number = models.CharField(_("order number"), max_length=40, unique=True)
    status = models.CharField(_("status"), max_length=16, choices=OrderStatus.choices, default=OrderStatus.DRAFT)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.GENERAL)
    store = models.ForeignKey(Store, models.PROTECT, related_name="orders", verbose_name=_("store"))
    delivering_store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("delivering store")
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders", verbose_name=_("customer"))
    lead = models.ForeignKey(
        Lead, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("A card")
    )
    quote = models.ForeignKey(
        Quote, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("quote")
    )
    adviser = models.ForeignKey(User, models.PROTECT, null=True, related_name="orders", verbose_name=_("adviser"))
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="orders", verbose_name=_("variant"))
    colour = models.ForeignKey(
        Colour, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("colour")
    )
    price = MoneyField(_("price"))
    discount = MoneyField(_("discount"), default=Decimal(0))
    accessories = MoneyField(_("accessories"), default=Decimal(0))
    collected = MoneyField(_("collected for others"), default=Decimal(0))
    list_price = MoneyField(_("list price"), null=True, blank=True)
    conceded = MoneyField(_("conceded"), default=Decimal(0))
    deposit = MoneyField(_("deposit agreed"), default=Decimal(0))
    pays = models.CharField(pgettext_lazy("order", "payment"), max_length=5, choices=Pays.choices, default=Pays.CASH)
    deliver_on = models.DateField(_("delivery agreed"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )
    invoice = models.OneToOneField(
        Invoice, models.PROTECT, null=True, blank=True, related_name="order", verbose_name=_("invoice")
    )
    source_id = models.CharField(
        _("id in the source"), max_length=60, null=True, blank=True, unique=True, editable=False
    )

    objects = OrderQuerySet.as_manager()
    TRIGGERS = {
        "refund_leaves_sale_paid": _(
            "The car was handed over, and would not be paid any more. Take the lines of the invoice back first."
        ),
        "order_of_own_make": NOT_OUR_MAKE,
        "order_within_authority": _(
            "The discount is above what its approver may give. The next authority approves it."
        ),
    }

    class Meta:
        verbose_name = pgettext_lazy("sale", "order")
        verbose_name_plural = _("orders")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["store", "status"], name="order_store_status"),
            models.Index(fields=["store", "-delivered_at"], name="order_store_delivered"),
            models.Index(fields=["customer"], name="order_customer"),
            models.Index(fields=["store", "signed_at"], name="order_store_signed"),
            models.Index(fields=["updated_at"], name="order_updated_at"),
        ]
        constraints = [
            status_is_known("order", OrderStatus),
            # Deliveries are counted by this moment: without it a sale is in no month.
            models.CheckConstraint(
                name="order_delivered_has_time",
                condition=iff(Q(status__in=["DELIVERED", "CLOSED"]), Q(delivered_at__isnull=False)),
            ),
            # Four eyes: discounts are an adviser's own gain. Imported history has no approver on record.
            models.CheckConstraint(
                name="order_signed_is_approved_by_another",
                condition=Q(status__in=["DRAFT", "PENDING_APPROVAL", "CANCELLED"])
                | Q(source_id__isnull=False)
                | (Q(approved_by__isnull=False, signed_at__isnull=False) & ~Q(approved_by=F("made_by"))),
                violation_error_message=_("An order is approved by somebody other than its writer."),
            ),
            # A price below nothing would be an invoice on which the store owes the buyer.
            models.CheckConstraint(
                name="order_amounts_plausible",
                condition=Q(price__gte=0, discount__gte=0, deposit__gte=0) & Q(discount__lte=F("price")),
                violation_error_message=_(
                    "Price, discount and deposit are not negative; the discount is not above the price."
                ),
            ),
            # Insurance, tax and plate are other people's money: no discount may reach into it.
            models.CheckConstraint(
                name="order_parts_of_price",
                condition=Q(accessories__gte=0, collected__gte=0, conceded__gte=0)
                & Q(price__gte=F("accessories") + F("collected") + F("discount")),
                violation_error_message=_(
                    "The discount is above the car’s price: what is collected for others is owed whole."
                ),
            ),
            # The entrusted store signs and hands over: unnamed nobody could, and nobody entrusts themselves.
            models.CheckConstraint(
                name="order_entrusted_names_store",
                condition=Q(kind="GENERAL", delivering_store__isnull=True)
                | (Q(kind="ENTRUSTED", delivering_store__isnull=False) & ~Q(delivering_store=F("store"))),
                violation_error_message=_("Name the other store that delivers."),
            ),
            # Without the reason nobody learns why sales fall through, without the moment in which month.
            models.CheckConstraint(
                name="order_cancelled_has_reason",
                condition=iff(Q(status="CANCELLED"), Q(cancelled_at__isnull=False, cancel_reason__isnull=False)),
            ),
            # From signing on the buyer owes money: kept without an account, the car could leave unpaid.
            # SIGNED passes: approving signs the row a moment before its invoice is saved.
            models.CheckConstraint(
                name="order_signed_has_invoice",
                condition=Q(status__in=["DRAFT", "PENDING_APPROVAL", "SIGNED", "CANCELLED"])
                | Q(source_id__isnull=False)
                | Q(invoice__isnull=False),
            ),
            # One wish, one order: a second would keep a second car for the same buyer.
            models.UniqueConstraint(
                fields=["lead"],
                condition=~Q(status="CANCELLED"),
                name="order_one_live_per_lead",
                violation_error_message=_("This card has an order already."),
            ),
            says_something("order", "number", "source_id"),
            # An order is paid on its own account, and is what the card and its offer were about.
            Shares(
                name="order_of_its_invoice",
                to="crm_invoice",
                columns={
                    "invoice_id": "id",
                    "customer_id": "customer_id",
                    "store_id": "store_id",
                    "number": "subject_number",
                },
            ),
            Shares(
                name="order_of_its_lead",
                to="sales_lead",
                columns={"lead_id": "id", "customer_id": "customer_id", "store_id": "store_id"},
            ),
            Shares(
                name="order_of_its_quote",
                to="sales_quote",
                columns={"quote_id": "id", "lead_id": "lead_id", "store_id": "store_id"},
            ),
            Frozen(name="order_frozen", fields=["number", "store", "lead", "quote", "made_at", "made_by", "source_id"]),
            Frozen(name="order_customer_frozen", fields=["customer"], same="crm_same_customer"),
            Frozen(
                name="order_invoice_frozen",
                fields=["invoice", "signed_at", "approved_by", "delivered_at", "cancelled_at", "cancel_reason"],
                once=True,
            ),
            # What a superior has before them, what the customer has signed.
            Frozen(
                name="order_terms_frozen",
                since=["PENDING_APPROVAL", "SIGNED", "ALLOCATED", "READY", "DELIVERED", "CLOSED", "CANCELLED"],
                fields=[
                    "kind",
                    "delivering_store",
                    "variant",
                    "colour",
                    "price",
                    "discount",
                    "accessories",
                    "collected",
                    "list_price",
                    "conceded",
                    "deposit",
                    "pays",
                ],
            ),
            # Figures of closed days rest on it; only two files of one buyer may still become one.
            Frozen(name="order_over_frozen", since=["DELIVERED", "CLOSED", "CANCELLED"], but=["customer_id"]),
            Kept(name="order_kept"),
            # What other papers point to, with the store: they belong to the store that sells.
            models.UniqueConstraint(fields=["id", "store"], name="order_in_store"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def waits_for_approval(self) -> bool:
        """It is on somebody else's desk."""
        return self.status == OrderStatus.PENDING_APPROVAL

    @property
    def total(self) -> Decimal:
        """What the customer pays in all: the car, its accessories, and what the store collects for others."""
        owed: Decimal = self.price - self.discount
        return owed

    @property
    def car_price(self) -> Decimal:
        """What the car costs, with its options and less the discount."""
        costs: Decimal = self.total - self.accessories - self.collected
        return costs

    @property
    def share(self) -> Decimal | None:
        """How much of the list price is conceded, in percent."""
        return share_of(self.conceded, self.list_price)

    @property
    def delivered_in(self) -> Store:
        """The store that hands the car over: the one entrusted with it, else the seller."""
        return self.delivering_store or self.store
