"""What may be typed on an A card."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.untyped import Facts, Option
from dms.models import Reason, Store, User, Variant
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
from sales.forms.choices import WhyForm, advisers, channels, choose, offer_only
from sales.models import Lead, LeadContact
from sales.models.leads import Level, LossClass, LossVerdict


class WishForm(FieldsOf[Lead]):
    """What they want, as far as it is known."""

    class Meta:
        model = Lead
        fields = ["series", "variant", "colour", "budget", "buys_when", "wish", "source"]

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("series", Series.objects.filter(active=True)),
            ("variant", Variant.objects.filter(active=True)),
            ("source", channels()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def narrow(self, lead: Lead, user: User) -> None:
        """It begins with what is known, and offers what the store sells."""
        self.initial.update(forms.model_to_dict(lead, fields=self._meta.fields))
        offer_only(self, lead.store)


class LeadForm(WishForm):
    """A card in three fields: number, name, level; the wish below may wait. ``store`` is where it is opened."""

    phone = PhoneField(label=_("Mobile"), autofocus=True)
    name = forms.CharField(label=_("Name or form of address"), max_length=80)
    level = forms.ChoiceField(label=_("level"), choices=Level.choices, initial=Level.N)
    field_order = ["phone", "name", "level", "source", "series", "variant"]

    def __init__(self, *args: Option, store: Store | None = None, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        if store is not None:
            offer_only(self, store)


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
    # Chips carry their zone; a time without one means the clock on the wall of the store.
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


class LossReasonField(ReasonField):
    """Reasons of losses; those that speak of our people say so."""

    def label_from_instance(self, obj: Reason) -> str:
        return f"{obj.get_group_display()} · {obj}" if obj.group == Reason.Group.PEOPLE else str(obj)


class LossForm(forms.Form):
    """To whom the customer was lost, why, and for which car."""

    loss_class = forms.ChoiceField(label=_("lost to"), choices=LossClass.choices, widget=forms.RadioSelect)
    lost_to = forms.CharField(
        label=_("competitor’s car"),
        max_length=80,
        required=False,
        help_text=_("Make and series of the car that they buy instead."),
    )
    reason = LossReasonField(Reason.Kind.LOSS)
    note = forms.CharField(label=_("In your own words"), max_length=200, required=False)


class ReopenForm(WhyForm):
    """Why a lost customer is worked on again, and by whom; left out, by their adviser."""

    to = forms.ModelChoiceField(label=_("adviser"), queryset=User.objects.none(), required=False)

    def narrow(self, lead: Lead, user: User) -> None:
        """The advisers of the card's store, its own first."""
        choose(self, "to", advisers(lead.store))
        self.initial["to"] = lead.owner_id


class RescheduleForm(forms.Form):
    """The promised contact moves."""

    to = MomentField(label=_("New time"))
    reason = ReasonField(Reason.Kind.RESCHEDULE)


class ConfirmLossForm(forms.Form):
    """The loss is real; when to ask again."""

    verdict = forms.ChoiceField(
        label=_("found to be"), choices=LossVerdict.choices, initial=LossVerdict.REAL, widget=forms.RadioSelect
    )
    ask_again = DayField(label=_("Ask again on"), required=False, help_text=_("Left empty, in 90 days."))

    def narrow(self, lead: Lead, user: User) -> None:
        """Why the card is given up stands above."""
        said = (lead.get_loss_class_display(), lead.lost_to, lead.loss_reason, lead.loss_note)
        self.note = " · ".join(str(part) for part in said if part)


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
