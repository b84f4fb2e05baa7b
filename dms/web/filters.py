"""What lists can be narrowed by: one FilterSet per list, for its page and for the API alike.

Every set has ``q`` (free text), its facets, and ``ordering`` from a list of allowed columns. Values that cannot be meant
are refused by the form: the API answers 400, a page shows the field's error.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import django_filters as filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.forms import HiddenInput
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from dms.core.event_words import EVENT_WORDS
from dms.core.roles import ROLES
from dms.core.untyped import AnyRows, Facts, Option
from dms.formats.days import end_of, start_of
from dms.models import (
    Absence,
    Attachment,
    Brand,
    Colour,
    Event,
    Job,
    Message,
    NumberSeries,
    Rate,
    Reason,
    Series,
    Store,
    User,
    Variant,
)
from dms.models.catalogue import Energy
from dms.records.open_work import KINDS

Rows = QuerySet[Any]
# A year of five digits is a slip; and of the calendar's last day there is no next midnight.
SENSIBLE_DAYS = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


def visible_stores(request: HttpRequest | None) -> QuerySet[Store]:
    """The stores one may choose from."""
    if request is None or not isinstance(request.user, User):
        return Store.objects.none()
    return Store.objects.visible_to(request.user)


def visible_people(request: HttpRequest | None) -> QuerySet[User]:
    """The colleagues one may choose from."""
    if request is None or not isinstance(request.user, User):
        return User.objects.none()
    return User.objects.visible_to(request.user).order_by("name_key", "pk")


class Since(filters.DateFilter):
    """Moments from the start of a day on; the column's index is used."""

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        super().__init__(*args, validators=SENSIBLE_DAYS, **kwargs)

    def filter(self, qs: Rows, value: date | None) -> Rows:
        return qs if value is None else qs.filter(**{f"{self.field_name}__gte": start_of(value)})


class Until(Since):
    """Moments up to the end of a day."""

    def filter(self, qs: Rows, value: date | None) -> Rows:
        # Before the next midnight: “up to 23:59:59” would lose the last second of the day.
        return qs if value is None else qs.filter(**{f"{self.field_name}__lt": end_of(value)})


class OnDay(Since):
    """Moments of one day."""

    def filter(self, qs: Rows, value: date | None) -> Rows:
        if value is None:
            return qs
        bounds = {"gte": start_of(value), "lt": end_of(value)}
        return qs.filter(**{f"{self.field_name}__{how}": when for how, when in bounds.items()})


@extend_schema_field(OpenApiTypes.INT)
class OpenOf(filters.ModelChoiceFilter):
    """What is open of one person, also of one who has left: the list behind a count of theirs (dms/records/open_work.py)."""

    def __init__(self, kind: str, **kwargs: Option) -> None:
        facts = {"queryset": visible_people, "label": _("Open work of"), "widget": HiddenInput}
        super().__init__(**{**facts, **kwargs})
        self.kind = kind

    def filter(self, qs: Rows, value: User | None) -> Rows:
        return qs if value is None else qs.filter(pk__in=KINDS[self.kind].of(value).order_by().values("pk"))


class BaseFilterSet(filters.FilterSet):
    """The parent of all: ``q`` looks into ``SEARCHED``, a tuple of lookups; what is found by folded words is a function of them."""

    SEARCHED: ClassVar[tuple[str | Callable[[str], Q], ...]] = ()

    q = filters.CharFilter(method="find", label=_("Search"), max_length=60)

    @classmethod
    def get_filters(cls) -> Facts:
        """A facet without a label has its column's words, in the reader's language: the library keeps those of the first."""
        facets: Facts = super().get_filters()
        columns = {field.name: field for field in cls._meta.model._meta.fields} if cls._meta.model else {}  # noqa: SLF001
        for facet in facets.values():
            if facet._label is None and facet.lookup_expr == "exact" and facet.field_name in columns:  # noqa: SLF001
                facet.label = columns[facet.field_name].verbose_name
        return facets

    def find(self, rows: Rows, _name: str, value: str) -> Rows:
        match = Q()
        for lookup in self.SEARCHED:
            match |= Q(**{lookup: value}) if isinstance(lookup, str) else lookup(value)
        return rows.filter(match)


