"""Forms that edit a row carry what the row was when they were opened.

``carry(form, row)`` adds the signed hidden field. When the form comes back, each field is compared three ways:

- what the person did not change takes the value of today, and is not written (``written``);
- what the person alone changed is theirs;
- what both changed is asked: the form comes back with who changed it to what and when, and one of the two is chosen.

Values are compared as the form shows them, so that a second or a trailing zero that nobody sees is no difference.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from inspect import Parameter, signature
from typing import Any

from django import forms
from django.core import signing
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from dms.core.acts import AnyForm
from dms.core.untyped import Facts, Option
from dms.formats import display
from dms.records import edits

OPENED = "opened"
KEEP = "keep_"
MINE, THEIRS = "mine", "theirs"
Shown = str | bool | list[str]


class OpenedField(forms.CharField):
    """What the row was when the form was opened, signed."""

    def __init__(self, **options: Option) -> None:
        super().__init__(**{"required": False, "widget": forms.HiddenInput, "max_length": 60_000, **options})

    def has_changed(self, initial: object, data: object) -> bool:
        return False


class KeepField(forms.ChoiceField):
    """Which of two values stays. Not answered, it says what happened."""

    def has_changed(self, initial: object, data: object) -> bool:
        return False  # an answer, and nothing of the row

    def __init__(self, *, sentence: StrOrPromise, choices: list[tuple[str, StrOrPromise]], label: StrOrPromise) -> None:
        super().__init__(label=label, choices=choices, required=False, widget=forms.RadioSelect)
        self.sentence = sentence

    def clean(self, value: object) -> str:
        answer: str = super().clean(value)
        if not answer:
            raise forms.ValidationError(self.sentence, code=edits.EditedMeanwhile.code)
        return answer


@dataclass
class Edit:
    """What came of comparing: fields that the person did not touch, and those that are asked."""

    names: list[str]
    untouched: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)


def plain(value: object) -> Shown:
    """A value as text, whichever way the browser writes its line ends."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return sorted(str(item) for item in value if item not in (None, ""))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def shown(form: AnyForm, name: str) -> Shown:
    """The value with which a field begins, as its input has it."""
    entry = form.fields[name]
    value = entry.prepare_value(form.get_initial_for_field(entry, name))
    if isinstance(entry.widget, forms.CheckboxInput):
        return bool(value)
    text = entry.widget.format_value(value)
    if isinstance(text, list | tuple) and not getattr(entry.widget, "allow_multiple_selected", False):
        text = text[0] if text else ""
    return plain(text)


def typed(form: AnyForm, name: str) -> Shown:
    entry = form.fields[name]
    value = plain(entry.widget.value_from_datadict(form.data, form.files, form.add_prefix(name)))
    return bool(value) if isinstance(entry.widget, forms.CheckboxInput) else value


def same(entry: forms.Field, one: Shown, other: Shown) -> bool:
    """Whether both mean the same: 156 is 156.00."""
    if one == other or isinstance(entry, forms.ChoiceField | forms.ModelChoiceField):
        return one == other
    try:
        return bool(entry.to_python(one) == entry.to_python(other))
    except forms.ValidationError:
        return False


def put(form: AnyForm, name: str, value: Shown) -> None:
    """Let the form have been sent with this value."""
    data: Any = form.data
    key = form.add_prefix(name)
    if value is False:
        data.pop(key, None)
    elif isinstance(value, list):
        data.setlist(key, value) if hasattr(data, "setlist") else data.update({key: value})
    else:
        data[key] = "on" if value is True else value


def stored_fields(form: AnyForm) -> list[str]:
    """The fields that begin with what the row has; not keys, files, nor what is only asked along, as a reason."""
    return [
        name
        for name, entry in form.fields.items()
        if not entry.widget.is_hidden
        and not isinstance(entry, forms.FileField)
        and not entry.disabled
        and (name in form.initial or entry.initial is not None)
    ]


def salt(row: Model) -> str:
    # Of this row alone: the seal of another one opens nothing here.
    return f"dms.edits:{row._meta.label_lower}:{row.pk}"  # noqa: SLF001 - Django's own word


def carry(form: AnyForm, row: Model, user: object = None) -> None:
    """Give the form what the row is now; when it was sent, compare that with what it was when it was opened."""
    now = {name: shown(form, name) for name in stored_fields(form)}
    form.fields[OPENED] = OpenedField()
    edit = Edit(list(now))
    form.edit = edit  # type: ignore[union-attr] # a form that edits remembers it
    if form.is_bound:
        compare(form, row, user, now, edit)
    # Signed: unsigned, anybody could say to have read what they never saw, and write over it.
    seal = signing.dumps(
        {"at": timezone.now().isoformat(), "values": now, "asked": sorted(edit.asked)}, salt=salt(row), compress=True
    )
    form.fields[OPENED].initial = seal
    if form.is_bound:
        put(form, OPENED, seal)


