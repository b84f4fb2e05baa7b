"""What is asked about the lines of a work order."""

import uuid
from decimal import Decimal

from django import forms
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.models import LabourOperation, WorkLine, WorkOrder
from dms.core.acts import Actor
from dms.core.untyped import Option
from dms.formats import display
from dms.models import Reason
from dms.web.forms import KeyField, ReasonField
from parts.models import Part

CHARGED = [choice for choice in WorkLine.Payer.choices if choice[0] != WorkLine.Payer.FREE]


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

    def render(self, *args: Option, **options: Option) -> SafeString:
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
        return part_numbered(self.cleaned_data["part"])


def part_numbered(text: str) -> Part:
    """The part of that number, as it was typed or chosen."""
    parts = Part.objects.filter(active=True)
    part = parts.numbered(text).first() or parts.numbered(text.split(" ", maxsplit=1)[0]).first()
    if part is None:
        raise forms.ValidationError(_("There is no part of that number. Choose it from the list."))
    return part


class PriceFindingForm(forms.Form):
    """Labour, a part, or both, for what was found."""

    operation = forms.ModelChoiceField(
        LabourOperation.objects.filter(active=True), to_field_name="code", label=_("Labour operation"), required=False
    )
    hours = forms.DecimalField(
        label=_("Hours"),
        max_digits=5,
        decimal_places=1,
        min_value=Decimal("0.1"),
        required=False,
        help_text=_("Empty: the standard time."),
    )
    part = forms.CharField(label=_("Part number"), max_length=60, widget=PartNumberInput, required=False)
    quantity = forms.DecimalField(
        label=_("Quantity"), max_digits=8, decimal_places=2, min_value=Decimal("0.01"), initial=1, required=False
    )

    def clean_part(self) -> Part | None:
        return part_numbered(self.cleaned_data["part"]) if self.cleaned_data["part"] else None


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


class DeclineForm(forms.Form):
    """Why the customer does not want it, now or at all."""

    reason = ReasonField(Reason.Kind.DECLINE)


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
        label=_("Hours it took"),
        max_digits=5,
        decimal_places=1,
        min_value=Decimal("0.1"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 4}),
    )

    def narrow(self, line: WorkLine, _user: Actor) -> None:
        """As long as is billed. On a technician's page the forms of several lines stand beside each other."""
        self.fields["clocked_hours"].initial = f"{line.quantity:.1f}"
        self.auto_id = f"line-{line.pk}-%s"
