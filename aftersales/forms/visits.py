"""What is asked when a visit is booked, moved or ended, and when a car comes in."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.forms.fields import MomentField, people_with
from aftersales.models import Appointment
from crm.forms import IT_IS_THEM, WHY_RIGHT
from dms.core.acts import Actor
from dms.core.untyped import Option
from dms.formats import query_params
from dms.models import Absence, Reason, Store, User
from dms.web.forms import ConfirmedField, ReasonAskedField, ReasonField


class CarForm(forms.Form):
    """Which car; when it is new here, whose."""

    car = forms.CharField(
        label=_("Plate or VIN"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    vin_reason = ReasonAskedField(label=WHY_RIGHT)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    join = ConfirmedField(label=IT_IS_THEM)


class CheckInForm(forms.Form):
    """What the car is like as it comes."""

    km = forms.IntegerField(
        label=_("Mileage (km)"),
        min_value=0,
        max_value=2_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    fuel_eighths = forms.TypedChoiceField(
        label=_("Fuel"),
        coerce=int,
        choices=[(n, f"{n}/8") for n in range(9)],
        initial=4,
        required=False,
        empty_value="4",
    )
    damage = forms.CharField(label=_("Damage"), max_length=400, required=False)
    belongings = forms.CharField(label=_("Left in the car"), max_length=200, required=False)
    odometer_replaced = forms.BooleanField(label=_("Odometer replaced"), required=False)
    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120, required=False)
    km_confirmed = forms.BooleanField(label=_("The odometer shows so many: looked at twice"), required=False)

    def clean_damage(self) -> list[dict[str, str]]:
        """One entry for each place, separated by commas or semicolons (Chinese ones too)."""
        text = self.cleaned_data["damage"]
        for mark in ("\uff0c", "\uff1b", "\u3001", ";"):
            text = text.replace(mark, ",")
        return [{"what": part.strip()[:60]} for part in text.split(",") if part.strip()]


class WriteUpForm(CarForm, CheckInForm):
    """The ten-second write-up: the car, what the customer says, the mileage. Everything else has a usual value."""

    complaint = forms.CharField(
        label=_("In the customer’s own words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    appointment = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    field_order = ["car", "km", "complaint", "phone", "name"]


class BookForm(CarForm):
    """A visit: which car, when, what for."""

    starts_at = MomentField(label=_("When"))
    wish = forms.CharField(label=_("What for"), max_length=200)
    hours = forms.DecimalField(
        label=_("Hours of work"), max_digits=5, decimal_places=1, min_value=Decimal("0.1"), initial=1
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Appointment.Channel.choices)
    field_order = ["car", "starts_at", "wish", "hours", "channel", "adviser", "phone", "name"]

    def __init__(self, *args: Option, store: Store | None, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        advisers = people_with("aftersales.receive", store) if store else User.objects.none()
        if not self.is_bound and (day := query_params.day(str(self.initial.get("starts_at", ""))[:10])):
            advisers = advisers.exclude(pk__in=Absence.objects.on(day).values("user_id"))
        self.fields["adviser"] = forms.ModelChoiceField(advisers, label=_("Service adviser"), required=False)
        self.order_fields(self.field_order)
        if self.initial.get("car"):  # brought along: the first question is when
            self.fields["car"].widget.attrs.pop("autofocus")
            self.fields["starts_at"].widget.attrs["autofocus"] = True


class MoveAppointmentForm(forms.Form):
    """Another time, and when need be another adviser."""

    starts_at = MomentField(label=_("When"))
    adviser = forms.ModelChoiceField(User.objects.none(), label=_("Service adviser"), required=False)

    def narrow(self, appointment: Appointment, _user: Actor) -> None:
        """As it is booked now; who receives cars in the store."""
        adviser = self.fields["adviser"]
        assert isinstance(adviser, forms.ModelChoiceField)
        adviser.queryset = people_with("aftersales.receive", appointment.store)
        self.initial.update(starts_at=appointment.starts_at, adviser=appointment.adviser_id)


class NoShowReasonForm(forms.Form):
    """Why nobody came, as far as we know."""

    reason = ReasonField(Reason.Kind.NO_SHOW)
