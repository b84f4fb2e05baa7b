"""What may be typed in the register and its rota."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.forms import IT_IS_THEM
from crm.models import ComplaintKind
from dms.core.untyped import Facts
from dms.models import Reason, Store, User
from dms.web.forms import (
    ButtonField,
    ConfirmedField,
    KeyField,
    PhoneField,
    ReasonField,
)
from sales.actions.register import Guest
from sales.forms.choices import channels, choose, present
from sales.models import ShowroomVisit


class GuestForm(forms.Form):
    """Who it is: the number and how they want to be called. Both may be missing at first."""

    phone = PhoneField(label=_("Mobile"), required=False, autofocus=True)
    name = forms.CharField(
        label=_("Name or form of address"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class VisitForm(GuestForm):
    """One line of the register: two fields and Enter; the rest has its usual value."""

    stranger = forms.BooleanField(required=False)
    again = forms.BooleanField(required=False)
    join = forms.BooleanField(required=False)
    chosen = forms.IntegerField(required=False)
    kind = forms.ChoiceField(choices=ShowroomVisit.Kind.choices, initial=ShowroomVisit.Kind.WALK_IN)
    party_size = forms.IntegerField(min_value=1, max_value=99, initial=1, required=False)
    purpose = forms.ChoiceField(
        choices=ShowroomVisit.Purpose.choices, initial=ShowroomVisit.Purpose.LOOK, required=False
    )
    source = forms.ModelChoiceField(queryset=channels(), required=False)
    adviser = forms.ModelChoiceField(queryset=User.objects.none(), required=False, empty_label=_("by turn"))
    key = KeyField()

    def offer(self, store: Store) -> None:
        """The advisers of the store who are there today."""
        choose(self, "adviser", present(store))


class CompleteForm(GuestForm):
    """What a line lacks: who it was, or that they left nothing."""

    join = ConfirmedField(label=IT_IS_THEM)
    left_nothing = forms.BooleanField(label=_("They left neither name nor number"), required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def narrow(self, visit: ShowroomVisit, user: User) -> None:
        """It begins with what is known."""
        self.initial.update(name=visit.name, note=visit.note)

    def clean(self) -> Facts:
        """The guest, as far as they said, and the rest of the line."""
        facts = super().clean() or self.cleaned_data
        if self.errors:
            return facts
        return {
            "guest": Guest(facts["phone"], facts["name"], join=facts["join"]),
            "left_nothing": facts["left_nothing"],
            "note": facts["note"],
        }


class AssignForm(forms.Form):
    """The adviser who receives the guest; left out, whose turn it is."""

    adviser = forms.ModelChoiceField(label=_("adviser"), queryset=User.objects.none(), required=False)

    def narrow(self, visit: ShowroomVisit, user: User) -> None:
        """The advisers of the store who are there today."""
        choose(self, "adviser", present(visit.store))


class CorrectForm(forms.Form):
    """What was not known when they came, or written down wrongly."""

    party_size = forms.IntegerField(label=pgettext_lazy("register", "People"), min_value=1, max_value=99)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=ShowroomVisit.Purpose.choices)
    source = forms.ModelChoiceField(label=pgettext_lazy("lead", "Source"), queryset=channels(), required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)
    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=200, required=False)

    def narrow(self, visit: ShowroomVisit, user: User) -> None:
        """It begins with what is written; of a day that is over the figures change with a reason."""
        self.initial.update(party_size=visit.party_size, purpose=visit.purpose, source=visit.source_id, note=visit.note)
        if visit.day != timezone.localdate():
            self.fields["reason"].help_text = _("That day is counted already: say why its figures change.")


class VoidForm(forms.Form):
    """Why the line was a mistake."""

    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=200)


class VisitComplaintForm(forms.Form):
    """What the guest is not content with."""

    words = forms.CharField(label=_("Words of the customer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ModelChoiceField(
        ComplaintKind.objects.filter(active=True), label=_("Class"), required=False, empty_label=None
    )


class SkipForm(forms.Form):
    """Why the turn is passed over."""

    reason = ReasonField(Reason.Kind.SKIP)


class PresenceForm(forms.Form):
    """Back on the floor, or away from it. Each has its button, so nothing is asked."""

    present = ButtonField()
