"""What may be typed in after-sales. What must be true of it beyond a field is asked by the acts."""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from aftersales import ready_time
from aftersales.actions import checks, consent, release
from aftersales.models import Appointment, Authorisation, Bay, LabourOperation, WorkLine, WorkOrder
from dms.core.acts import Actor
from dms.core.money import ZERO
from dms.formats import display
from dms.models import Absence, Reason, Store, User
from dms.records import business_hours
from dms.web.forms import DayField, FieldsOf, KeyField, ReasonField, SignatureField
from parts.models import Part

MOMENT = "%Y-%m-%dT%H:%M"
CHARGED = [choice for choice in WorkLine.Payer.choices if choice[0] != WorkLine.Payer.FREE]


class MomentField(forms.DateTimeField):
    """A day with its time."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "900"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, "%Y-%m-%d %H:%M", f"{MOMENT}:%S"], **kwargs)


def people_with(right: str, store: Store) -> Any:
    """Active colleagues of the store who have the right."""
    return User.objects.get_queryset().of_store(store).active().with_right(right).order_by("name_key", "pk")


class CancelReasonForm(forms.Form):
    """Why the work is not done, or the visit does not take place."""

    reason = ReasonField(Reason.Kind.CANCEL)


class NoShowReasonForm(forms.Form):
    """Why nobody came, as far as we know."""

    reason = ReasonField(Reason.Kind.NO_SHOW)


class DeclineForm(forms.Form):
    """Why the customer does not want it, now or at all."""

    reason = ReasonField(Reason.Kind.DECLINE)


class HoldForm(forms.Form):
    """For what the car waits."""

    reason = ReasonField(Reason.Kind.HOLD)
    note = forms.CharField(label=_("In your own words"), max_length=120, required=False)


class CarForm(forms.Form):
    """Which car; when it is new here, whose."""

    car = forms.CharField(
        label=_("Plate or VIN"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class WriteUpForm(CarForm):
    """The ten-second write-up: the car, what the customer says, the mileage. Everything else has a usual value."""

    complaint = forms.CharField(
        label=_("In the customer’s own words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
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
    appointment = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    field_order = ["car", "km", "complaint", "phone", "name"]

    def clean_damage(self) -> list[dict[str, str]]:
        """One entry for each place, separated by commas or semicolons (Chinese ones too)."""
        text = self.cleaned_data["damage"]
        for mark in ("\uff0c", "\uff1b", "\u3001", ";"):
            text = text.replace(mark, ",")
        return [{"what": part.strip()[:60]} for part in text.split(",") if part.strip()]


class LabourForm(forms.Form):
    """A job from the catalogue."""

    operation = forms.ModelChoiceField(
        LabourOperation.objects.filter(active=True), to_field_name="code", label=_("Labour operation")
    )
    hours = forms.DecimalField(
        label=_("Hours"),
        max_digits=5,
        decimal_places=1,
        min_value=Decimal("0.1"),
        required=False,
        help_text=_("Empty: the standard time."),
    )
    payer = forms.ChoiceField(
        label=_("Payer"), choices=[("", pgettext_lazy("payer", "As usual")), *WorkLine.Payer.choices], required=False
    )


class PartNumberInput(forms.TextInput):
    """While a number or name is typed, the parts of the store are offered beneath."""

    LIST = "part-numbers"

    def __init__(self) -> None:
        super().__init__(
            attrs={
                "list": self.LIST,
                "autocomplete": "off",
                "hx-get": reverse_lazy("aftersales:part_numbers"),
                "hx-trigger": "input changed delay:250ms",
                "hx-target": f"#{self.LIST}",
                "hx-select": "option",
                "hx-swap": "innerHTML",
            }
        )

    def render(self, *args: Any, **options: Any) -> SafeString:
        return format_html('{}<datalist id="{}"></datalist>', super().render(*args, **options), self.LIST)


class PartForm(forms.Form):
    """A part by its number."""

    part = forms.CharField(
        label=_("Part number"),
        max_length=60,
        widget=PartNumberInput,
    )
    quantity = forms.DecimalField(
        label=_("Quantity"), max_digits=8, decimal_places=2, min_value=Decimal("0.01"), initial=1
    )
    payer = forms.ChoiceField(label=_("Payer"), choices=CHARGED, initial=WorkLine.Payer.CUSTOMER)

    def clean_part(self) -> Part:
        number = self.cleaned_data["part"].strip().upper().split(" ")[0]
        found = Part.objects.filter(number=number, active=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no part of that number. Choose it from the list."))
        return found


class OtherForm(forms.Form):
    """Sublet work or a fee."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(one.value, one.label) for one in (WorkLine.Kind.SUBLET, WorkLine.Kind.FEE)]
    )
    text = forms.CharField(label=_("What"), max_length=120)
    unit_price = forms.DecimalField(label=_("Price (CNY)"), max_digits=12, decimal_places=2, min_value=0)
    payer = forms.ChoiceField(label=_("Payer"), choices=CHARGED, initial=WorkLine.Payer.CUSTOMER)


