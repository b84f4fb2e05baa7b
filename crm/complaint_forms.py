"""What may be typed about a complaint."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import CareChannel, Complaint, ComplaintKind, Customer, Vehicle
from dms.models import User

WORDS = forms.Textarea(attrs={"rows": 3})
HOW = [choice for choice in CareChannel.choices if choice[0] != ""]


class NewComplaintForm(forms.Form):
    """The customer's words are enough."""

    words = forms.CharField(label=_("Words of the customer"), max_length=2000, widget=WORDS)
    kind = forms.ModelChoiceField(
        ComplaintKind.objects.filter(active=True), label=_("Class"), required=False, empty_label=None
    )
    vehicle = forms.ModelChoiceField(Vehicle.objects.none(), label=_("Vehicle"), required=False)
    about = forms.CharField(
        label=_("Document"), max_length=40, required=False, help_text=_("Number of the order or work order")
    )

    def narrow(self, customer: Customer, _user: User) -> None:
        """Their own cars."""
        field = self.fields["vehicle"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Vehicle.objects.filter(ownerships__customer=customer, ownerships__until__isnull=True)


class AssignComplaintForm(forms.Form):
    """Whose it is, and of which class."""

    owner = forms.ModelChoiceField(User.objects.none(), label=pgettext_lazy("complaint", "Who"))
    kind = forms.ModelChoiceField(
        ComplaintKind.objects.filter(active=True), label=_("Class"), required=False, empty_label=_("as it is")
    )

    def narrow(self, complaint: Complaint, _user: User) -> None:
        """People of the store."""
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(is_active=True, stores=complaint.store_id).order_by("name_key", "pk")


class SolveForm(forms.Form):
    solution = forms.CharField(label=_("Solution"), max_length=2000, widget=WORDS)


class CloseForm(forms.Form):
    """Their word, and how they gave it."""

    word = forms.CharField(label=_("What the customer says of it"), max_length=2000, widget=WORDS)
    how = forms.ChoiceField(label=_("Said by"), choices=HOW, initial=CareChannel.CALL)


class ReopenForm(forms.Form):
    words = forms.CharField(label=_("What the customer says now"), max_length=2000, widget=WORDS)
