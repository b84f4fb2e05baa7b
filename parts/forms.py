"""What may be typed about parts and stock. A scanner types the number and Enter."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from crm.forms import new_key
from dms.formats import display
from dms.models import Reason, User
from dms.web.forms import FieldsOf, KeyField, ReasonField
from parts.models import Part, Stock

LEAST = Decimal("0.01")


class NumberField(forms.CharField):
    """A part number as a scanner or a person writes it; it becomes the part, or None when nothing was typed."""

    def clean(self, value: object) -> Part | None:
        number = super().clean(value).strip()
        if not number:
            return None
        part = Part.objects.numbered(number).select_related("superseded_by").first()
        if part is None:
            raise forms.ValidationError(_("There is no part of this number. Check it, or register the part first."))
        return part


class QuantityInput(forms.NumberInput):
    def __init__(self) -> None:
        super().__init__(attrs={"step": "any", "min": "0", "inputmode": "decimal"})


class PiecesField(forms.DecimalField):
    """Pieces, litres, metres."""

    def __init__(
        self, label: StrOrPromise, *, least: Decimal = LEAST, required: bool = True, initial: int | None = None
    ) -> None:
        super().__init__(
            label=label,
            required=required,
            initial=initial,
            min_value=least,
            max_digits=8,
            decimal_places=2,
            widget=QuantityInput(),
        )


class ReceiveForm(forms.Form):
    """Number, quantity, cost, bin: one part after another."""

    number = NumberField(
        label=_("Part number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters"}),
    )
    quantity = PiecesField(_("Quantity"), initial=1)
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
    key = KeyField(initial=new_key)


class PartForm(FieldsOf[Part]):
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

    superseded_by = NumberField(
        label=_("superseded by"), max_length=40, required=False, help_text=_("Its part number.")
    )

    def narrow(self, part: Part, _user: User) -> None:
        """It begins with what is known."""
        self.initial.update(forms.model_to_dict(part, fields=self._meta.fields))
        self.initial["superseded_by"] = part.superseded_by.number if part.superseded_by else ""


class LimitsForm(forms.Form):
    """At least and at most."""

    minimum = PiecesField(_("minimum"), least=Decimal(0))
    maximum = PiecesField(_("maximum"), least=Decimal(0))

    def narrow(self, stock: Stock, _user: User) -> None:
        """It begins with the limits of today."""
        self.initial.update(minimum=stock.minimum, maximum=stock.maximum)


class CorrectForm(forms.Form):
    """What was counted, and why it differs."""

    counted = PiecesField(_("Counted"), least=Decimal(0))
    reason = ReasonField(Reason.Kind.STOCK_DIFFERENCE)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def narrow(self, stock: Stock, _user: User) -> None:
        """Beside the count stands what the book says."""
        figures = {"on_hand": display.quantity(stock.on_hand), "reserved": display.quantity(stock.reserved)}
        book = gettext("In the book: %(on_hand)s, of which %(reserved)s reserved.")
        self.fields["counted"].help_text = book % figures


class LostSaleForm(forms.Form):
    """How many were wanted; one, when nothing is said."""

    quantity = PiecesField(_("Quantity"), required=False)
    reason = ReasonField(Reason.Kind.LOST_SALE, required=False)

    def clean_quantity(self) -> Decimal:
        return self.cleaned_data["quantity"] or Decimal(1)
