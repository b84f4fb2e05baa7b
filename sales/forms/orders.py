"""What may be typed on the way of an order."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Payment
from dms.core.money import ZERO
from dms.core.untyped import Facts
from dms.models import Reason, User
from dms.web.forms import (
    AmountField,
    ButtonField,
    DayField,
    FieldsOf,
    MomentField,
    ReasonField,
)
from sales.forms.choices import choose
from sales.models import Order, StockCar
from sales.stock_position import family_of_age


class OrderForm(FieldsOf[Order]):
    """An order from a quote: deposit, how it is paid, when it is delivered."""

    page_template = "sales/order_new.html"
    deposit = AmountField(label=_("deposit agreed"), empty=ZERO, initial=0)
    submit = ButtonField()

    class Meta:
        model = Order
        fields = ["kind", "delivering_store", "deposit", "pays", "deliver_on", "note"]
        field_classes = {"deliver_on": DayField}

    def clean(self) -> Facts:
        facts = super().clean() or self.cleaned_data
        if facts.get("kind") == Order.Kind.ENTRUSTED and not facts.get("delivering_store"):
            self.add_error("delivering_store", _("Name the store that delivers."))
        return facts


class CancelForm(forms.Form):
    """Why the order ends, and what of the deposit is kept."""

    reason = ReasonField(Reason.Kind.CANCEL)
    note = forms.CharField(label=_("In your own words"), max_length=200, required=False)
    forfeit = AmountField(label=_("Kept of the deposit (CNY)"), empty=ZERO, initial=0)


class RefundForm(forms.Form):
    """How the money goes back."""

    method = forms.ChoiceField(label=pgettext_lazy("payment", "How"), choices=Payment.Method.choices)


class AllocateForm(forms.Form):
    """The car for an order: one that fits, those of the ordered colour first, then the longest in stock."""

    page_template = "sales/order_allocate.html"
    car = forms.ModelChoiceField(label=_("Car"), queryset=StockCar.objects.all())

    def narrow(self, order: Order, user: User) -> None:
        """Any car this person sees may be named; shown are those of the ordered model, in the stores of the order."""
        choose(self, "car", StockCar.objects.visible_to(user))
        stores = [order.store_id, order.delivering_store_id or order.store_id]
        self.order = order
        self.fitting = (
            StockCar.objects.visible_to(user)
            .available()
            .filter(variant=order.variant, use=StockCar.Use.NORMAL, store__in=stores)
            .select_related("variant__series", "colour")
            .order_by("arrived_on", "pk")
        )

    def cars(self) -> list[tuple[StockCar, int | None, str, bool]]:
        """(car, days in stock, its colour family, whether the colour is the one ordered)."""
        today = timezone.localdate()
        cars = [
            (car, days, family_of_age(days), car.colour_id == self.order.colour_id)
            for car in self.fitting
            for days in (car.age(today),)
        ]
        return sorted(cars, key=lambda row: not row[3])


class ReleaseForm(forms.Form):
    """Why the car is given back, for who wants to say so."""

    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120, required=False)


class AppointmentForm(forms.Form):
    """When the customer comes for the car."""

    at = MomentField(label=_("Appointment"), required=False)

    def narrow(self, order: Order, user: User) -> None:
        """It begins with what was agreed before."""
        sheet = getattr(order, "delivery_sheet", None)
        self.initial["at"] = sheet and sheet.appointment_at
