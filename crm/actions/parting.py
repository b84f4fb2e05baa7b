"""A merging is written down so that it can be undone: the two files are parted again while nothing new stands on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm.actions import consents
from crm.events import CUSTOMER_MERGING_UNDONE, CUSTOMER_PHONE_REVEALED
from crm.models import Customer, CustomerMerge, CustomerStore, Ownership, Phone
from crm.references import Rows, references, rows_of
from dms.core.refusals import Refusal
from dms.models import Attachment, Event, User
from dms.records import events

JOINED = {model._meta.label_lower: model for model in (Phone, CustomerStore, Ownership)}  # noqa: SLF001
"""Of these the merging makes one row of two, or changes more than whose they are."""
READINGS = (CUSTOMER_PHONE_REVEALED,)
"""What changes nothing may have happened since."""

Facts = dict[str, Any]


@dataclass(frozen=True)
class Before:
    """Two files as they were before they became one."""

    rows: Mapping[int, Rows]
    joined: Mapping[str, Sequence[Facts]]

    @classmethod
    def of(cls, *files: Customer) -> "Before":
        joined = {label: list(model.objects.filter(customer__in=files).values()) for label, model in JOINED.items()}
        return cls(rows_of(*files), joined)


def write_down(
    before: Before,
    *,
    duplicate: Customer,
    into: Customer,
    facts: Mapping[str, Any],
    files: Sequence[int],
    event: Event,
) -> CustomerMerge:
    """What moved, what stands on the file now, and how it was where rows became one.

    :param facts: what the file that stays knew before it learned from the other.
    :param files: the attachments of the other file.
    """
    held = rows_of(into)[into.pk]
    # Only what stands on the other file now: a double that was dropped moved nowhere.
    moved = {where: rows & held.get(where, set()) for where, rows in before.rows[duplicate.pk].items()}
    assert event.by is not None
    return CustomerMerge.objects.create(
        into=into,
        duplicate=duplicate,
        by=event.by,
        reason=event.data["reason"],
        event=event,
        moved={where: sorted(rows) for where, rows in moved.items() if rows},
        held={where: sorted(rows) for where, rows in held.items()},
        kept={"facts": plain(facts), "rows": changed_since(before, into), "files": list(files)},
    )


def changed_since(before: Before, into: Customer) -> dict[str, list[Facts]]:
    """The rows that are gone or changed, as they were; one that only moved is the same but for the file it stands on."""
    now = {label: {row["id"]: row for row in rows} for label, rows in Before.of(into).joined.items()}
    return {
        label: [
            plain(row) for row in rows if now[label].get(row["id"], {}) | {"customer_id": row["customer_id"]} != row
        ]
        for label, rows in before.joined.items()
    }


def plain(facts: Mapping[str, Any]) -> Facts:
    """As JSON keeps them, to the microsecond."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def refuse_parting(merge: CustomerMerge, *, by: User) -> None:
    """:raises Refusal: when it was undone already, the file was merged on, or something new was written since."""
    if merge.undone_at is not None:
        raise Refusal(_("This merging was undone already."), code="merge_undone")
    if merge.into.erased_at is not None:
        raise Refusal(_("This customer was erased: nothing is written on the file any more."), code="erased")
    if merge.into.merged_into_id is not None:
        raise Refusal(_("This file was merged into another since. Undo that first."), code="merged_on")
    held = {where: sorted(rows) for where, rows in rows_of(merge.into)[merge.into_id].items()}
    # A row that came since names the person, and nobody can tell which of the two it meant.
    if held != merge.held or happened_since(merge).exists():
        sentence = _("Something new was written on %(name)s since the files were merged: they stay one.")
        raise Refusal(sentence % {"name": merge.into}, code="written_since")


def happened_since(merge: CustomerMerge) -> Any:
    """What people did since to the files and to the documents that moved."""
    subjects = Q(
        subject_type=ContentType.objects.get_for_model(Customer), subject_id__in=[merge.into_id, merge.duplicate_id]
    )
    for reference in references():
        if rows := merge.moved.get(reference.label):
            kind = ContentType.objects.get_for_model(reference.model)
            subjects |= Q(subject_type=kind, subject_id__in=rows)
    # Without a name it was the beat: what rounds do by themselves binds nobody to one file.
    since = Event.objects.filter(pk__gt=merge.event_id, by__isnull=False).exclude(kind__in=READINGS)
    return since.filter(subjects)


@transaction.atomic
def undo_merge(merge: CustomerMerge, *, reason: str, by: User) -> Customer:
    """The two files are two again: what had moved goes back, what was joined is parted, what was learned is forgotten.

    :raises Refusal: when something new was written since, or nobody says why; then nothing has moved.
    """
    # Both files first, in the order of their keys, as in a merge: the two acts never wait in a ring.
    files = Customer.objects.filter(pk__in=[merge.into_id, merge.duplicate_id]).lock_all()
    # Undone at two desks at once: the second finds it undone.
    merge = CustomerMerge.objects.lock(merge)
    merge.into, merge.duplicate = (
        next(file for file in files if file.pk == pk) for pk in (merge.into_id, merge.duplicate_id)
    )
    if not reason.strip():
        raise Refusal(_("Say why the merging is undone."), code="undo_without_reason")
    refuse_parting(merge, by=by)
    # First of all: within this transaction the database lets what moved go back to the file it came from (parting.sql).
    undone = CustomerMerge.objects.filter(pk=merge.pk)
    # The transaction's own time: by it the triggers know that what moves now is being parted.
    undone.update(undone_at=TransactionNow(), undone_by=by, undone_why=reason.strip()[:120])
    Customer.objects.filter(pk=merge.duplicate_id).update(merged_into=None)
    for reference in references():
        if rows := merge.moved.get(reference.label):
            reference.rows.filter(pk__in=rows).update(**{reference.field: merge.duplicate_id})
    for label, rows in merge.kept["rows"].items():
        restore(JOINED[label], rows)
    customers = ContentType.objects.get_for_model(Customer)
    Attachment.objects.filter(subject_type=customers, pk__in=merge.kept["files"]).update(subject_id=merge.duplicate_id)
    unlearn(merge.into, merge.kept["facts"])
    for file in (merge.into, merge.duplicate):
        consents.begin_again(file, by=by)
    data = {"from": merge.duplicate_id, "name": merge.duplicate.name, "reason": reason.strip()[:120]}
    events.record(CUSTOMER_MERGING_UNDONE, merge.into, by=by, data=data)
    return merge.into


def restore(model: Any, rows: Iterable[Facts]) -> None:
    """The rows as they were: those that are gone are written again under their own key."""
    fields = model._meta.concrete_fields  # noqa: SLF001 # Django's own way to it
    before = [model(**{field.attname: field.to_python(row[field.attname]) for field in fields}) for row in rows]
    there = set(model.objects.filter(pk__in=[row.pk for row in before]).values_list("pk", flat=True))
    changed = {"is_primary", "since"} & {field.name for field in fields}
    model.objects.bulk_update([row for row in before if row.pk in there], list(changed))
    # Under the old key: what named these rows by it is right again.
    model.objects.bulk_create([row for row in before if row.pk not in there])


def unlearn(into: Customer, facts: Mapping[str, Any]) -> None:
    """What the file knew before."""
    for name, value in facts.items():
        setattr(into, name, Customer._meta.get_field(name).to_python(value))  # type: ignore[union-attr] # noqa: SLF001
    into.save(update_fields=list(facts))
