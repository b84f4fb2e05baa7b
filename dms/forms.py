"""Forms about people: absences, one's own profile, keys to the API."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from dms.actions.handing_over import may_give
from dms.actions.people import TOKEN_DAYS, TOKEN_DAYS_LIMIT
from dms.core.roles import ROLES
from dms.core.untyped import Fact, Facts, Option
from dms.formats import display
from dms.models import Absence, User
from dms.records.open_work import Left, OpenWork, left_by, shared_by
from dms.web.forms import DayField, FieldsOf


class TakersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    """Who takes what is open of a kind: one, or several who get as much each."""

    def __init__(self, left: Left, people: QuerySet[User]) -> None:
        words = {"work": left.kind.label, "n": left.count}
        super().__init__(
            people,
            required=False,
            label=gettext("%(work)s (%(n)s) go to") % words,
            help_text=format_html('<a href="{}">{}</a>', list_of(left), gettext("Show them")),
            widget=forms.CheckboxSelectMultiple,
        )


def list_of(left: Left) -> str:
    """The list behind a count."""
    return f"{reverse(left.kind.page)}?{left.query}" if left.kind.page else ""


class GivesWork(forms.Form):
    """A form that shows what is open of a person, and gives it to others in the same step."""

    def show_work(self, person: User, by: User, days: tuple[date, date] | None = None) -> None:
        """A field for each kind that this person may give away."""
        # Given to somebody who is away it would wait as it did before.
        away = Absence.objects.on(timezone.localdate()).values("user_id")
        others = User.objects.visible_to(by).active().exclude(pk=person.pk).exclude(pk__in=away)
        stores = person.stores.all()
        for left in left_by(person, days):
            if isinstance(left.kind, OpenWork) and may_give(left.kind, by):
                able = others.with_right(left.kind.right).filter(Q(stores__in=stores) | Q(pk__in=group_wide()))
                self.fields[f"to_{left.kind.key}"] = TakersField(left, able.distinct().order_by("name_key", "pk"))

    def shares(self) -> dict[str, list[User]]:
        """Kind → who takes it, as it was chosen."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name.startswith("to_")}
        return {name.removeprefix("to_"): list(people) for name, people in chosen.items() if people}


def group_wide() -> QuerySet[User]:
    """People of the group's roles: they work in every store."""
    codes = [code for code, role in ROLES.items() if role.group_wide]
    return User.objects.get_queryset().filter(groups__name__in=codes)


class AbsenceForm(FieldsOf[Absence], GivesWork):
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
        for name in ("user", "first_day", "last_day"):  # whose work of which days is shown follows what is chosen
            self.fields[name].widget.attrs |= ASKS_AGAIN

    def show_work_of(self, facts: Mapping[str, Fact], by: User) -> None:
        """What the person has to do on these days, once both are known."""
        try:
            person = self.fields["user"].clean(facts.get("user"))
            days = (
                self.fields["first_day"].clean(facts.get("first_day")),
                self.fields["last_day"].clean(facts.get("last_day")),
            )
        except forms.ValidationError:
            return
        self.show_work(person, by, days)

    def clean(self) -> Facts:
        """The facts of the absence, and who takes what."""
        facts = super().clean() or self.cleaned_data
        taken = {name: value for name, value in facts.items() if name.startswith("to_")}
        if taken:
            shares = self.shares()
            return {**{name: value for name, value in facts.items() if name not in taken}, "shares": shares}
        return facts


ASKS_AGAIN = {
    "hx-get": ".",
    "hx-include": "closest form",
    "hx-target": "#form",
    "hx-select": "#form",
    "hx-swap": "outerHTML",
    "hx-trigger": "change",
}
"""The page comes again with what was chosen, and with what follows from it."""


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


class HandOverForm(GivesWork):
    """What is open of somebody, to whom it goes, and why."""

    reason = forms.CharField(label=pgettext_lazy("why", "Reason"), max_length=200)
    note: StrOrPromise = ""

    def narrow(self, person: User, user: User) -> None:
        """Every kind with how much there is; above it what others of the same right have already."""
        self.show_work(person, user)
        self.note = work_note(person, user)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def clean(self) -> Facts:
        super().clean()
        return {"reason": self.cleaned_data.get("reason", ""), "shares": self.shares()}


def work_note(person: User, by: User) -> StrOrPromise:
    """What nobody has to take over, and what this person may not give away: with its number, each a link."""
    kept = [left for left in left_by(person) if isinstance(left.kind, OpenWork) and not may_give(left.kind, by)]
    shown = format_html_join(
        " · ",
        '<a href="{}">{} {}</a>',
        ((list_of(left), left.kind.label, left.count) for left in (*kept, *shared_by(person))),
    )
    if not shown:
        return gettext("What nobody takes stays, and lies in the manager’s work.")
    return format_html(
        "{} {} {}",
        gettext("What nobody takes stays, and lies in the manager’s work."),
        gettext("Beside it, with others of the same duty:"),
        shown,
    )


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


class SecondFactorResetForm(forms.Form):
    """Why somebody signs in without their phone."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


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
        # A password may begin or end with a blank.
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class RecipientForm(forms.Form):
    """Where a message goes in place of an address that was wrong."""

    recipient = forms.CharField(
        label=_("The right address"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
