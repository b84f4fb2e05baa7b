"""What may be typed about customers and vehicles."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from crm import joining, named_times, questions
from crm.models import (
    CareChannel,
    Contact,
    ContactPerson,
    Customer,
    FollowUp,
    NextStep,
    Phone,
    RecallCampaign,
    Result,
    Vehicle,
)
from crm.models.contacts import NAMES_A_TIME
from crm.named_times import NotKept
from dms.core.untyped import Facts, Option
from dms.formats import display, vin
from dms.formats.days import HERE
from dms.formats.display import EMPTY
from dms.formats.wording import listed
from dms.models import Reason, Store, User
from dms.web.forms import (
    MOMENT,
    ConfirmedField,
    DayField,
    FieldsOf,
    KeyField,
    ListField,
    MomentField,
    PhoneField,
    PlateField,
    ReasonAskedField,
    ReasonField,
)

DAYS = ("licence_date", "bought_on", "factory_month", "insurance_until", "inspection_until", "warranty_until")
"""Days in a car's life."""


PLATE_IS_SO = _("The plate has this colour: looked at twice")
IT_IS_THEM = _("Join our store: it is this person")
WHY_RIGHT = _("Why the VIN is right although its check digit does not fit")


class NeedsField(ListField):
    """Wishes of the customer, typed with commas between them (Chinese commas too), kept as a list."""

    def prepare_value(self, value: list[str] | str | None) -> str:
        return listed(value) if isinstance(value, list) else value or ""

    def clean(self, value: object) -> list[str]:
        return [need[:40] for need in super().clean(value)]


class VinField(forms.CharField):
    """A VIN, with the spaces that people copy along; None when nothing was typed."""

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"max_length": 24, **options})

    def clean(self, value: object) -> str | None:
        text: str = super().clean(value)
        if not text:
            return None
        verdict = vin.judge(text)
        if not verdict.accepted:
            raise forms.ValidationError(verdict.error, code="invalid")
        return verdict.vin


def new_key() -> str:
    """For a form that is sent once, however often the button is pressed."""
    return uuid.uuid4().hex


class RegisterCustomerForm(forms.Form):
    """Name and phone are enough."""

    phone = PhoneField(label=_("Phone"), autofocus=True)
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    salutation = forms.ChoiceField(
        label=_("Salutation"), choices=Customer.Salutation.choices, required=False, widget=forms.RadioSelect
    )
    join = ConfirmedField(label=IT_IS_THEM)


class CustomerForm(FieldsOf[Customer]):
    """Everything that may be known of a customer; only the name must be."""

    page_template = "generic/form.html"  # too much for a dialog

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
        field_classes = {"birthday": DayField}

    def narrow(self, customer: Customer, user: User) -> None:
        """It begins with what is known."""
        self.initial = model_to_dict(customer, list(self.fields))


class NewPhoneForm(forms.Form):
    """A number; ``primary`` is the one to call from now on."""

    number = PhoneField(label=capfirst(pgettext_lazy("phone", "number")))
    kind = forms.ChoiceField(label=_("Kind"), choices=Phone.Kind.choices, initial=Phone.Kind.MOBILE)
    primary = forms.BooleanField(label=capfirst(_("call this one")), required=False)


class ContactPersonForm(FieldsOf[ContactPerson]):
    """Somebody round the customer."""

    class Meta:
        model = ContactPerson
        fields = ["role", "name", "employer", "phone", "birthday", "birthday_is_lunar", "note"]
        field_classes = {"birthday": DayField}


class MergeForm(forms.Form):
    """Which of two files stays, and why they are of one person."""

    page_template = "crm/customer_merge.html"

    stays = forms.ChoiceField(label=_("This file stays"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=pgettext_lazy("why", "Reason"), max_length=120, help_text=_("How do you know that they are one person?")
    )

    def between(self, *files: Customer) -> None:
        """One of these stays."""
        stays = self.fields["stays"]
        assert isinstance(stays, forms.ChoiceField)
        stays.choices = [(str(file.pk), f"{file} {display.masked_phone(file.phone)}".strip()) for file in files]


class UndoMergeForm(forms.Form):
    """Why two files that were made one are two people after all."""

    reason = forms.CharField(
        label=pgettext_lazy("why", "Reason"), max_length=120, help_text=_("How do you know that they are two people?")
    )


class LookUpForm(forms.Form):
    """An exact phone, plate or VIN of somebody served elsewhere."""

    text = forms.CharField(label=_("Whole phone number, plate or VIN"), max_length=40)
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("Only when several people share the number."),
    )
    join = ConfirmedField(label=IT_IS_THEM)