class StoreScopedFilter(BaseFilterSet):
    """A list whose rows belong to stores: ``store`` is the code of one the person may see."""

    store = filters.ModelChoiceFilter(
        queryset=visible_stores, to_field_name="code", method="in_store", label=_("Store"), empty_label=_("All stores")
    )

    def in_store(self, rows: AnyRows, _name: str, value: Store) -> Rows:
        return rows.of_store(value)


class UserFilter(StoreScopedFilter):
    """Colleagues by name, pinyin, initials, user name or the end of the phone number."""

    role = filters.ChoiceFilter(
        field_name="groups__name", choices=[(code, role.label) for code, role in ROLES.items()], label=_("Role")
    )
    active = filters.BooleanFilter(field_name="is_active", label=_("active"))
    away = filters.BooleanFilter(method="away_today", label=_("Away today"))
    ordering = filters.OrderingFilter(
        fields={"name_key": "name", "username": "username", "last_login": "last_login"},
        field_labels={
            "name_key": pgettext_lazy("person", "name"),
            "username": _("user name"),
            "last_login": _("last sign-in"),
        },
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = []

    def find(self, rows: AnyRows, _name: str, value: str) -> Rows:
        return rows.matching(value)

    def away_today(self, rows: Rows, _name: str, value: bool) -> Rows:  # noqa: FBT001 - django-filter's signature
        away = Absence.objects.filter(first_day__lte=timezone.localdate(), last_day__gte=timezone.localdate())
        here = Q(pk__in=away.values("user_id"))
        return rows.filter(here if value else ~here)


class AbsenceFilter(StoreScopedFilter):
    """Absences of a period: those that touch it."""

    SEARCHED = (
        "user__display_name__contains",
        "user__username__istartswith",
        "user__name_key__startswith",
        "note__icontains",
    )

    kind = filters.ChoiceFilter(choices=Absence.Kind.choices)
    user = filters.ModelChoiceFilter(queryset=visible_people, label=_("colleague"))
    since = filters.DateFilter("last_day", "gte", label=pgettext_lazy("period", "From"), validators=SENSIBLE_DAYS)
    until = filters.DateFilter("first_day", "lte", label=pgettext_lazy("period", "Until"), validators=SENSIBLE_DAYS)
    without_deputy = filters.BooleanFilter("deputy", "isnull", label=_("Without deputy"))
    ordering = filters.OrderingFilter(
        fields={"first_day": "first_day", "last_day": "last_day", "user__name_key": "user"},
        field_labels={"user__name_key": _("colleague")},
    )

    class Meta:
        model = Absence
        fields: ClassVar[list[str]] = []


class MessageFilter(StoreScopedFilter):
    """The outbox."""

    SEARCHED = ("title__icontains", "recipient__icontains", "body__icontains")

    status = filters.ChoiceFilter(choices=Message.Status.choices)
    channel = filters.ChoiceFilter(choices=Message.Channel.choices)
    receipt = filters.ChoiceFilter(choices=Message.Receipt.choices[1:])
    since = Since("created_at", label=pgettext_lazy("period", "From"))
    until = Until("created_at", label=pgettext_lazy("period", "Until"))
    ordering = filters.OrderingFilter(
        fields=["created_at", "due_at", "sent_at", "attempts"],
        field_labels={"created_at": _("posted"), "due_at": _("due"), "sent_at": _("sent"), "attempts": _("attempts")},
    )

    class Meta:
        model = Message
        fields: ClassVar[list[str]] = []


class JobFilter(StoreScopedFilter):
    """Long jobs."""

    SEARCHED = ("kind__icontains", "note__icontains", "error__icontains", "requested_by__display_name__contains")

    status = filters.ChoiceFilter(choices=Job.Status.choices)
    kind = filters.CharFilter(max_length=40)
    with_problems = filters.BooleanFilter(method="had_problems", label=_("With lines not taken"))
    since = Since("requested_at", label=pgettext_lazy("period", "From"))
    until = Until("requested_at", label=pgettext_lazy("period", "Until"))
    ordering = filters.OrderingFilter(
        fields=["requested_at", "ended_at", "problems"],
        field_labels={"requested_at": _("requested"), "ended_at": _("ended"), "problems": _("lines not taken")},
    )

    class Meta:
        model = Job
        fields: ClassVar[list[str]] = []

    def had_problems(self, rows: Rows, _name: str, value: bool) -> Rows:  # noqa: FBT001
        return rows.filter(problems__gt=0) if value else rows.filter(problems=0)


def event_kinds() -> list[tuple[str, StrOrPromise]]:
    return sorted(EVENT_WORDS.items())


class EventFilter(StoreScopedFilter):
    """The log of events."""

    SEARCHED = ("subject_label__icontains", "by__display_name__contains", "by__username__istartswith")

    kind = filters.ChoiceFilter(choices=event_kinds)
    by = filters.ModelChoiceFilter(queryset=visible_people, label=_("by"))
    since = Since("at", label=pgettext_lazy("period", "From"))
    until = Until("at", label=pgettext_lazy("period", "Until"))
    ordering = filters.OrderingFilter(fields=["at"], field_labels={"at": _("time")})

    class Meta:
        model = Event
        fields: ClassVar[list[str]] = []


class VariantFilter(BaseFilterSet):
    """The model catalogue."""

    SEARCHED = (
        "name__icontains",
        "name_en__icontains",
        "code__icontains",
        "series__name__icontains",
        "series__name_en__icontains",
    )

    brand = filters.ModelChoiceFilter(
        field_name="series__brand", queryset=Brand.objects.order_by("name"), to_field_name="code", label=_("brand")
    )
    series = filters.ModelChoiceFilter(queryset=Series.objects.select_related("brand"), label=_("series"))
    energy = filters.ChoiceFilter(choices=Energy.choices)
    model_year = filters.NumberFilter(label=_("model year"), min_value=1900, max_value=2199, decimal_places=0)
    active = filters.BooleanFilter(label=_("active"))
    ordering = filters.OrderingFilter(
        fields={
            "code": "code",
            "name": "name",
            "series__name": "series",
            "list_price": "list_price",
            "model_year": "model_year",
        },
        field_labels={
            "code": _("code"),
            "name": _("name"),
            "series__name": _("series"),
            "list_price": _("list price"),
            "model_year": _("model year"),
        },
    )

    class Meta:
        model = Variant
        fields: ClassVar[list[str]] = []


NAMES = ("code__icontains", "name__icontains", "name_en__icontains")


class StoreFilter(BaseFilterSet):
    """Stores and outlets."""

    SEARCHED = NAMES

    kind = filters.ChoiceFilter(choices=Store.Kind.choices)
    active = filters.BooleanFilter(label=_("active"))

    class Meta:
        model = Store
        fields: ClassVar[list[str]] = []


class BrandFilter(BaseFilterSet):
    """Makes."""

    SEARCHED = NAMES

    active = filters.BooleanFilter(label=_("active"))

    class Meta:
        model = Brand
        fields: ClassVar[list[str]] = []


class OfBrandFilter(BrandFilter):
    """What belongs to a make."""

    brand = filters.ModelChoiceFilter(queryset=Brand.objects.order_by("name"), to_field_name="code", label=_("brand"))


class SeriesFilter(OfBrandFilter):
    """Model series."""

    class Meta:
        model = Series
        fields: ClassVar[list[str]] = []


class ColourFilter(OfBrandFilter):
    """Body colours."""

    class Meta:
        model = Colour
        fields: ClassVar[list[str]] = []


class ReasonFilter(BaseFilterSet):
    """Reasons by what they are the reason for."""

    SEARCHED = NAMES

    kind = filters.ChoiceFilter(choices=Reason.Kind.choices)
    active = filters.BooleanFilter(label=_("active"))

    class Meta:
        model = Reason
        fields: ClassVar[list[str]] = []


class RateFilter(StoreScopedFilter):
    """Rates; ``on`` leaves those already valid on that day."""

    SEARCHED = ("kind__icontains",)

    kind = filters.ChoiceFilter(choices=Rate.Kind.choices)
    on = filters.DateFilter("valid_from", "lte", label=_("Valid on"), validators=SENSIBLE_DAYS)
    ordering = filters.OrderingFilter(fields=["kind", "valid_from"])

    class Meta:
        model = Rate
        fields: ClassVar[list[str]] = []


class NumberSeriesFilter(BaseFilterSet):
    """Number series."""

    SEARCHED = ("kind__icontains", "name__icontains", "prefix__istartswith")

    class Meta:
        model = NumberSeries
        fields: ClassVar[list[str]] = []


class AttachmentFilter(StoreScopedFilter):
    """Stored files."""

    SEARCHED = ("name__icontains",)

    since = Since("uploaded_at", label=pgettext_lazy("period", "From"))
    until = Until("uploaded_at", label=pgettext_lazy("period", "Until"))

    class Meta:
        model = Attachment
        fields: ClassVar[list[str]] = []
