"""What may be typed on an A card."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.untyped import Facts, Option
from dms.models import Reason, User, Variant
from dms.models.catalogue import Series
from dms.web.forms import (
    DayField,
    FieldsOf,
    KeyField,
    MomentField,
    PhoneField,
    ReasonField,
)
from sales.actions.leads import Said
from sales.forms.choices import advisers, channels, choose
from sales.models import Lead, LeadContact
from sales.models.leads import Level


class WishForm(FieldsOf[Lead]):
    """What they want, as far as it is known."""

    class Meta:
        model = Lead
        fields = ["series", "variant", "colour", "budget", "buys_when", "wish", "source"]

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("series", Series.objects.filter(active=True).select_related("brand")),
            ("variant", Variant.objects.filter(active=True).select_related("series")),
            ("source", channels()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def narrow(self, lead: Lead, user: User) -> None:
        """It begins with what is known."""
        self.initial.update(forms.model_to_dict(lead, fields=self._meta.fields))


class LeadForm(WishForm):
    """A card in three fields: number, name, level; the wish below may wait."""

    phone = PhoneField(label=_("Mobile"), autofocus=True)
    name = forms.CharField(label=_("Name or form of address"), max_length=80)
    level = forms.ChoiceField(label=_("level"), choices=Level.choices, initial=Level.N)
    field_order = ["phone", "name", "level", "source", "series", "variant"]


class ContactForm(forms.Form):
    """A contact in four taps: result, level, save; words and another time when needed."""

    page_template = "sales/lead_record.html"
    result = forms.ChoiceField(label=_("Result"), choices=LeadContact.Result.choices, widget=forms.RadioSelect)
    level = forms.ChoiceField(label=_("Level after it"), choices=Level.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Channel"), choices=LeadContact.Channel.choices, widget=forms.RadioSelect)
    what = forms.CharField(
        label=_("What happened"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    when = forms.CharField(required=False, max_length=40)
    next_at = MomentField(label=_("Another time"), required=False)
    key = KeyField()

    def clean(self) -> Facts:
        """What was said, and its key."""
        facts = super().clean() or self.cleaned_data
        if self.errors:
            return facts
        next_at = facts["next_at"] or moment_of(facts["when"])
        contact = Said(facts["result"], facts["level"], facts["what"], facts["channel"], next_at)
        return {"said": contact, "key": facts["key"]}


def moment_of(tapped: str) -> datetime | None:
    """The time a chip names; None when none was tapped."""
    try:
        moment = datetime.fromisoformat(tapped)
    except ValueError:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


class LossForm(forms.Form):
    """Why the card is given up."""

    reason = ReasonField(Reason.Kind.LOSS)
    note = forms.CharField(label=_("In your own words"), max_length=200, required=False)


class RescheduleForm(forms.Form):
    """The promised contact moves."""

    to = MomentField(label=_("New time"))
    reason = ReasonField(Reason.Kind.RESCHEDULE)


class ConfirmLossForm(forms.Form):
    """The loss is real; when to ask again."""

    ask_again = DayField(label=_("Ask again on"), required=False, help_text=_("Left empty, in 90 days."))

    def narrow(self, lead: Lead, user: User) -> None:
        """Why the card is given up stands above."""
        self.note = f"{lead.loss_reason or ''} {lead.loss_note}".strip()


class ReassignForm(forms.Form):
    """Who keeps the card from now on."""

    to = forms.ModelChoiceField(label=_("adviser"), queryset=User.objects.none())
    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=120, required=False)

    def narrow(self, lead: Lead, user: User) -> None:
        """The advisers of the card's store."""
        choose(self, "to", advisers(lead.store))


class NoteForm(forms.Form):
    """An instruction to whoever gets it back."""

    note = forms.CharField(label=_("What to do"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ReviewForm(forms.Form):
    """A word to the adviser on what they wrote, or nothing more than having read it."""

    words = forms.CharField(
        label=pgettext_lazy("noun", "Review"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("A word to the adviser, or nothing")}),
    )
