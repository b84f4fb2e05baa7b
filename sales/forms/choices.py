"""What the forms of sales let one choose from."""

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from dms.formats import display
from dms.models import Absence, Colour, Series, Store, User, Variant
from sales.models import Source


class PricedModels(forms.ModelChoiceField[Variant]):
    """Cars one can order, each by its whole name and with its list price."""

    def label_from_instance(self, obj: Variant) -> str:
        return f"{obj} · {display.yuan(obj.list_price)}" if obj.list_price else str(obj)


class WhyForm(forms.Form):
    """Why something is taken, or taken back: whoever comes next reads it."""

    reason = forms.CharField(
        label=pgettext_lazy("why", "Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


def offer_only(form: forms.BaseForm, store: Store) -> None:
    """Of the catalogue what the store sells: its makes' series, variants and colours."""
    for name, model in (("series", Series), ("variant", Variant), ("colour", Colour)):
        field = form.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = model.objects.offered_in(store)


def channels() -> QuerySet[Source]:
    """The sources that can be chosen, each with its way."""
    return Source.objects.filter(active=True, parent__isnull=False).select_related("parent").order_by("order", "pk")


def advisers(store: Store) -> QuerySet[User]:
    """Who may keep a card of the store."""
    people = User.objects.get_queryset().of_store(store).active()
    return people.with_right("sales.sell").order_by("name_key", "pk")


def present(store: Store) -> QuerySet[User]:
    """Who may receive a guest of the store today."""
    away = Absence.objects.on(timezone.localdate()).values("user_id")
    return advisers(store).exclude(pk__in=away)


def choose(form: forms.BaseForm, name: str, queryset: QuerySet[Model]) -> None:
    """The rows a field offers."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = queryset
