"""The fields of which the forms of the site are made, each with its input, its check and what comes out of it."""

import base64
import re
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from django import forms
from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Actor, AnyForm
from dms.core.untyped import Option, Row
from dms.formats import phones, plates
from dms.models import Reason, Store
from dms.web import edits

M = TypeVar("M", bound=Model)

MOMENT = "%Y-%m-%dT%H:%M"
PNG = "data:image/png;base64"
SIGNATURE_LENGTH = 800_000
"""A drawing of the whole pad, as text."""


class DayField(forms.DateField):
    """A day, in the browser's own field."""

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options})


class MomentField(forms.DateTimeField):
    """A day and a time, in the browser's own field."""

    def __init__(self, **options: Option) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(**{"widget": widget, "input_formats": [MOMENT, "%Y-%m-%d %H:%M"], **options})


class PhoneField(forms.CharField):
    """A telephone number as people type it; the action stores its normal form."""

    default_error_messages = {
        "invalid": _("This is no phone number. Write eleven digits for a mobile, or area code and number.")
    }

    def __init__(self, *, autofocus: bool = False, **options: Option) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "off", **({"autofocus": True} if autofocus else {})}
        super().__init__(**{"max_length": 30, "widget": forms.TextInput(attrs=attrs), **options})

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and phones.normalise(value) is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class PlateField(forms.CharField):
    """A number plate, in its stored form; None when nothing was typed."""

    default_error_messages = {
        "invalid": _("“%(text)s” is no plate. Write the province, the letter and five characters, six for new energy.")
    }

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"max_length": 20, "widget": forms.TextInput(attrs={"autocomplete": "off"}), **options})

    def clean(self, value: object) -> str | None:
        text: str = super().clean(value)
        if not text:
            return None
        plate = plates.parse(text)
        if plate is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid", params={"text": text})
        return plate.text


class AskedBack(forms.Field):
    """What nobody is asked for at first: it is seen once an action has refused for want of it, and then the form is sent again."""

    hidden_widget = forms.HiddenInput

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"required": False, "widget": forms.HiddenInput, **options})

    def show(self) -> None:
        self.widget = type(self).widget()


class ConfirmedField(AskedBack, forms.BooleanField):
    """That what looks odd is so."""


class ReasonAskedField(AskedBack, forms.CharField):
    """Why what looks wrong is right."""

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"max_length": 120, **options})


class AmountField(forms.DecimalField):
    """Yuan and fen, never negative. Left empty it is ``empty``: nothing said, or zero."""

    def __init__(self, *, empty: Decimal | None = None, **options: Option) -> None:
        self.empty = empty
        super().__init__(**{"min_value": 0, "max_digits": 10, "decimal_places": 2, "required": False, **options})

    def clean(self, value: object) -> Decimal | None:
        amount: Decimal | None = super().clean(value)
        return self.empty if amount is None else amount


class ReasonField(forms.ModelChoiceField[Reason]):
    """One of the reasons of a kind: few, and all in sight."""

    def __init__(self, kind: Reason.Kind, **options: Option) -> None:
        label = pgettext_lazy("why", "Reason")
        facts = {"queryset": Reason.objects.of(kind), "label": label, "widget": forms.RadioSelect, "empty_label": None}
        super().__init__(**{**facts, **options})


class GroupStoreField(forms.ModelChoiceField[Store]):
    """A store of the group, whether the person works there or not."""


class KeyField(forms.CharField):
    """The key that makes a form sent twice one act."""

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"max_length": 80, "required": False, "widget": forms.HiddenInput, **options})


class SignatureField(forms.CharField):
    """What was drawn on the pad (a PNG as a data URL): a file, or None when nothing was drawn."""

    default_error_messages = {"invalid": _("The signature did not arrive. Sign again, or type the name.")}

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"required": False, "max_length": SIGNATURE_LENGTH, **options})

    def clean(self, value: object) -> ContentFile[bytes] | None:
        text: str = super().clean(value)
        if not text:
            return None
        head, _comma, body = text.partition(",")
        try:
            content = base64.b64decode(body, validate=True)
        except ValueError:  # not base64, or not even ASCII
            content = b""
        if head != PNG or not content:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return ContentFile(content, "signature.png")


class ListField(forms.CharField):
    """Several words in one field, with commas or semicolons (Chinese ones too) between them."""

    MARKS = re.compile("[,;\uff0c\uff1b\u3001]")

    def clean(self, value: object) -> list[str]:
        text: str = super().clean(value)
        return [part.strip() for part in self.MARKS.split(text) if part.strip()]


class _NoInput(forms.HiddenInput):
    """The button of the template is the input."""

    def render(self, *_args: object, **_options: object) -> SafeString:
        return SafeString()


class ButtonField(forms.BooleanField):
    """Whether the form was sent by the button of this name; the template draws that button."""

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"required": False, "widget": _NoInput, **options})


class FieldsOf(forms.ModelForm[M], Generic[M]):
    """Takes its fields from a model, and leaves the row alone: the action judges it, and makes it."""

    def _post_clean(self) -> None:
        pass


@runtime_checkable
class Narrows(Protocol):
    """A form of an act that offers less, or begins with more, once it knows the document and who acts."""

    def narrow(self, document: Row, user: Any) -> None: ...


def form_of(act: Act[Any, Any], document: Model, user: Actor, **options: Option) -> AnyForm:
    """The form of an act for this document and person; one without fields when nothing is asked."""
    form: AnyForm = (act.form or forms.Form)(**options)
    if isinstance(form, Narrows):
        form.narrow(document, user)
    if act.edits:
        edits.carry(form, document, user)
    return form
