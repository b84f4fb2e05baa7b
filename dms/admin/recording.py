"""What every page of the configuration site has in common: who may open it, and an event for every change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dms.core.event_words import EventKind
from dms.core.refusals import Refusal
from dms.core.untyped import Facts, Option
from dms.models import Event
from dms.records import edits as edit_records
from dms.records import events
from dms.records.own_events import CONFIGURATION_CHANGED, CONFIGURATION_CREATED, CONFIGURATION_DELETED
from dms.web import edits
from dms.web.rights import signed_in_user

if TYPE_CHECKING:
    _Page = admin.options.BaseModelAdmin[Any]
else:
    _Page = object

M = TypeVar("M", bound=models.Model)

Form = forms.ModelForm[models.Model]
FormSet = forms.BaseModelFormSet[models.Model, Form]

SECRET = frozenset({"password", "password1", "password2", "usable_password"})
"""Form fields whose values are never written down."""


DERIVED = frozenset({"name_key"})
"""Columns that a row keeps beside others when it is saved."""


@dataclass(frozen=True)
class Change:
    """One row that was created, changed or deleted, with the fields concerned, old and new."""

    kind: EventKind
    row: models.Model
    data: dict[str, object] = field(default_factory=dict)


def said(entry: forms.Field, value: object) -> object:
    """A form value as it stands in the log: names instead of keys."""
    if isinstance(entry, forms.ModelMultipleChoiceField):
        return [str(row) for row in value] if isinstance(value, Iterable) else []
    if isinstance(entry, forms.ModelChoiceField):
        if value in (None, ""):
            return None
        row = value if isinstance(value, models.Model) else entry.queryset.filter(pk=value).first()  # type: ignore[union-attr] # a choice of rows has its rows
        return str(row)
    return value() if callable(value) else value


def change_of(form: Form, kind: EventKind) -> Change | None:
    """What a saved form changed; None when nothing did."""
    names = [name for name in form.changed_data if name not in SECRET]
    if kind == CONFIGURATION_CHANGED and not names:
        return None
    data: dict[str, object] = {"fields": names}
    if kind == CONFIGURATION_CHANGED:
        data["old"] = {name: said(form.fields[name], form.initial.get(name)) for name in names}
    data["new"] = {name: said(form.fields[name], form.cleaned_data.get(name)) for name in names}
    return Change(kind, form.instance, data)


def changes_of(form: Form, formsets: Iterable[FormSet], *, add: bool) -> Iterator[Change]:
    """The row of the page, then the rows of its inlines."""
    own = change_of(form, CONFIGURATION_CREATED if add else CONFIGURATION_CHANGED)
    if own is not None:
        yield own
    for formset in formsets:
        deleted = {id(row) for row in formset.deleted_objects}
        new = {id(row) for row in formset.new_objects}
        yield from (Change(CONFIGURATION_DELETED, row) for row in formset.deleted_objects)
        for inline in formset.forms:
            if id(inline.instance) not in deleted and inline.has_changed():
                is_new = id(inline.instance) in new
                change = change_of(inline, CONFIGURATION_CREATED if is_new else CONFIGURATION_CHANGED)
                if change is not None:
                    yield change


def say_labels(formset: Any) -> None:
    """The fields of a table have no label beside them: they say it themselves."""
    for entry in formset.form.base_fields.values():
        entry.widget.attrs["aria-label"] = entry.label


class PlainForm(forms.ModelForm[Any]):
    """A form whose labels carry no colon, as everywhere in the system."""

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def compare(self) -> None:
        """What the row was when the page was opened goes along, once everything else about the form is known."""
        if self.instance.pk is not None and not hasattr(self, "edit"):
            edits.carry(self, self.instance)

    def full_clean(self) -> None:
        self.compare()
        super().full_clean()

    @cached_property
    def changed_data(self) -> list[str]:
        self.compare()
        return super().changed_data

    @property
    def opened_inputs(self) -> list[Any]:
        """What the page sends along, and which of two values stays where it is asked."""
        self.compare()
        return [self[name] for name in self.fields if name == edits.OPENED or name.startswith(edits.KEEP)]


class PlainChoices(_Page):
    """Choosing a row of another table offers no pop-ups to add or change that row."""

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: object) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


WIDGETS: dict[Any, Facts] = {
    models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    models.TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")},
    models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
}


class ConfigurationAdmin(PlainChoices, admin.ModelAdmin[M]):
    """A page of base data. Each change leaves an event in its own transaction; a row in use is not deleted."""

    form = PlainForm
    formfield_overrides = WIDGETS
    list_per_page = 50
    list_max_show_all = 500
    # To count the whole table for one line above a list costs more than the list.
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    actions_on_top = True

    def get_actions(self, request: HttpRequest) -> Any:
        """Rows are deleted one by one, each with its question."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_changelist_form(self, request: HttpRequest, **kwargs: object) -> Any:
        return super().get_changelist_form(request, **{"form": PlainForm, **kwargs})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: object) -> Any:
        formset = super().get_changelist_formset(request, **kwargs)
        say_labels(formset)
        return formset

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        """The row; who sends a change is alone with it until it is written."""
        if request.method == "POST" and object_id.isdigit():
            edit_records.hold(self.model(pk=int(object_id)))
        return super().get_object(request, object_id, from_field)

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:  # noqa: FBT001 # Django's
        """Write what changed and nothing else."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields}  # noqa: SLF001 - Django's own word
        changed = columns.intersection(form.changed_data)
        if changed:
            obj.save(update_fields=sorted(changed | columns & DERIVED))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002
        return list(changes_of(form, formsets or [], add=add))

    def record(self, request: HttpRequest, changes: Iterable[Change]) -> None:
        for change in changes:
            events.record(change.kind, change.row, by=signed_in_user(request), data=change.data)

    def log_addition(self, request: HttpRequest, object: M, message: Any) -> Any:  # noqa: A002
        self.record(request, message)

    def log_change(self, request: HttpRequest, object: M, message: Any) -> Any:  # noqa: A002
        self.record(request, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[models.Model]) -> Any:
        self.record(request, [Change(CONFIGURATION_DELETED, row) for row in queryset])

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        """The page asked already; whoever uses the row meanwhile still keeps it."""
        try:
            with transaction.atomic():
                super().delete_model(request, obj)
        except ProtectedError as error:
            raise Refusal(
                _("%(row)s is in use and stays. Switch it off instead.") % {"row": obj}, code="in_use"
            ) from error

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """The row's events instead of Django's own log."""
        row = self.get_object(request, object_id)
        happened = Event.objects.about(row).select_related("by")[:200] if row else []
        return super().history_view(request, object_id, {**(extra_context or {}), "happened": happened})


class ConfigurationInline(PlainChoices, admin.TabularInline[Any, Any]):
    """Rows that belong to the row of the page."""

    form = PlainForm
    formfield_overrides = WIDGETS
    extra = 0
    show_change_link = True

    def get_formset(self, request: HttpRequest, obj: object = None, **kwargs: object) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        say_labels(formset)
        formset.deletion_widget = forms.CheckboxInput(attrs={"aria-label": pgettext("button", "Delete")})
        return formset


class ReadOnlyAdmin(ConfigurationAdmin[M]):
    """A record: to look at, never to change."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
