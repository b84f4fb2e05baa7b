"""What the cashier types, and who gives credit."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.forms import new_key
from crm.models import Invoice, Payment
from dms.formats import display
from dms.models import User
from dms.web.forms import AmountField, DayField, KeyField

LEAST = Decimal("0.01")


class TakeForm(forms.Form):
    """Money that comes in: how much, and how. The same key again is the same payment."""

    amount = AmountField(label=_("Amount (CNY)"), min_value=LEAST, required=True)
    method = forms.ChoiceField(label=_("Method"), choices=Payment.Method.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)
    key = KeyField(initial=new_key)

    def narrow(self, invoice: Invoice, user: User) -> None:
        """It begins with the agreed deposit, later with the rest; most pay by telephone."""
        self.fields["amount"].initial = invoice.asked
        self.fields["method"].initial = Payment.Method.WECHAT


class GiveBackForm(forms.Form):
    """Money that goes back: how much, how, and why."""

    amount = AmountField(label=_("Amount (CNY)"), min_value=LEAST, required=True)
    method = forms.ChoiceField(label=_("Method"), choices=Payment.Method.choices)
    reason = forms.CharField(label=_("Reason"), max_length=120)
    key = KeyField(initial=new_key)

    def narrow(self, invoice: Invoice, user: User) -> None:
        """It begins with all that was received. Its ids are its own: it stands on one page with the form that takes."""
        self.fields["amount"].initial = invoice.paid
        self.auto_id = "refund-%s"


class CreditForm(forms.Form):
    """Until when the customer may pay, and why."""

    note = ""

    until = DayField(label=_("Credit until"))
    reason = forms.CharField(label=_("Reason"), max_length=120)

    def narrow(self, invoice: Invoice, user: User) -> None:
        """It says what is owed, by whom and for what."""
        facts = {
            "due": display.yuan(invoice.due),
            "number": invoice,
            "name": invoice.customer,
            "subject": invoice.subject,
        }
        self.note = gettext("%(name)s owes %(due)s on %(number)s: %(subject)s.") % facts


class CreditEndForm(forms.Form):
    """Why the credit ends before its day."""

    note = ""

    reason = forms.CharField(label=_("Reason"), max_length=120)

    def narrow(self, invoice: Invoice, user: User) -> None:
        """It says what follows."""
        sentence = gettext("%(due)s is due at once then; a car that is still here does not leave before it is paid.")
        self.note = sentence % {"due": display.yuan(invoice.due)}
