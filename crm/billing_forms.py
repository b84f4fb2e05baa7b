"""What the cashier types."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.models import Payment


class PaymentForm(forms.Form):
    """How much, and how."""

    amount = forms.DecimalField(label=_("Amount (CNY)"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    method = forms.ChoiceField(label=_("Method"), choices=Payment.Method.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


class RefundForm(forms.Form):
    """How much goes back, how, and why."""

    amount = forms.DecimalField(label=_("Amount (CNY)"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    method = forms.ChoiceField(label=_("Method"), choices=Payment.Method.choices)
    reason = forms.CharField(label=_("Reason"), max_length=120)
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


class CreditForm(forms.Form):
    """Until when the customer may pay, and why."""

    until = forms.DateField(label=_("Credit until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), max_length=120)


class CreditEndForm(forms.Form):
    """Why the credit ends before its day."""

    reason = forms.CharField(label=_("Reason"), max_length=120)