class LineChoice(forms.ModelChoiceField[WorkLine]):
    """A line, by what stands on it."""

    def label_from_instance(self, line: WorkLine) -> str:
        return line.text


class TakeUpForm(forms.Form):
    """A line of an earlier visit of the car."""

    line = LineChoice(WorkLine.objects.none(), label=_("Line"))

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """Lines of the same car, in whatever store it was."""
        line = self.fields["line"]
        assert isinstance(line, LineChoice)
        line.queryset = WorkLine.objects.filter(work_order__vehicle=order.vehicle_id)


class ChangeLineForm(forms.Form):
    """Another quantity, price or payer."""

    quantity = forms.DecimalField(label=_("Quantity"), max_digits=8, decimal_places=2, min_value=Decimal("0.01"))
    unit_price = forms.DecimalField(label=_("Unit price (CNY)"), max_digits=12, decimal_places=2, min_value=0)
    payer = forms.ChoiceField(label=_("Payer"), choices=WorkLine.Payer.choices)

    def narrow(self, line: WorkLine, _user: Actor) -> None:
        """As it is; and up to what it may cost without another word of the customer."""
        for name in self.fields:
            self.fields[name].initial = getattr(line, name)
        if line.authorised_amount is not None:
            sentence = _("Agreed up to %(sum)s. Dearer than that, the customer is asked again.")
            self.note = sentence % {"sum": display.yuan(line.authorised_amount)}


class PromiseForm(forms.Form):
    """The time promised."""

    promised_at = MomentField(label=_("Ready at"))

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """The time that was promised already, or when it can be ready."""
        self.fields["promised_at"].initial = order.promised_at or consent.suggested(order, timezone.now())


class ChangePromiseForm(forms.Form):
    """Another time, and why."""

    to = MomentField(label=_("Ready at"))
    reason = forms.CharField(label=_("Why it changes"), max_length=120)

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """Once the customer agreed, when it can be ready from now on."""
        forecast = consent.suggested(order, timezone.now()) if order.status in consent.AGREED_UPON else None
        self.fields["to"].initial = forecast or order.promised_at


