"""What may be typed about customers and vehicles."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.actions.vehicles import not_a_plate
from crm.models import CareChannel, Contact, ContactPerson, Customer, NextStep, Phone, RecallCampaign, Result, Vehicle
from dms.formats import display, phones, plates, vin
from dms.formats.wording import listed
from dms.models import Reason, User


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def read_phone(text: str) -> str:
    number = phones.normalise(text)
    if number is None:
        raise forms.ValidationError(
            _("This is no phone number. Write eleven digits for a mobile, or area code and number.")
        )
    return number


class NeedsField(forms.CharField):
    """Wishes of the customer, typed with commas between them (Chinese commas too), kept as a list."""

    def prepare_value(self, value: Any) -> Any:
        return listed(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("\uff0c", ",").replace("\u3001", ",")
        return [part.strip()[:40] for part in text.split(",") if part.strip()]


def new_key() -> str:
    """For a form that is sent once, however often the button is pressed."""
    return uuid.uuid4().hex


class RegisterCustomerForm(forms.Form):
    """Name and phone are enough."""

    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "autofocus": True}),
    )
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    salutation = forms.ChoiceField(
        label=_("Salutation"), choices=Customer.Salutation.choices, required=False, widget=forms.RadioSelect
    )

    def clean_phone(self) -> str:
        return read_phone(self.cleaned_data["phone"])


class CustomerForm(forms.ModelForm[Customer]):
    """Everything that may be known of a customer; only the name must be."""

    needs = NeedsField(label=_("Needs"), required=False, help_text=_("Separate them with commas."))

    class Meta:
        model = Customer
        fields = [
            "name",
            "salutation",
            "kind",
            "birthday",
            "birthday_is_lunar",
            "email",
            "address",
            "postcode",
            "company",
            "industry",
            "company_phone",
            "company_address",
            "needs",
            "character",
            "hobbies",
            "best_time_to_call",
            "data_refused",
        ]
        widgets = {"birthday": DateInput()}


class PhoneForm(forms.ModelForm[Phone]):
    """One more number of a customer."""

    class Meta:
        model = Phone
        fields = ["number", "kind", "is_primary"]

    def clean_number(self) -> str:
        return read_phone(self.cleaned_data["number"])


class ContactPersonForm(forms.ModelForm[ContactPerson]):
    """Somebody round the customer."""

    class Meta:
        model = ContactPerson
        fields = ["role", "name", "employer", "phone", "birthday", "note"]
        widgets = {"birthday": DateInput()}


class MergeForm(forms.Form):
    """Which of two files stays, and why they are of one person."""

    reason = forms.CharField(
        label=pgettext_lazy("why", "Reason"), max_length=120, help_text=_("How do you know that they are one person?")
    )

    def __init__(self, *args: Any, files: tuple[Customer, Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(file.pk), f"{file} {display.masked_phone(file.phone)}".strip()) for file in files]
        self.fields["stays"] = forms.ChoiceField(label=_("This file stays"), widget=forms.RadioSelect, choices=choices)
        self.order_fields(["stays", "reason"])


class LookUpForm(forms.Form):
    """An exact phone, plate or VIN of somebody served elsewhere."""

    text = forms.CharField(label=_("Whole phone number, plate or VIN"), max_length=40)


class VehicleForm(forms.ModelForm[Vehicle]):
    """A car's file. The VIN or the plate identifies it."""

    class Meta:
        model = Vehicle
        fields = [
            "plate",
            "vin",
            "variant",
            "model_text",
            "colour",
            "energy",
            "engine_no",
            "licence_date",
            "bought_on",
            "factory_month",
            "insurance_until",
            "inspection_until",
            "warranty_until",
            "gone",
        ]
        widgets = {
            name: DateInput()
            for name in (
                "licence_date",
                "bought_on",
                "factory_month",
                "insurance_until",
                "inspection_until",
                "warranty_until",
            )
        }
        labels = {"model_text": _("Model, if not in the catalogue")}

    def clean_plate(self) -> str | None:
        text = self.cleaned_data["plate"] or ""
        plate = plates.parse(text)
        if text.strip() and plate is None:
            raise forms.ValidationError(not_a_plate(text))
        return plate.text if plate else None

    def clean_vin(self) -> str | None:
        text = self.cleaned_data["vin"] or ""
        verdict = vin.judge(text)
        if text.strip() and not verdict.accepted:
            raise forms.ValidationError(verdict.error)
        return verdict.vin if text.strip() else None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vin"].widget.attrs["maxlength"] = 24  # room for spaces that people copy along
        self.fields["plate"].widget.attrs["maxlength"] = 14


class MileageForm(forms.Form):
    """What the odometer shows."""

    km = forms.IntegerField(label=_("Mileage (km)"), min_value=0, max_value=2_000_000)
    odometer_replaced = forms.BooleanField(label=_("Odometer replaced"), required=False)
    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120, required=False)


class OwnerForm(forms.Form):
    """Who owns the car from now on: found by phone and name, or registered."""

    phone = forms.CharField(label=_("Phone"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=80)

    def clean_phone(self) -> str:
        return read_phone(self.cleaned_data["phone"])


class ContactForm(forms.Form):
    """What came of a contact. What it needs beyond the result is asked by the action."""

    result = forms.ChoiceField(label=_("Result"), choices=Result.choices, required=False)
    said = forms.CharField(label=_("What was said"), max_length=2000, required=False)
    next_step = forms.ChoiceField(label=_("Next step"), choices=NextStep.choices, required=False)
    next_at = forms.DateTimeField(
        label=pgettext_lazy("next step", "When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    reason = forms.ModelChoiceField(label=_("Why not booked"), queryset=Reason.objects.none(), required=False)
    key = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput, initial=new_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons: Any = self.fields["reason"]
        reasons.queryset = Reason.objects.of(Reason.Kind.RECALL_REFUSAL)


class OpenContactForm(ContactForm):
    """A contact that no follow-up asked for: a call that came in, a visit in passing."""

    channel = forms.ChoiceField(label=_("Channel"), choices=CareChannel.choices, initial=CareChannel.CALL)
    direction = forms.ChoiceField(label=_("Direction"), choices=Contact.Direction.choices, initial=Contact.Direction.IN)
    field_order = ["direction", "channel", "result", "said", "next_step", "next_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]


class RecallPlanForm(forms.Form):
    """The improvement plan of a month's recall."""

    text = forms.CharField(label=_("Improvement plan"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def narrow(self, campaign: RecallCampaign, user: User) -> None:
        """It begins with the plan as it stands."""
        self.fields["text"].initial = campaign.improvement


class VoidForm(forms.Form):
    """Why a car leaves the list of a recall."""

    gone = forms.BooleanField(required=False, widget=forms.HiddenInput)
