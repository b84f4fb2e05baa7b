"""What may be typed in sales."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Payment
from dms.core.money import ZERO
from dms.core.refusals import Refusal
from dms.formats import display
from dms.models import Reason, Store, User, Variant
from dms.models.catalogue import Colour, Series
from dms.web.forms import (
    AmountField,
    ButtonField,
    DayField,
    FieldsOf,
    KeyField,
    MomentField,
    PhoneField,
    ReasonField,
    SignatureField,
)
from sales.actions.deliveries import STEP_LABELS
from sales.actions.leads import Said
from sales.models import Lead, LeadContact, Order, OwnerCard, Quote, ShowroomVisit, Source, StockCar
from sales.models.leads import Level
from sales.stock_position import family_of_age


class PricedModels(forms.ModelChoiceField[Variant]):
    """Configurations with their list price beside them."""

    def label_from_instance(self, obj: Variant) -> str:
        return f"{obj.named} · {display.yuan(obj.list_price)}" if obj.list_price else obj.named


def channels() -> Any:
    """The sources that can be chosen, each with its way."""
    return Source.objects.filter(active=True, parent__isnull=False).select_related("parent").order_by("order", "pk")


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

    phone = PhoneField(label=_("Mobile"), required=False, autofocus=True)
    name = forms.CharField(
        label=_("Name or form of address"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    stranger = forms.BooleanField(required=False)


class VisitForm(GuestForm):
    """One line of the register: two fields and Enter; the rest has its usual value."""

    kind = forms.ChoiceField(choices=ShowroomVisit.Kind.choices, initial=ShowroomVisit.Kind.WALK_IN)
    party_size = forms.IntegerField(min_value=1, max_value=99, initial=1, required=False)
    purpose = forms.ChoiceField(
        choices=ShowroomVisit.Purpose.choices, initial=ShowroomVisit.Purpose.LOOK, required=False
    )
    source = forms.ModelChoiceField(queryset=Source.objects.none(), required=False)
    key = KeyField()

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


class WishForm(FieldsOf[Lead]):
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

    def narrow(self, lead: Lead, user: User) -> None:
        """It begins with what is known."""
        self.initial.update(forms.model_to_dict(lead, fields=self._meta.fields))


class LeadForm(WishForm):
    """A card in three fields: number, name, level; the wish below may wait."""

    phone = PhoneField(label=_("Mobile"), autofocus=True)
    name = forms.CharField(label=_("Name or form of address"), max_length=80)
    level = forms.ChoiceField(label=_("level"), choices=Level.choices, initial=Level.N)
    field_order = ["phone", "name", "level", "source", "series", "variant"]


class ContactForm(forms.Form):
    """A contact in four taps: result, level, save; words and another time when needed."""

    page_template = "sales/lead_record.html"
    result = forms.ChoiceField(label=_("Result"), choices=LeadContact.Result.choices, widget=forms.RadioSelect)
    level = forms.ChoiceField(label=_("Level after it"), choices=Level.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Channel"), choices=LeadContact.Channel.choices, widget=forms.RadioSelect)
    what = forms.CharField(
        label=_("What happened"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    when = forms.CharField(required=False, max_length=40)
    next_at = MomentField(label=_("Another time"), required=False)
    key = KeyField()

    def clean(self) -> dict[str, Any]:
        """What was said, and its key."""
        facts = super().clean() or self.cleaned_data
        if self.errors:
            return facts
        next_at = facts["next_at"] or moment_of(facts["when"])
        contact = Said(facts["result"], facts["level"], facts["what"], facts["channel"], next_at)
        return {"said": contact, "key": facts["key"]}


def moment_of(tapped: str) -> datetime | None:
    """The time a chip names; None when none was tapped."""
    try:
        moment = datetime.fromisoformat(tapped)
    except ValueError:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


class LossForm(forms.Form):
    """Why the card is given up."""

    reason = ReasonField(Reason.Kind.LOSS)
    note = forms.CharField(label=_("In your own words"), max_length=200, required=False)


class RescheduleForm(forms.Form):
    """The promised contact moves."""

    to = MomentField(label=_("New time"))
    reason = ReasonField(Reason.Kind.RESCHEDULE)


class ConfirmLossForm(forms.Form):
    """The loss is real; when to ask again."""

    page_template = "sales/lead_confirm.html"
    ask_again = DayField(label=_("Ask again on"), required=False, help_text=_("Left empty, in 90 days."))


class NoteForm(forms.Form):
    """An instruction to whoever gets it back."""

    note = forms.CharField(label=_("What to do"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ReassignForm(forms.Form):
    """Who keeps the card from now on."""

    to = forms.ModelChoiceField(label=_("adviser"), queryset=User.objects.none())
    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120, required=False)

    def narrow(self, lead: Lead, user: User) -> None:
        """The advisers of the card's store."""
        choose(self, "to", advisers(lead.store))