def opened_with(form: AnyForm, row: Model) -> Facts:
    """What the form was opened with. One that does not say counts as opened just now; a forged one as opened with nothing."""
    sent = form.data.get(form.add_prefix(OPENED))
    if not sent:
        return {}
    try:
        return dict(signing.loads(sent, salt=salt(row)))
    except signing.BadSignature:
        return {"values": {}}


def compare(form: AnyForm, row: Model, user: object, now: dict[str, Shown], edit: Edit) -> None:
    opened = opened_with(form, row)
    data: Any = form.data
    form.data = data.copy()
    before: dict[str, Shown] = opened.get("values", now)
    for name, value in now.items():
        entry, sent, was = form.fields[name], typed(form, name), before.get(name, type(value)())
        # A field that the page did not draw was emptied by nobody.
        if entry.widget.value_omitted_from_data(form.data, form.files, form.add_prefix(name)):
            sent = was
        moved = not same(entry, value, was)
        answer = form.data.get(form.add_prefix(KEEP + name), "") if name in opened.get("asked", ()) else None
        if answer == THEIRS and not moved:
            sent = was
        if same(entry, sent, was) and not (answer == "" and not same(entry, sent, value)):
            edit.untouched.add(name)
            put(form, name, value)
        elif (moved or answer == "") and not same(entry, sent, value):
            ask(form, name, (value, sent), _last(row, name, opened), user)
            edit.asked.add(name)


def _last(row: Model, name: str, opened: Facts) -> Any:
    since = opened.get("at")
    return edits.last_change(row, name, since=datetime.fromisoformat(since)) if since else None


def ask(form: AnyForm, name: str, values: tuple[Shown, Shown], event: Any, user: object) -> None:
    """Both values beside the field, and the choice between them."""
    entry = form.fields[name]
    theirs, mine = (spoken(entry, value) for value in values)
    label = entry.label or name
    facts = {"theirs": theirs, "mine": mine, "name": event and event.by, "at": event and display.moment(event.at)}
    if event is None or event.by is None:
        pattern = _("This was changed to “%(theirs)s” meanwhile; you typed “%(mine)s”. Which one stays?")
    elif event.by == user:
        pattern = _(
            "In another window you changed this to “%(theirs)s” at %(at)s; here it is “%(mine)s”. Which one stays?"
        )
    else:
        pattern = _("%(name)s changed this to “%(theirs)s” at %(at)s; you typed “%(mine)s”. Which one stays?")
    choices: list[tuple[str, StrOrPromise]] = [
        (THEIRS, _("What stands now: %(theirs)s") % facts),
        (MINE, _("What you typed: %(mine)s") % facts),
    ]
    form.data.pop(form.add_prefix(KEEP + name), None)  # type: ignore[attr-defined] # a copy, made by compare
    keep = KeepField(
        sentence=pattern % facts, choices=choices, label=_("Which one stays? (%(field)s)") % {"field": label}
    )
    form.fields[KEEP + name] = keep
    order = list(form.fields)
    order.insert(order.index(name) + 1, order.pop())
    form.order_fields(order)


def spoken(entry: forms.Field, value: Shown) -> str:
    """A value in words: the label of a choice, “–” for nothing."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(entry, forms.ChoiceField | forms.ModelChoiceField):
        labels = {str(key): str(label) for key, label in _options(entry.choices)}
        value = [labels.get(item, item) for item in ([value] if isinstance(value, str) else value) if item]
    text = ", ".join(value) if isinstance(value, list) else value
    return text.replace("T", " ") if isinstance(entry, forms.DateTimeField) else text or "–"


def _options(choices: Any) -> Iterator[tuple[object, object]]:
    """Choices without their groups."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _options(label)
        else:
            yield key, label


def written(form: AnyForm, do: Callable[..., object] | None = None) -> Facts:
    """The cleaned facts that the person changed, and what the act ``do`` cannot do without (as it stands now)."""
    facts = dict(form.cleaned_data)
    edit = getattr(form, "edit", None)
    if not isinstance(edit, Edit):
        return facts
    named = signature(do).parameters if do else {}
    needed = {name for name, parameter in named.items() if parameter.kind is not Parameter.VAR_KEYWORD}
    left_out = {OPENED, *(KEEP + name for name in edit.names), *(edit.untouched - needed)}
    return {name: value for name, value in facts.items() if name not in left_out}