class ConsentForm(forms.Form):
    """The customer's word: how, who, what proves it. Before the first signature it is about the whole commission."""

    page_template = "aftersales/work_order_sign.html"
    method = forms.ChoiceField(label=pgettext_lazy("consent", "How"), choices=Authorisation.Method.choices)
    given_by = forms.CharField(label=_("Who agreed"), max_length=80)
    evidence = forms.CharField(label=_("Number called, or words of the message"), max_length=200, required=False)
    total = forms.DecimalField(max_digits=14, decimal_places=2, required=False, widget=forms.HiddenInput)
    lines = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label=_("Lines"), widget=forms.CheckboxSelectMultiple
    )
    signature = SignatureField(widget=forms.HiddenInput)
    signature_typed = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """What waits, what it costs together, and by whom and how it is usually agreed to."""
        self.first = order.status == WorkOrder.Status.ESTIMATED
        self.waiting = list(order.lines.filter(status="PROPOSED").select_related("part", "operation"))
        self.sum = sum((line.amount for line in self.waiting), ZERO)
        self.customer_pays = sum((line.amount for line in self.waiting if line.payer == line.Payer.CUSTOMER), ZERO)
        lines = self.fields["lines"]
        assert isinstance(lines, forms.TypedMultipleChoiceField)
        lines.choices = [(line.pk, line.text) for line in self.waiting]
        method = Authorisation.Method.SIGNATURE if self.first else Authorisation.Method.PHONE
        for name, value in (("given_by", order.customer.name), ("method", method), ("total", self.sum)):
            self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        """A signature is drawn or typed; by phone or message nobody signs, whatever was left on the pad.

        The sum that was told is the sum of all that waits: for chosen lines it says nothing.
        """
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        typed, chosen = facts.pop("signature_typed", ""), facts.get("lines")  # who signs stands in given_by
        facts |= {"lines": chosen or None, "total": None if chosen else facts.get("total")}
        if facts.get("method") != Authorisation.Method.SIGNATURE:
            facts["signature"] = None
        elif "signature" in facts and not facts["signature"] and not typed:
            raise forms.ValidationError(
                _("Let the customer sign in the field, or type the name beneath it."), code="not_signed"
            )
        return facts


class DescribeForm(FieldsOf[WorkOrder]):
    """Words, findings and choices of the work order."""

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """As they stand."""
        self.initial.update(forms.model_to_dict(order, fields=self._meta.fields))

    class Meta:
        model = WorkOrder
        fields = ["complaint", "cause", "correction", "old_parts", "free_wash"]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("complaint", "cause", "correction")}


class BusyChoice(forms.ModelChoiceField[Any]):
    """A person or a place, with what keeps them busy beside the name."""

    busy: Mapping[int, str] = MappingProxyType({})

    def label_from_instance(self, obj: Any) -> str:
        return " · ".join(text for text in (str(obj), self.busy.get(obj.pk, "")) if text)


class DispatchForm(forms.Form):
    """Who works on it, and where: nobody who is away, and beside each name what is in hand already."""

    technician = BusyChoice(User.objects.none(), label=_("Technician"))
    bay = BusyChoice(Bay.objects.filter(active=True), label=_("Bay"), required=False)

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """The people and places of the store of the order."""
        absences = Absence.objects
        away = absences.on(timezone.localdate()).values("user_id")
        technician, bay = self.fields["technician"], self.fields["bay"]
        assert isinstance(technician, BusyChoice)
        assert isinstance(bay, BusyChoice)
        technician.queryset = people_with("aftersales.repair", order.store).exclude(pk__in=away)
        bay.queryset = Bay.objects.filter(store=order.store, active=True)
        technician.busy, bay.busy = in_hand(order.store)
        technician.initial, bay.initial = order.technician_id, order.bay_id


def in_hand(store: Store) -> tuple[dict[int, str], dict[int, str]]:
    """How many cars each technician has, and which car stands in each bay."""
    rows = WorkOrder.objects
    jobs, places = Counter[int](), {}
    for row in rows.filter(store=store, status__in=["DISPATCHED", "IN_PROGRESS"]).select_related("vehicle"):
        if row.technician_id:
            jobs[row.technician_id] += 1
        if row.bay_id and row.status == "IN_PROGRESS":
            places[row.bay_id] = str(row.vehicle)
    return {pk: ngettext("%(n)s car", "%(n)s cars", n) % {"n": n} for pk, n in jobs.items()}, places


class LineIssueForm(forms.Form):
    """How many pieces, and who signs for them."""

    quantity = forms.DecimalField(label=_("Quantity"), max_digits=8, decimal_places=2, min_value=Decimal("0.01"))
    signed_by = forms.CharField(label=_("Signed by"), max_length=80)
    key = KeyField()

    def narrow(self, line: WorkLine, _user: Actor) -> None:
        """All that is left, to the technician of the car."""
        self.fields["quantity"].initial = line.left
        self.fields["key"].initial = uuid.uuid4().hex
        if line.work_order.technician is not None:
            self.fields["signed_by"].initial = str(line.work_order.technician)