class NewVehicleForm(FieldsOf[Vehicle]):
    """The file of a car that is new to us. The VIN or the plate identifies it."""

    page_template = "generic/form.html"

    plate = PlateField(label=_("Plate"), required=False)
    number = VinField(label=_("VIN"), required=False)
    plate_confirmed = ConfirmedField(label=PLATE_IS_SO)
    vin_reason = ReasonAskedField(label=WHY_RIGHT)
    field_order = ["plate", "plate_confirmed", "number", "vin_reason"]

    class Meta:
        model = Vehicle
        fields = ["variant", "model_text", "colour", "energy", "engine_no", *DAYS]
        field_classes = dict.fromkeys(DAYS, DayField)
        labels = {"model_text": _("Model, if not in the catalogue")}


class VehicleForm(FieldsOf[Vehicle]):
    """A car's file. The VIN or the plate identifies it."""

    page_template = "generic/form.html"

    plate = PlateField(label=_("Plate"), required=False)
    vin = VinField(label=_("VIN"), required=False)
    plate_confirmed = ConfirmedField(label=PLATE_IS_SO)
    vin_reason = ReasonAskedField(label=WHY_RIGHT)
    field_order = ["plate", "plate_confirmed", "vin", "vin_reason"]

    class Meta(NewVehicleForm.Meta):
        fields = [*NewVehicleForm.Meta.fields, "gone"]

    def narrow(self, vehicle: Vehicle, user: User) -> None:
        """It begins with what is known."""
        self.initial = model_to_dict(vehicle, list(self.fields))
        if vehicle.vin_reason and isinstance(reason := self.fields["vin_reason"], ReasonAskedField):
            reason.show()


class MileageForm(forms.Form):
    """What the odometer shows."""

    km = forms.IntegerField(label=_("Mileage (km)"), min_value=0, max_value=2_000_000)
    odometer_replaced = forms.BooleanField(label=_("Odometer replaced"), required=False)
    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120, required=False)
    km_confirmed = forms.BooleanField(label=_("The odometer shows so many: looked at twice"), required=False)


class CorrectMileageForm(forms.Form):
    """What the odometer showed in truth, and how it came to be misread."""

    km = forms.IntegerField(label=_("Mileage (km)"), min_value=0, max_value=2_000_000)
    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120)


class WhyForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120)


class OwnerForm(forms.Form):
    """Who owns the car from now on: found by phone and name, or registered."""

    phone = PhoneField(label=_("Phone"))
    name = forms.CharField(label=_("Name"), max_length=80)
    join = ConfirmedField(label=IT_IS_THEM)


class ContactForm(forms.Form):
    """What came of a contact. What it needs beyond the result is asked by the action."""

    result = forms.ChoiceField(label=_("Result"), choices=[("", EMPTY), *Result.choices], required=False)
    said = forms.CharField(label=_("What was said"), max_length=2000, required=False)
    next_step = forms.ChoiceField(label=_("Next step"), choices=NextStep.choices, required=False)
    next_at = MomentField(label=pgettext_lazy("next step", "When"), required=False)
    key = KeyField(initial=new_key)


class FollowUpsField(forms.TypedMultipleChoiceField):
    """Some of the follow-ups that a page shows; which of them count is the act's to judge."""

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"coerce": int, "required": False, "widget": forms.CheckboxSelectMultiple, **options})

    def valid_value(self, value: object) -> bool:
        return isinstance(value, int) or str(value).isdigit()


class CallForm(ContactForm):
    """A call of the desk; when it was for a recall, also why the owner does not come.

    ``leave``: what is made along with it and is left for later all the same.
    """

    leave = FollowUpsField(label=_("Leave for later"))

    reason = ReasonField(
        Reason.Kind.RECALL_REFUSAL,
        label=_("Why not booked"),
        required=False,
        widget=forms.Select,
        empty_label=EMPTY,
    )
    survey_reason = ReasonField(
        Reason.Kind.SATISFACTION, label=_("Main reason"), required=False, widget=forms.Select, empty_label=EMPTY
    )
    survey_declined = forms.BooleanField(label=_("Would rather not answer"), required=False)
    store: Store | None = None

    def narrow(self, row: FollowUp, _user: User) -> None:
        """It knows the hours of the store, and asks what the rules of the call ask."""
        self.store = row.store
        self.ask(questions.asked_in([row, *joining.joined_with(row, timezone.now()).select_related("cadence")]))

    def ask(self, asked: Sequence[questions.Asked]) -> None:
        """A field for every question, which nobody must answer."""
        for one in asked:
            for question in one.questions:
                self.fields[questions.field_of(question)] = forms.TypedChoiceField(
                    label=str(question),
                    choices=[(value, value) for value in question.values],
                    coerce=int,
                    required=False,
                    empty_value=None,
                )

    def clean(self) -> Facts:
        """The answers together, as the act takes them."""
        cleaned = super().clean() or self.cleaned_data
        values = {
            int(name[1:]): value
            for name in [name for name in cleaned if name[0] == "q" and name[1:].isdigit()]
            if (value := cleaned.pop(name)) is not None
        }
        declined, reason = cleaned.pop("survey_declined", False), cleaned.pop("survey_reason", None)
        cleaned["survey"] = questions.Answers(values, reason, declined)
        return cleaned

    def clean_next_at(self) -> datetime | None:
        later = self.cleaned_data.get("result") in NAMES_A_TIME
        return kept_or_offered(self.cleaned_data["next_at"], self.store if later else None, "next_at")