class QuoteForm(FieldsOf[Quote]):
    """An offer: the car, and every amount of it; amounts left empty are no line. A discount is typed as it is spoken: positive."""

    vehicle = AmountField(label=_("Car (CNY)"), help_text=_("Left empty: the list price."))
    option = AmountField(label=pgettext_lazy("quote line", "Option"))
    accessory = AmountField(label=pgettext_lazy("quote line", "Accessory"))
    insurance = AmountField(label=pgettext_lazy("quote line", "Insurance"))
    tax = AmountField(label=pgettext_lazy("quote line", "Purchase tax"))
    plate = AmountField(label=pgettext_lazy("quote line", "Registration"))
    finance = AmountField(label=pgettext_lazy("quote line", "Finance fee"))
    discount = AmountField(label=pgettext_lazy("quote line", "Discount"))

    class Meta:
        model = Quote
        fields = ["variant", "colour", "valid_until", "note"]
        field_classes = {"variant": PricedModels, "valid_until": DayField}

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


class OrderForm(FieldsOf[Order]):
    """An order from a quote: deposit, how it is paid, when it is delivered."""

    page_template = "sales/order_new.html"
    deposit = AmountField(label=_("deposit agreed"), empty=ZERO, initial=0)
    submit = ButtonField()

    class Meta:
        model = Order
        fields = ["kind", "delivering_store", "deposit", "pays", "deliver_on", "note"]
        field_classes = {"deliver_on": DayField}

    def clean(self) -> dict[str, Any]:
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


class StockCarForm(FieldsOf[StockCar]):
    """A car of ours by its VIN."""

    arrived = forms.BooleanField(label=_("It stands in the yard"), required=False, initial=True)
    cost = AmountField(label=_("cost"))

    class Meta:
        model = StockCar
        fields = ["vin", "variant", "colour", "engine_no", "cost", "location", "certificate", "use", "factory_month"]
        field_classes = {"factory_month": DayField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vin"].widget.attrs["maxlength"] = 24  # room for spaces that people copy along


class LoanForm(FieldsOf[OwnerCard]):
    """How the car is being paid off; both left empty, there is no loan."""

    loan_terms = forms.IntegerField(label=_("Instalments"), min_value=0, max_value=600, required=False)

    class Meta:
        model = OwnerCard
        fields = ("loan_until", "loan_terms")
        field_classes = {"loan_until": DayField}

    def narrow(self, card: OwnerCard, user: User) -> None:
        """It begins with the loan that is noted."""
        self.initial.update(loan_until=card.loan_until, loan_terms=card.loan_terms)


class AppointmentForm(forms.Form):
    """When the customer comes for the car."""

    at = MomentField(label=_("Appointment"), required=False)

    def narrow(self, order: Order, user: User) -> None:
        """It begins with what was agreed before."""
        sheet = getattr(order, "delivery_sheet", None)
        self.initial["at"] = sheet and sheet.appointment_at


class StepForm(forms.Form):
    """Which step of the checklist is done. Each has its button, so nothing is asked."""

    step = forms.ChoiceField(choices=STEP_LABELS.items(), required=False)


class ConfirmationForm(forms.Form):
    """The customer's word that all was handed over: a signature, or the name typed."""

    signature = SignatureField()
    signature_typed = forms.CharField(required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        """By hand, by name, or both.

        :raises Refusal: when the drawing did not arrive whole: the pad stands on the sheet, and has no page to come back to.
        """
        facts = super().clean() or self.cleaned_data
        for sentences in self.errors.values():
            raise Refusal(str(sentences[0]), code="no_picture")
        return {"signature": facts["signature"], "name": facts["signature_typed"]}
