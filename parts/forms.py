"""What may be typed about parts and stock. A scanner types the number and Enter."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dms.models import Reason
from parts.models import Part, Stock


class NumberField(forms.CharField):
    """A part number as a scanner or a person writes it; it becomes the part."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value).strip().upper()
        part = Part.objects.filter(number=number).select_related("superseded_by").first()
        if part is None:
            raise forms.ValidationError(_("There is no part of this number. Check it, or register the part first."))
        return part


class QuantityInput(forms.NumberInput):
    def __init__(self) -> None:
        super().__init__(attrs={"step": "any", "min": "0", "inputmode": "decimal"})


def quantity_field(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=8, decimal_places=2, widget=QuantityInput(), **more)


class ReceiveForm(forms.Form):
    """Number, quantity, cost, bin: one part after another."""

    number = NumberField(
        label=_("Part number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters"}),
    )
    quantity = quantity_field(_("Quantity"), initial=1, min_value=Decimal("0.01"))
    cost = forms.DecimalField(
        label=_("Unit cost (CNY)"),
        max_digits=12,
        decimal_places=4,
        min_value=0,
        widget=QuantityInput(),
        required=False,
        help_text=_("Empty: the average cost stays."),
    )
    shelf = forms.CharField(
        label=_("Bin"), max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    source_line = forms.CharField(label=_("Delivery note"), max_length=60, required=False)
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class PartForm(forms.ModelForm[Part]):
    """A part number and what is known of it."""

    class Meta:
        model = Part
        fields = [
            "number",
            "name",
            "name_en",
            "unit",
            "category",
            "price",
            "genuine",
            "handling",
            "fits",
            "superseded_by",
            "active",
        ]

    superseded_by = forms.CharField(
        label=_("superseded by"), max_length=40, required=False, help_text=_("Its part number.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.superseded_by is not None:
            self.initial["superseded_by"] = self.instance.superseded_by.number

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip().upper()

    def clean_superseded_by(self) -> Part | None:
        number = self.cleaned_data["superseded_by"].strip().upper()
        if not number:
            return None
        heir = Part.objects.filter(number=number).first()
        if heir is None:
            raise forms.ValidationError(_("There is no part of this number."))
        if heir.pk == self.instance.pk:
            raise forms.ValidationError(_("A part cannot replace itself."))
        return heir


class LimitsForm(forms.ModelForm[Stock]):
    """At least and at most."""

    class Meta:
        model = Stock
        fields = ["minimum", "maximum"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        minimum, maximum = cleaned.get("minimum"), cleaned.get("maximum")
        if minimum is not None and maximum is not None and not 0 <= minimum <= maximum:
            self.add_error("maximum", _("The maximum must not be below the minimum."))
        return cleaned


def reasons(kind: Reason.Kind) -> QuerySet[Reason]:
    return Reason.objects.of(kind)


class CorrectForm(forms.Form):
    """What was counted, and why it differs."""

    counted = quantity_field(_("Counted"), min_value=0)
    reason = forms.ModelChoiceField(label=_("Reason"), queryset=Reason.objects.none())
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = reasons(Reason.Kind.STOCK_DIFFERENCE)


class LostSaleForm(forms.Form):
    """How many were wanted; one, when nothing is said."""

    quantity = quantity_field(_("Quantity"), required=False, min_value=Decimal("0.01"))
    reason = forms.ModelChoiceField(label=_("Reason"), queryset=Reason.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = reasons(Reason.Kind.LOST_SALE)
