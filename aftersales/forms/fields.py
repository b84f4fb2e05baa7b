"""What several forms of after-sales are made of."""

from django import forms
from django.db.models import QuerySet

from dms.core.untyped import Option
from dms.models import Store, User

MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day with its time."""

    def __init__(self, **kwargs: Option) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "900"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, "%Y-%m-%d %H:%M", f"{MOMENT}:%S"], **kwargs)


def people_with(right: str, store: Store) -> QuerySet[User]:
    """Active colleagues of the store who have the right."""
    return User.objects.get_queryset().of_store(store).active().with_right(right).order_by("name_key", "pk")