class ReturnForm(forms.Form):
    """How many pieces come back."""

    quantity = forms.DecimalField(label=_("Quantity"), max_digits=8, decimal_places=2, min_value=Decimal("0.01"))
    key = KeyField()

    def narrow(self, line: WorkLine, _user: Actor) -> None:
        """All that is out."""
        self.fields["quantity"].initial = line.issued
        self.fields["key"].initial = uuid.uuid4().hex


class FinishForm(forms.Form):
    """How long it took."""

    clocked_hours = forms.DecimalField(
        label=_("Hours it took"), max_digits=5, decimal_places=1, min_value=Decimal("0.1")
    )

    def narrow(self, line: WorkLine, _user: Actor) -> None:
        """As long as is billed. On a technician's page the forms of several lines stand beside each other."""
        self.fields["clocked_hours"].initial = f"{line.quantity:.1f}"
        self.auto_id = f"line-{line.pk}-%s"


class CheckForm(forms.Form):
    """Passed or not, and what the checker says."""

    stage = forms.CharField(max_length=5, widget=forms.HiddenInput)
    passed = forms.TypedChoiceField(
        label=_("Result"),
        coerce=lambda value: value == "1",
        choices=[("1", pgettext_lazy("check", "Passed")), ("0", pgettext_lazy("check", "Failed"))],
    )
    advice = forms.CharField(label=_("Advice"), max_length=200, required=False)

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """The check whose turn it is. On a technician's page the cars stand beside each other."""
        self.auto_id = f"check-{order.pk}-%s"
        stage = checks.NEXT_STAGE.get(WorkOrder.Status(order.status))
        self.fields["stage"].initial = stage and stage.value


class ReadyForm(forms.Form):
    """The six points of the internal hand-over, and where the car stands."""

    checked = forms.MultipleChoiceField(
        label=_("Internal hand-over"), choices=list(checks.CHECKLIST.items()), widget=forms.CheckboxSelectMultiple
    )
    parked = forms.CharField(label=_("Parked at"), max_length=40, required=False)


class SendBackForm(forms.Form):
    """What is not right after the inspection."""

    reason = forms.CharField(label=_("What is wrong"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class SettleForm(forms.Form):
    """What the customer is told at the end: the next maintenance, and when we may call."""

    next_service_on = DayField(label=_("Next maintenance"), required=False)
    next_service_km = forms.IntegerField(label=_("At (km)"), min_value=0, max_value=2_000_000, required=False)
    convenient_call_at = MomentField(
        label=_("Convenient time for a call"),
        required=False,
        help_text=_("We call within three days; when does it suit?"),
    )

    def narrow(self, order: WorkOrder, _user: Actor) -> None:
        """The next maintenance by the plan of the car, and a call in two days."""
        day, km = release.next_service(order)
        in_two_days = ready_time.rounded(timezone.localtime() + timedelta(days=2))
        call = business_hours.calling_time(in_two_days, order.store)
        for name, value in (("next_service_on", day), ("next_service_km", km), ("convenient_call_at", call)):
            self.fields[name].initial = value


class BookForm(CarForm):
    """A visit: which car, when, what for."""

    starts_at = MomentField(label=_("When"))
    wish = forms.CharField(label=_("What for"), max_length=200)
    hours = forms.DecimalField(
        label=_("Hours of work"), max_digits=5, decimal_places=1, min_value=Decimal("0.1"), initial=1
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Appointment.Channel.choices)
    field_order = ["car", "starts_at", "wish", "hours", "channel", "adviser", "phone", "name"]

    def __init__(self, *args: Any, store: Store | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        advisers = people_with("aftersales.receive", store) if store else User.objects.none()
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
        self.fields["starts_at"].initial = appointment.starts_at
        adviser.initial = appointment.adviser_id
