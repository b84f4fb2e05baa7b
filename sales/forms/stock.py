"""What may be typed of a car of ours."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.forms import WHY_RIGHT
from dms.core.untyped import Option
from dms.models import Store, User
from dms.web.forms import (
    AmountField,
    DayField,
    FieldsOf,
    ReasonAskedField,
)
from sales.actions.stock import OWN_USES
from sales.forms.choices import WhyForm, offer_only
from sales.models import StockCar


class StockCarForm(FieldsOf[StockCar]):
    """A car of ours by its VIN."""

    arrived = forms.BooleanField(label=_("It stands in the yard"), required=False, initial=True)
    cost = AmountField(label=_("cost"))
    vin_reason = ReasonAskedField(label=WHY_RIGHT)

    class Meta:
        model = StockCar
        fields = ["vin", "variant", "colour", "engine_no", "cost", "location", "certificate", "use", "factory_month"]
        field_classes = {"factory_month": DayField}

    def __init__(self, *args: Option, store: Store | None = None, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        if store is not None:
            offer_only(self, store)
        self.fields["vin"].widget.attrs["maxlength"] = 24  # room for spaces that people copy along


class PlaceForm(forms.Form):
    """Where it stands, for who wants to say so."""

    location = forms.CharField(label=_("location"), max_length=40, required=False)


class CarChangeForm(FieldsOf[StockCar]):
    """What changes while a car stands."""

    cost = AmountField(label=_("cost"))

    class Meta:
        model = StockCar
        fields = ("location", "cost")

    def narrow(self, car: StockCar, user: User) -> None:
        """It begins with what is known; what the car cost, for those who may know it."""
        if not user.has_perm("sales.cost"):
            del self.fields["cost"]
        self.initial.update(forms.model_to_dict(car, fields=self._meta.fields))


class OwnUseForm(WhyForm):
    """Whether the car is driven or shown from now on, and why."""

    use = forms.ChoiceField(
        label=pgettext_lazy("stock car", "use"),
        choices=[choice for choice in StockCar.Use.choices if choice[0] in OWN_USES],
        widget=forms.RadioSelect,
    )
    field_order = ["use", "reason"]
