"""What may be typed on a delivery sheet."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.refusals import Refusal
from dms.core.untyped import Facts
from dms.models import User
from dms.web.forms import (
    SignatureField,
)
from sales.actions.deliveries import STEP_LABELS, steps_done, why_unsigned
from sales.forms.choices import WhyForm
from sales.models import (
    DeliverySheet,
    SignOff,
)


class StepForm(forms.Form):
    """Which step of the checklist is done. Each has its button, so nothing is asked."""

    step = forms.ChoiceField(choices=STEP_LABELS.items(), required=False)


class UndoStepForm(WhyForm):
    """Which step was ticked by mistake, and why it is not done."""

    step = forms.ChoiceField(label=pgettext_lazy("delivery", "Step"), choices=STEP_LABELS.items())
    field_order = ["step", "reason"]

    def narrow(self, sheet: DeliverySheet, user: User) -> None:
        """Those that are ticked."""
        field = self.fields["step"]
        assert isinstance(field, forms.ChoiceField)
        done = steps_done(sheet)
        field.choices = [choice for choice in STEP_LABELS.items() if choice[0] in done]


class ConfirmationForm(forms.Form):
    """The customer's word that all was handed over: a signature, or the name typed."""

    signature = SignatureField()
    signature_typed = forms.CharField(required=False, max_length=80)

    def clean(self) -> Facts:
        """By hand, by name, or both.

        :raises Refusal: when the drawing did not arrive whole: the pad stands on the sheet, and has no page to come back to.
        """
        facts = super().clean() or self.cleaned_data
        for sentences in self.errors.values():
            raise Refusal(str(sentences[0]), code="no_picture")
        return {"signature": facts["signature"], "name": facts["signature_typed"]}


class SignForm(forms.Form):
    """The department that signs, and a word with it."""

    department = forms.ChoiceField(label=_("department"), choices=SignOff.Department.choices)
    note = forms.CharField(label=_("note"), max_length=120, required=False)

    def narrow(self, sheet: DeliverySheet, user: User) -> None:
        """The departments for which this person can sign now come first; of the others the action says why not."""
        reasons = why_unsigned(sheet, by=user)
        field = self.fields["department"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = sorted(SignOff.Department.choices, key=lambda choice: reasons.get(choice[0]) != "")
