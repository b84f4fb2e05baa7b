"""What may be typed in sales."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.formats import display, phones
from dms.models import Reason, Store, User, Variant
from dms.models.catalogue import Colour, Series
from sales.models import Lead, LeadContact, Order, OwnerCard, Quote, ShowroomVisit, Source, StockCar
from sales.models.leads import Level

MOMENT = "%Y-%m-%dT%H:%M"


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def moment_field(label: Any, *, required: bool = True) -> forms.DateTimeField:
    """A day and a time, in the browser's own field."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, required=required, widget=widget, input_formats=[MOMENT, "%Y-%m-%d %H:%M"])


def amount_field(label: Any, *, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=10, decimal_places=2, help_text=help_text
    )


class PricedModels(forms.ModelChoiceField[Variant]):
    """Configurations with their list price beside them."""

    def label_from_instance(self, obj: Variant) -> str:
        return f"{obj.named} · {display.yuan(obj.list_price)}" if obj.list_price else obj.named


def channels() -> Any:
    """The sources that can be chosen, each with its way."""
    return Source.objects.filter(active=True, parent__isnull=False).select_related("parent").order_by("order", "pk")


def reasons(kind: Reason.Kind) -> Any:
    return Reason.objects.of(kind)


def advisers(store: Store) -> Any:
    """Who may keep a card of the store."""
    people = User.objects.get_queryset().of_store(store).active()
    return people.with_right("sales.sell").order_by("name_key", "pk")


