"""The facts of an event in words: what the log and the history of a row say beside the act."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.background import jobs
from dms.core.untyped import Facts
from dms.formats import display
from dms.models import Absence, Event, Reason

WORDS: Facts = {
    "kind": "",
    "number": "",
    "text": "",
    "what": "",
    "name": "",
    "first_day": pgettext_lazy("period", "From"),
    "last_day": pgettext_lazy("period", "Until"),
    "from": pgettext_lazy("period", "From"),
    "to": pgettext_lazy("period", "Until"),
    "at": _("Time"),
    "deputy": _("Deputy"),
    "days": _("Days"),
    "level": _("Level"),
    "quantity": _("Quantity"),
    "amount": _("Amount"),
    "total": _("Total"),
    "invoice": _("Invoice"),
    "quote": pgettext_lazy("sale", "Quote"),
    "km": "km",
    "hours": _("Hours"),
    "cars": _("Cars"),
    "letters": _("Letters"),
    "follow_ups": _("Follow-ups"),
    "signed_by": _("Signed by"),
    "attempts": _("Attempts"),
    "problems": _("Lines not taken"),
    "size": _("size (bytes)"),
    "error": "",
    "reason": _("Reason"),
    "note": "",
}
"""The facts that people read, in their order. Others (keys of rows, codes) are for programs: the API has them."""

WHEN = {"from", "to", "at"}
"""These are told when they are moments; elsewhere they are keys of rows."""
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT")
CODE = re.compile(r"^[A-Z]+(_[A-Z]+)*$")


def reasons() -> dict[str, str]:
    """Code → words of every reason, for one page of the log."""
    return {row.code: str(row) for row in Reason.objects.all()}


def label_of(model: type[Model] | None, name: str) -> str:
    """What a column is called on the screen; its name when the model has no such column (any more)."""
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name)) if model else name  # noqa: SLF001
    except FieldDoesNotExist:
        return name


def value_of(value: object, known: Mapping[str, str]) -> str:
    """A value in words: a moment, a code by its label, several after each other; a code nobody knows is nothing."""
    if isinstance(value, list):
        return " · ".join(value_of(one, known) for one in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if not isinstance(value, str):
        return "" if value is None else str(value)
    if MOMENT.match(value):
        return display.moment(datetime.fromisoformat(value))
    if CODE.match(value) and len(value) > 1:
        return str(known.get(value) or dict(Absence.Kind.choices).get(value, ""))
    return str(jobs.label_of(value))


def changes(
    event: Event, before: Mapping[str, object], after: Mapping[str, object], known: Mapping[str, str]
) -> list[str]:
    """Column by column, as before → after; of a new row only what it is."""
    model = event.subject_type.model_class() if event.subject_type else None
    lines = []
    for key, value in after.items():
        if before.get(key) == value:
            continue
        name = WORDS.get(key) or label_of(model, key)
        new, old = value_of(value, known) or display.EMPTY, value_of(before.get(key), known) or display.EMPTY
        lines.append(f"{name} {old} → {new}" if key in before else f"{name} {new}")
    return lines


def one_line(event: Event, known: Mapping[str, str]) -> str:
    """The details of an event in one line."""
    data = event.data
    before, after = data.get("before", data.get("old")), data.get("after", data.get("new"))
    if isinstance(after, dict):
        lines = changes(event, before if isinstance(before, dict) else {}, after, known)
        data = {"reason": data.get("reason")}
    elif isinstance(after, str):
        lines = [f"{value_of(before, known)} → {value_of(after, known)}"]
    else:
        lines = []
    keys = [key for key in WORDS if data.get(key) not in (None, "", [], {})]
    keys = [key for key in keys if key not in WHEN or (isinstance(data[key], str) and MOMENT.match(data[key]))]
    words = [(WORDS[key], value_of(data[key], known)) for key in keys]
    return " · ".join([*lines, *(f"{label} {value}".strip() for label, value in words if value)])
