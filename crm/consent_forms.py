"""What a customer lets us do, as it is said at the desk or on the telephone."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Consent, ConsentChannel, Purpose

HOW = [choice for choice in Consent.How.choices if choice[0] != Consent.How.TAKEN_OVER]


class WithdrawForm(forms.Form):
    """What they do not want any more. It begins with what is said most: no more calls, whatever for."""

    purposes = forms.MultipleChoiceField(
        label=pgettext_lazy("consent", "What for"),
        choices=Purpose.choices,
        initial=Purpose.values,
        widget=forms.CheckboxSelectMultiple,
    )
    channels = forms.MultipleChoiceField(
        label=pgettext_lazy("consent", "By which way"),
        choices=ConsentChannel.choices,
        initial=[ConsentChannel.CALL.value],
        widget=forms.CheckboxSelectMultiple,
    )
    how = forms.ChoiceField(label=pgettext_lazy("consent", "How it was said"), choices=HOW, initial=Consent.How.SPOKEN)


class EraseForm(forms.Form):
    """Who asked to be forgotten, and how; and that nobody can undo it."""

    reason = forms.CharField(label=_("Who asked for it, and how"), max_length=120)
    confirmed = forms.BooleanField(label=_("Nobody can undo this: I have made sure who asks"))


class GiveForm(forms.Form):
    """What they want, perhaps again."""

    purposes = forms.MultipleChoiceField(
        label=pgettext_lazy("consent", "What for"), choices=Purpose.choices, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=pgettext_lazy("consent", "By which way"),
        choices=ConsentChannel.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    how = forms.ChoiceField(label=pgettext_lazy("consent", "How it was said"), choices=HOW, initial=Consent.How.SPOKEN)
    text_version = forms.CharField(
        label=_("Version of the text"),
        max_length=40,
        required=False,
        help_text=_("As it stands on the form or page they agreed to; not when it was only said."),
    )
