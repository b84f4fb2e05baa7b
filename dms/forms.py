"""Forms about people: absences, one's own profile, keys to the API."""

from typing import ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from dms.actions.people import TOKEN_DAYS, TOKEN_DAYS_LIMIT
from dms.core.untyped import Option
from dms.formats import display
from dms.models import Absence, User
from dms.web.forms import DayField, FieldsOf


class AbsenceForm(FieldsOf[Absence]):
    """Who is away, from when to when, and who stands in (the usual deputy when none is chosen).

    It checks what a field can know; overlaps and deputies are the action's to refuse.
    """

    PLACES: ClassVar[dict[str, str]] = {
        "absence_overlap": "first_day",
        "absence_days": "last_day",
        "absence_deputy": "deputy",
        "absence_deputy_away": "deputy",
        "not_yours": "user",
    }
    """Refusal code → the field beside which its sentence stands."""

    class Meta:
        model = Absence
        fields = ["user", "kind", "first_day", "last_day", "deputy", "note"]
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {"first_day": DayField, "last_day": DayField}
        help_texts: ClassVar[dict[str, StrOrPromise]] = {"deputy": _("Left empty, the usual deputy stands in.")}

    def choose_from(self, colleagues: QuerySet[User]) -> None:
        """Who may be away, and who may stand in."""
        for name in ("user", "deputy"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = colleagues


def colleagues_of(user: User) -> QuerySet[User]:
    return User.objects.visible_to(user).active().order_by("name_key", "pk")


class ChangeAbsenceForm(AbsenceForm):
    """What is planned changes, and why."""

    reason = forms.CharField(label=_("Why it changes"), max_length=200, required=False)

    def narrow(self, absence: Absence, user: User) -> None:
        """It begins with what is planned."""
        self.choose_from(colleagues_of(user))
        self.initial.update(forms.model_to_dict(absence, fields=self._meta.fields))


class RemovalForm(forms.Form):
    """Taking something away asks why; the reason is the confirmation."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    note = ""

    def narrow(self, absence: Absence, _user: User) -> None:
        """Above the reason stands what goes."""
        self.note = gettext("%(kind)s, %(first)s to %(last)s. Due work stays with the person then.") % {
            "kind": absence.get_kind_display(),
            "first": display.date(absence.first_day),
            "last": display.date(absence.last_day),
        }


class ProfileForm(forms.ModelForm[User]):
    """What people may say of themselves: phone, usual deputy, language and appearance."""

    class Meta:
        model = User
        fields = ["phone", "deputy", "language", "theme"]

    def __init__(self, *args: Option, **kwargs: Option) -> None:
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
    password = forms.CharField(
        label=_("Your password"),
        help_text=_("A key lives longer than a session: a machine left open must not make one."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
