"""What may be typed on the way of an order."""

from dataclasses import dataclass

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Payment
from dms.core.money import ZERO
from dms.core.untyped import Facts
from dms.models import Brand, Reason, Store, User
from dms.web.forms import (
    AmountField,
    ButtonField,
    DayField,
    FieldsOf,
    GroupStoreField,
    MomentField,
    ReasonField,
)
from sales.actions.allocation import is_another_car
from sales.forms.choices import choose
from sales.models import Allocation, Order, Quote, StockCar
from sales.stock_position import family_of_age


class OrderForm(FieldsOf[Order]):
    """An order from a quote: deposit, how it is paid, when it is delivered."""

    page_template = "sales/order_new.html"
    deposit = AmountField(label=_("deposit agreed"), empty=ZERO, initial=0)
    delivering_store = GroupStoreField(label=_("delivering store"), queryset=Store.objects.active(), required=False)
    submit = ButtonField()

    class Meta:
        model = Order
        fields = ["kind", "delivering_store", "deposit", "pays", "deliver_on", "note"]
        field_classes = {"deliver_on": DayField}

    def narrow(self, quote: Quote, user: User) -> None:
        """Another store may be entrusted with handing the car over: one that sells the make."""
        choose(self, "delivering_store", deliverers(quote))

    def clean(self) -> Facts:
        facts = super().clean() or self.cleaned_data
        # Chosen before the kind was changed back, it is still sent by the browser.
        if facts.get("kind") == Order.Kind.GENERAL:
            facts["delivering_store"] = None
        if facts.get("kind") == Order.Kind.ENTRUSTED and not facts.get("delivering_store"):
            self.add_error("delivering_store", _("Name the store that delivers."))
        return facts


def deliverers(quote: Quote) -> QuerySet[Store]:
    """The stores that may hand the car over in place of the seller."""
    named = Brand.stores.through.objects.filter(store=OuterRef("pk"))
    # A store that names no make sells all of them.
    sells = Exists(named.filter(brand=quote.variant.series.brand_id)) | ~Exists(named)
    return Store.objects.active().exclude(pk=quote.store_id).filter(sells)


class CancelForm(forms.Form):
    """Why the order ends, and what of the deposit is kept."""

    reason = ReasonField(Reason.Kind.CANCEL)
    note = forms.CharField(label=_("In your own words"), max_length=200, required=False)
    forfeit = AmountField(label=_("Kept of the deposit (CNY)"), empty=ZERO, initial=0)


class RefundForm(forms.Form):
    """How the money goes back."""

    method = forms.ChoiceField(label=pgettext_lazy("payment", "How"), choices=Payment.Method.choices)


@dataclass(frozen=True)
class Choice:
    """A car that may be kept for the order."""

    car: StockCar
    days: int | None
    family: str
    is_another: bool


class AllocateForm(forms.Form):
    """The car for an order: those as ordered first. Another variant or colour with a reason and the customer's word."""

    page_template = "sales/order_allocate.html"
    car = forms.ModelChoiceField(label=_("Car"), queryset=StockCar.objects.all())
    reason = forms.CharField(label=_("why another car"), max_length=200, required=False)
    agreed_how = forms.ChoiceField(
        label=_("customer asked"), choices=[("", "–"), *Allocation.Word.choices], required=False
    )
    agreed_at = MomentField(label=_("customer agreed"), required=False)

    def narrow(self, order: Order, user: User) -> None:
        """Any car this person sees may be named; shown are those of the ordered series, in the stores of the order."""
        # With the yard of the entrusted store, which the seller does not see otherwise.
        seen = StockCar.objects.visible_to(user) | StockCar.objects.filter(store=order.delivered_in)
        choose(self, "car", seen)
        self.initial["agreed_at"] = timezone.localtime()
        self.order = order
        self.fitting = (
            seen.available()
            .filter(variant__series=order.variant.series_id, store__in=[order.store_id, order.delivered_in.pk])
            .select_related("variant", "colour", "store")
            .order_by("arrived_on", "pk")
        )

    @cached_property
    def choices(self) -> list[Choice]:
        """What stands there, as ordered first, then the nearest: the ordered variant in another colour before another variant."""
        today = timezone.localdate()
        cars = [
            Choice(car, days, family_of_age(days), is_another_car(self.order, car))
            for car in self.fitting
            for days in (car.age(today),)
        ]
        return sorted(cars, key=lambda row: (row.is_another, row.car.variant_id != self.order.variant_id))

    def cars(self) -> list[Choice]:
        """Those that were ordered."""
        return [row for row in self.choices if not row.is_another]

    def others(self) -> list[Choice]:
        """Those to which the customer must say yes."""
        return [row for row in self.choices if row.is_another]


class AppointmentForm(forms.Form):
    """When the customer comes for the car."""

    at = MomentField(label=_("Appointment"), required=False)

    def narrow(self, order: Order, user: User) -> None:
        """It begins with what was agreed before."""
        sheet = getattr(order, "delivery_sheet", None)
        self.initial["at"] = sheet and sheet.appointment_at