class OpenContactForm(ContactForm):
    """A contact that no follow-up asked for: a call that came in, a visit in passing."""

    channel = forms.ChoiceField(label=_("Channel"), choices=CareChannel.choices, initial=CareChannel.CALL)
    direction = forms.ChoiceField(label=_("Direction"), choices=Contact.Direction.choices, initial=Contact.Direction.IN)
    answers = FollowUpsField(label=_("Needs no call any more"))
    field_order = ["direction", "channel", "result", "said", "next_step", "next_at", "answers"]

    def narrow(self, customer: Customer, user: User) -> None:
        """What is due is answered by a call that came in, unless somebody says otherwise."""
        now = timezone.now()
        rows = joining.answered_by(customer, user, now)
        answers = self.fields["answers"]
        assert isinstance(answers, FollowUpsField)
        answers.choices = [(str(row.pk), joining.in_words(row)) for row in rows]
        answers.initial = [row.pk for row in rows if row.due_from <= now]
        if not rows:
            del self.fields["answers"]


class CorrectContactForm(forms.Form):
    """What came of a contact in truth, and what was wrong."""

    result = forms.ChoiceField(label=_("Result"), choices=[("", EMPTY), *Result.choices])
    said = forms.CharField(label=_("What was said"), max_length=2000, required=False)
    next_at = MomentField(label=pgettext_lazy("next step", "When"), required=False)
    reason = ReasonField(
        Reason.Kind.RECALL_REFUSAL,
        label=_("Why not booked"),
        required=False,
        widget=forms.Select,
        empty_label=EMPTY,
    )
    why = forms.CharField(label=_("What was wrong"), max_length=120)

    def narrow(self, contact: Contact, user: User) -> None:
        """It begins with what was noted; why an owner did not book is asked only where a recall was answered."""
        self.initial = {"said": contact.said, "result": contact.result}
        if contact.pk and not contact.answers.filter(follow_up__recall_entry__isnull=False).exists():
            del self.fields["reason"]


class RecallPlanForm(forms.Form):
    """The improvement plan of a month's recall."""

    text = forms.CharField(label=_("Improvement plan"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    owner = forms.ModelChoiceField(User.objects.none(), label=_("who carries it out"), required=False)
    due = DayField(label=_("carried out by"), required=False)

    def narrow(self, campaign: RecallCampaign, user: User) -> None:
        """It begins with the plan as it stands; people of the store carry it out."""
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(is_active=True, stores=campaign.store_id).order_by("name_key", "pk")
        self.initial.update(
            text=campaign.improvement, owner=campaign.improvement_owner_id, due=campaign.improvement_due
        )


class VoidForm(WhyForm):
    """Why a car leaves the list of a recall, and whether its file is closed as well."""

    gone = forms.BooleanField(
        label=_("The car is gone for good: scrapped or sold. Close its file."), required=False, initial=True
    )


def kept_or_offered(named: datetime | None, store: Store | None, name: str) -> datetime | None:
    """The time as the customer named it.

    :raises ValidationError: when nobody is there then; the nearest time is offered as a button.
    """
    try:
        if store is not None:
            named_times.refuse_unkept(named, store, now=timezone.now())
    except NotKept as refusal:
        raise nearest_offered(refusal, name) from refusal
    return named


def nearest_offered(refusal: NotKept, name: str) -> forms.ValidationError:
    """The refusal beside the field, with a button that sends the form with the nearest time instead."""
    value = refusal.nearest.astimezone(HERE).strftime(MOMENT)
    label = pgettext("button", "Take %(at)s") % {"at": display.moment(refusal.nearest)}
    # The button's value comes after the field's of the same name, and the last one counts: no script is needed.
    button = format_html('<button class="btn btn-sm mt-1" name="{}" value="{}">{}</button>', name, value, label)
    return forms.ValidationError(format_html("{} {}", refusal.sentence, button), code=refusal.code)
