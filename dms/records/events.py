"""Record what happened, in the transaction in which it happened."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from dms.core.event_words import EVENT_WORDS, EventKind
from dms.core.logs import request_id
from dms.models import Event

if TYPE_CHECKING:
    from dms.models import Store, User


def build(
    kind: EventKind,
    subject: models.Model | None,
    *,
    by: "User | None",
    store: "Store | None" = None,
    data: Mapping[str, object] | None = None,
) -> Event:
    """An event not yet stored, for sets of rows: ``Event.objects.bulk_create(build(…) for …)``.

    :raises LookupError: when no app has said how the event is called.
    """
    if kind not in EVENT_WORDS:
        raise LookupError(f"no words are registered for the event {kind!r}")
    about: dict[str, object] = {}
    if subject is not None:
        about = {
            "subject_type": ContentType.objects.get_for_model(subject),
            "subject_id": subject.pk,
            "subject_label": str(subject)[:120],
        }
    of_store = store if store is not None else getattr(subject, "store", None)
    return Event(kind=kind, by=by, store=of_store, data=data or {}, request_id=request_id(), **about)


def record(
    kind: EventKind,
    subject: models.Model | None,
    *,
    by: "User | None",
    store: "Store | None" = None,
    data: Mapping[str, object] | None = None,
) -> Event:
    """Store one event. Called inside the action's transaction, so that there is no act without its event and none too many."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an event is recorded inside the transaction of its act")
    event = build(kind, subject, by=by, store=store, data=data)
    event.save(force_insert=True)
    return event


@transaction.atomic
def record_now(
    kind: EventKind,
    subject: models.Model | None,
    *,
    by: "User | None",
    store: "Store | None" = None,
    data: Mapping[str, object] | None = None,
) -> Event:
    """Store an event that is an act by itself (a sign-in, a revealed number)."""
    return record(kind, subject, by=by, store=store, data=data)