def choose(form: forms.Form, name: str, queryset: Any) -> None:
    """The rows a field offers."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = queryset


class GuestForm(forms.Form):
    """Who it is: the number and how they want to be called. Both may be missing at first."""

    phone = forms.CharField(
        label=_("Mobile"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "autofocus": True}),
    )
    name = forms.CharField(
        label=_("Name or form of address"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    stranger = forms.BooleanField(required=False)

    def clean_phone(self) -> str:
        text: str = self.cleaned_data["phone"]
        if text.strip() and phones.normalise(text) is None:
            raise forms.ValidationError(
                _("This is no phone number. Write eleven digits for a mobile, or area code and number.")
            )
        return text


class VisitForm(GuestForm):
    """One line of the register: two fields and Enter; the rest has its usual value."""

    kind = forms.ChoiceField(choices=ShowroomVisit.Kind.choices, initial=ShowroomVisit.Kind.WALK_IN)
    party_size = forms.IntegerField(min_value=1, max_value=99, initial=1, required=False)
    purpose = forms.ChoiceField(
        choices=ShowroomVisit.Purpose.choices, initial=ShowroomVisit.Purpose.LOOK, required=False
    )
    source = forms.ModelChoiceField(queryset=Source.objects.none(), required=False)
    key = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "source", channels())


class CompleteForm(GuestForm):
    """What a line lacks: who it was, or that they left nothing."""

    left_nothing = forms.BooleanField(label=_("They left neither name nor number"), required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["stranger"]


class WishForm(forms.ModelForm[Lead]):
    """What they want, as far as it is known."""

    class Meta:
        model = Lead
        fields = ["series", "variant", "colour", "budget", "buys_when", "wish", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("series", Series.objects.filter(active=True).select_related("brand")),
            ("variant", Variant.objects.filter(active=True).select_related("series")),
            ("source", channels()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def _post_clean(self) -> None:
        """The action judges the row; the form only what was typed."""


class LeadForm(WishForm):
    """A card in three fields: number, name, level; the wish below may wait."""

    phone = forms.CharField(
        label=_("Mobile"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "autofocus": True}),
    )
    name = forms.CharField(label=_("Name or form of address"), max_length=80)
    level = forms.ChoiceField(label=_("level"), choices=Level.choices, initial=Level.N)
    field_order = ["phone", "name", "level", "source", "series", "variant"]
    clean_phone = GuestForm.clean_phone


class ContactForm(forms.Form):
    """A contact in four taps: result, level, save; words and another time when needed."""

    result = forms.ChoiceField(label=_("Result"), choices=LeadContact.Result.choices, widget=forms.RadioSelect)
    level = forms.ChoiceField(label=_("Level after it"), choices=Level.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Channel"), choices=LeadContact.Channel.choices, widget=forms.RadioSelect)
    what = forms.CharField(
        label=_("What happened"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    when = forms.CharField(required=False, max_length=40)
    next_at = moment_field(_("Another time"), required=False)
    key = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """An act that asks why."""

    reason = forms.ModelChoiceField(label=pgettext_lazy("why", "Reason"), queryset=Reason.objects.none())
    note = forms.CharField(label=_("In your own words"), max_length=200, required=False)

    def __init__(self, *args: Any, kind: Reason.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "reason", reasons(kind))


class RescheduleForm(ReasonForm):
    """The promised contact moves."""

    to = moment_field(_("New time"))
    field_order = ["to", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]


class ConfirmLossForm(forms.Form):
    """The loss is real; when to ask again."""

    ask_again = forms.DateField(
        label=_("Ask again on"), required=False, widget=day_input(), help_text=_("Left empty, in 90 days.")
    )


class NoteForm(forms.Form):
    """An instruction to whoever gets it back."""

    note = forms.CharField(label=_("What to do"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ReassignForm(forms.Form):
    """Who keeps the card from now on."""

    to = forms.ModelChoiceField(label=_("adviser"), queryset=User.objects.none())
    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120, required=False)

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "to", advisers(store))


class QuoteForm(forms.ModelForm[Quote]):
    """An offer: the car, and every amount of it; amounts left empty are no line. A discount is typed as it is spoken: positive."""

    vehicle = amount_field(_("Car (CNY)"), help_text=_("Left empty: the list price."))
    option = amount_field(pgettext_lazy("quote line", "Option"))
    accessory = amount_field(pgettext_lazy("quote line", "Accessory"))
    insurance = amount_field(pgettext_lazy("quote line", "Insurance"))
    tax = amount_field(pgettext_lazy("quote line", "Purchase tax"))
    plate = amount_field(pgettext_lazy("quote line", "Registration"))
    finance = amount_field(pgettext_lazy("quote line", "Finance fee"))
    discount = amount_field(pgettext_lazy("quote line", "Discount"))

    class Meta:
        model = Quote
        fields = ["variant", "colour", "valid_until", "note"]
        field_classes = {"variant": PricedModels}
        widgets = {"valid_until": day_input()}

    field_order = ["variant", "colour", "vehicle", "discount"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("variant", Variant.objects.filter(active=True).select_related("series")),
            ("colour", Colour.objects.filter(active=True).select_related("brand")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        variant = facts.get("variant")
        if facts.get("vehicle") is None and "vehicle" not in self.errors and variant is not None:
            facts["vehicle"] = variant.list_price
            if variant.list_price is None:
                self.add_error("vehicle", _("This model has no list price: type what the car costs."))
        return facts

    def _post_clean(self) -> None:
        """The action makes the rows."""


class OrderForm(forms.ModelForm[Order]):
    """An order from a quote: deposit, how it is paid, when it is delivered."""

    deposit = amount_field(_("deposit agreed"))

    class Meta:
        model = Order
        fields = ["kind", "delivering_store", "deposit", "pays", "deliver_on", "note"]
        widgets = {"deliver_on": day_input()}

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        if facts.get("kind") == Order.Kind.ENTRUSTED and not facts.get("delivering_store"):
            self.add_error("delivering_store", _("Name the store that delivers."))
        facts["deposit"] = facts.get("deposit") or Decimal(0)
        return facts

    def _post_clean(self) -> None:
        """The action makes the row."""


class CancelForm(ReasonForm):
    """Why the order ends, and what of the deposit is kept."""

    forfeit = amount_field(_("Kept of the deposit (CNY)"))


class StockCarForm(forms.ModelForm[StockCar]):
    """A car of ours by its VIN."""

    arrived = forms.BooleanField(label=_("It stands in the yard"), required=False, initial=True)
    cost = amount_field(_("cost"))

    class Meta:
        model = StockCar
        fields = ["vin", "variant", "colour", "engine_no", "cost", "location", "certificate", "use", "factory_month"]
        widgets = {"factory_month": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vin"].widget.attrs["maxlength"] = 24  # room for spaces that people copy along

    def _post_clean(self) -> None:
        """The action judges the VIN and makes the row."""


class LoanForm(forms.ModelForm[OwnerCard]):
    """How the car is being paid off; both left empty, there is no loan."""

    loan_terms = forms.IntegerField(label=_("Instalments"), min_value=0, max_value=600, required=False)

    class Meta:
        model = OwnerCard
        fields = ("loan_until", "loan_terms")
        widgets = {"loan_until": day_input()}

    def _post_clean(self) -> None:
        """The action judges and saves."""


class AppointmentForm(forms.Form):
    """When the customer comes for the car."""

    at = moment_field(_("Appointment"))


class ConfirmationForm(forms.Form):
    """The customer's word that all was handed over: a signature, or the name typed."""

    signature = forms.CharField(required=False, max_length=800_000)
    signature_typed = forms.CharField(required=False, max_length=80)
