"""The delivery sheet, signed by four departments, and the owner's C card that delivery makes."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Contact, Customer, Vehicle
from dms.core.lifecycle import iff
from dms.core.row_rules import Frozen, Kept, Shares, says_something
from dms.core.scope import StoreScoped, Viewer
from dms.core.updated_at import UpdatedAt
from dms.models import Attachment, Store, User
from sales.models.orders import Order


class DeliverySheetQuerySet(StoreScoped["DeliverySheet"]):
    """Sheets of the orders one sees; of a store, those of the cars it hands over or has sold."""

    lock_with = ("store", "order__delivering_store")

    def visible_to(self, user: Viewer) -> Self:
        if user.sees_all_stores:
            return self
        return self.filter(Q(store__in=user.store_ids) | Q(order__delivering_store__in=user.store_ids))

    def of_store(self, store: models.Model | None) -> Self:
        return self if store is None else self.filter(Q(store=store) | Q(order__delivering_store=store))


class DeliverySheet(UpdatedAt):
    """What must be done before the keys change hands: four signatures, the appointment, the customer's confirmation."""

    number = models.CharField(_("sheet number"), max_length=40, unique=True)
    order = models.OneToOneField(
        Order, models.PROTECT, related_name="delivery_sheet", verbose_name=pgettext_lazy("sale", "order")
    )
    store = models.ForeignKey(Store, models.PROTECT, related_name="delivery_sheets", verbose_name=_("store"))
    appointment_at = models.DateTimeField(_("appointment"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("customer arrived"), null=True, blank=True)
    cleaned_at = models.DateTimeField(_("cleaned"), null=True, blank=True)
    papers_at = models.DateTimeField(_("papers ready"), null=True, blank=True)
    photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_name = models.CharField(_("confirmed by"), max_length=80, blank=True)
    signature = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signature")
    )

    objects = DeliverySheetQuerySet.as_manager()
    TRIGGERS = {"deliverysheet_of_car_in_hand": _("Allocate a car first: the sheet is about that car.")}

    class Meta:
        verbose_name = _("delivery sheet")
        verbose_name_plural = _("delivery sheets")
        ordering = ["appointment_at", "pk"]
        indexes = [models.Index(fields=["updated_at"], name="deliverysheet_updated_at")]
        constraints = [
            # A name without the time, or a time without the name, proves nothing in a dispute.
            models.CheckConstraint(
                name="deliverysheet_confirmation_is_whole",
                condition=iff(Q(confirmed_at__isnull=True), Q(confirmed_name="")),
            ),
            says_something("deliverysheet", "number"),
            # Blanks for a name would pass the check above.
            models.CheckConstraint(
                name="deliverysheet_confirmed_by_name",
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_name__regex=r"\S"),
            ),
            # It is the paper of the store that sold, also where another hands over: numbers run by store.
            Shares(
                name="deliverysheet_of_its_order", to="sales_order", columns={"order_id": "id", "store_id": "store_id"}
            ),
            Frozen(name="deliverysheet_frozen", fields=["number", "order", "store"]),
            # Deadlines and waiting time are judged by these moments: moved later they would hide a delay.
            Frozen(name="deliverysheet_steps_frozen", fields=["arrived_at", "cleaned_at", "papers_at"], once=True),
            # The customer has signed it: nothing of it is changed behind their back.
            Frozen(
                name="deliverysheet_confirmation_frozen",
                fields=["confirmed_at", "confirmed_name", "signature", "photo"],
                if_set="confirmed_at",
            ),
            Kept(name="deliverysheet_kept"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_late(self) -> bool:
        """The customer should be here, and nobody has seen them."""
        return self.appointment_at is not None and self.appointment_at < timezone.now() and self.arrived_at is None


class SignOff(models.Model):
    """One department's word that its part is done. Append-only."""

    class Department(models.TextChoices):
        SALES = "SALES", pgettext_lazy("department", "Sales")
        WAREHOUSE = "WAREHOUSE", pgettext_lazy("department", "Warehouse")
        AFTERSALES = "AFTERSALES", pgettext_lazy("department", "Service (PDI)")
        FINANCE = "FINANCE", pgettext_lazy("department", "Finance")

    sheet = models.ForeignKey(DeliverySheet, models.PROTECT, related_name="sign_offs", verbose_name=_("delivery sheet"))
    department = models.CharField(_("department"), max_length=10, choices=Department.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = ["pk"]
        # Two clerks of a department press at once: with two signatures nobody knows whose word counts.
        constraints = [models.UniqueConstraint(fields=["sheet", "department"], name="signoff_once_per_department")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.get_department_display()}"


class OwnerCard(UpdatedAt):
    """The C card: made by delivery from order and car, nothing typed again. Customer service gets it after the 1st service."""

    number = models.CharField(_("card number"), max_length=40, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="owner_cards", verbose_name=_("store"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="owner_cards", verbose_name=_("customer"))
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="owner_cards", verbose_name=_("vehicle"))
    order = models.OneToOneField(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owner_card",
        verbose_name=pgettext_lazy("sale", "order"),
    )
    adviser = models.ForeignKey(User, models.PROTECT, null=True, related_name="owner_cards", verbose_name=_("adviser"))
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    loan_until = models.DateField(_("loan until"), null=True, blank=True)
    loan_terms = models.PositiveSmallIntegerField(_("instalments"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed to customer service"), null=True, blank=True)

    objects = StoreScoped["OwnerCard"].as_manager()

    class Meta:
        verbose_name = _("C card")
        verbose_name_plural = _("C cards")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["store", "-opened_at"], name="ownercard_store"),
            models.Index(fields=["updated_at"], name="ownercard_updated_at"),
        ]
        constraints = [
            # With two cards of one owner and car two advisers would call them, and hand them over twice.
            models.UniqueConstraint(fields=["vehicle", "customer"], name="ownercard_one_per_owner_and_car"),
            # The C card of the trade names both: instalments without a day tell nobody when the loan ends.
            models.CheckConstraint(
                name="ownercard_loan_has_end",
                condition=Q(loan_terms__isnull=True) | Q(loan_until__isnull=False),
                violation_error_message=_("Say too when the last instalment is paid."),
            ),
            says_something("ownercard", "number"),
            Frozen(name="ownercard_frozen", fields=["number", "store", "vehicle", "order", "opened_at"]),
            Frozen(name="ownercard_customer_frozen", fields=["customer"], same="crm_same_customer"),
            # From this moment on customer service answers for the owner, and the adviser no more.
            Frozen(name="ownercard_handover_frozen", fields=["handed_over_at"], once=True),
            Kept(name="ownercard_kept"),
        ]

    def __str__(self) -> str:
        return self.number

    def contacts(self) -> list[Contact]:
        """Every contact with the owner since the car was theirs, 200 at most."""
        rows = Contact.objects.filter(customer=self.customer, at__gte=self.opened_at)
        return list(rows.select_related("by").order_by("at")[:200])
