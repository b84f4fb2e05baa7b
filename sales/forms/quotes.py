"""What may be typed in an offer."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.untyped import Facts, Option
from dms.models import User, Variant
from dms.models.catalogue import Colour
from dms.web.forms import AmountField, DayField, FieldsOf
from sales.actions.quotes import Item
from sales.forms.choices import PricedModels, offer_only
from sales.models import Lead, Quote, QuoteLine, StockCar
from sales.models.makes import OTHER_COLOUR
from sales.stock_position import positions

KINDS = {
    "vehicle": QuoteLine.Kind.VEHICLE,
    "option": QuoteLine.Kind.OPTION,
    "accessory": QuoteLine.Kind.ACCESSORY,
    "insurance": QuoteLine.Kind.INSURANCE,
    "tax": QuoteLine.Kind.TAX,
    "plate": QuoteLine.Kind.PLATE,
    "finance": QuoteLine.Kind.FINANCE,
    "discount": QuoteLine.Kind.DISCOUNT,
}
"""Field of the form → line of the offer."""

VALID_DAYS = 7


def beginning(card: Lead) -> dict[str, object]:
    """What the first offer of a card begins with: the car they want, at its list price."""
    return {"variant": card.variant, "vehicle": card.variant.list_price if card.variant else None}


def former(quote: Quote) -> dict[str, object]:
    """What the next version of an offer begins with."""
    # As it is spoken: in its field a discount is positive again.
    amounts = {line.kind: abs(line.amount) for line in quote.lines.all()}
    return {
        "variant": quote.variant,
        "colour": quote.colour,
        "note": quote.note,
        **{name: amounts.get(kind) for name, kind in KINDS.items()},
    }


def items(amounts: Mapping[str, Decimal | None]) -> list[Item]:
    """The lines of the form; a discount is typed positive and kept negative."""
    return [
        Item(KINDS[name], -amount if KINDS[name] == QuoteLine.Kind.DISCOUNT else amount)
        for name, amount in amounts.items()
        if amount
    ]


class QuoteForm(FieldsOf[Quote]):
    """An offer: the car, and every amount of it; amounts left empty are no line. A discount is typed as it is spoken: positive."""

    page_template = "sales/quote_form.html"
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

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("variant", Variant.objects.filter(active=True)),
            ("colour", Colour.objects.filter(active=True)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def narrow(self, document: Lead | Quote, user: User) -> None:
        """It begins with what the card or the former version says, beside the yard of the store."""
        self.customer = (document.lead if isinstance(document, Quote) else document).customer
        offer_only(self, document.store)
        self.initial["valid_until"] = timezone.localdate() + timedelta(days=VALID_DAYS)
        self.initial.update(former(document) if isinstance(document, Quote) else beginning(document))
        cars = StockCar.objects.visible_to(user).of_store(document.store).select_related("variant__series", "colour")
        self.positions = positions(cars, on=timezone.localdate())

    def clean(self) -> Facts:
        """The car, the day until which it is offered, and the lines in place of their fields."""
        facts = super().clean() or self.cleaned_data
        variant = facts.get("variant")
        if facts.get("vehicle") is None and "vehicle" not in self.errors and variant is not None:
            facts["vehicle"] = variant.list_price
            if variant.list_price is None:
                self.add_error("vehicle", _("This model has no list price: type what the car costs."))
        colour = facts.get("colour")
        if variant is not None and colour is not None and colour.brand_id != variant.series.brand_id:
            self.add_error("colour", OTHER_COLOUR)
        if self.errors:
            return facts
        amounts = {name: facts.pop(name) for name in KINDS}
        return {**facts, "items": items(amounts)}
