"""Forms about people: absences, one's own profile, keys to the API."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.models import fields_for_model, model_to_dict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from dms.actions.people import TOKEN_DAYS, TOKEN_DAYS_LIMIT
from dms.models import Absence, User


class AbsenceForm(forms.Form):
    """Who is away, from when to when, and who stands in (the usual deputy when none is chosen).

    It checks what a field can know; overlaps and deputies are the action's to refuse, and its sentence comes back here.
    No ModelForm: that would judge the same overlap a second time, in other words.
    """

    FIELDS = ("user", "kind", "first_day", "last_day", "deputy", "note")
    PLACE: ClassVar[dict[str, str]] = {
        "absence_overlap": "first_day",
        "absence_days": "last_day",
        "absence_deputy": "deputy",
        "absence_deputy_away": "deputy",
        "not_yours": "user",
    }
    """Refusal code → the field beside which its sentence stands."""

    reason = forms.CharField(label=_("Why it changes"), max_length=200, required=False)

    def __init__(self, *args: Any, by: User, absence: Absence | None = None, **kwargs: Any) -> None:
        known = model_to_dict(absence, self.FIELDS) if absence else {}
        kwargs["initial"] = {**known, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        fields = fields_for_model(Absence, self.FIELDS, widgets={"first_day": day, "last_day": day})
        colleagues = User.objects.visible_to(by).active().order_by("name_key", "pk")
        for name in ("user", "deputy"):
            field = fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = colleagues
        fields["deputy"].help_text = _("Left empty, the usual deputy stands in.")
        self.fields = {**fields, **self.fields} if absence else fields

    def refuse(self, code: str, sentence: StrOrPromise) -> None:
        """Put the action's refusal beside the field it is about."""
        self.add_error(self.PLACE.get(code), str(sentence))


class RemovalForm(forms.Form):
    """Taking something away asks why; the reason is the confirmation."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ProfileForm(forms.ModelForm[User]):
    """What people may say of themselves: phone, usual deputy, language and appearance."""

    class Meta:
        model = User
        fields = ["phone", "deputy", "language", "theme"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputies = User.objects.visible_to(self.instance).active().exclude(pk=self.instance.pk)
        field = self.fields["deputy"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = deputies.order_by("name_key", "pk")
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=[("zh-hans", _("Simplified Chinese")), ("en", _("English"))], required=False
        )


class TokenForm(forms.Form):
    """A new key to the API: what it is for, and how long it lives."""

    name = forms.CharField(label=_("What it is for"), max_length=60)
    days = forms.IntegerField(
        label=_("Valid for (days)"),
        initial=TOKEN_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(TOKEN_DAYS_LIMIT)],
    )
