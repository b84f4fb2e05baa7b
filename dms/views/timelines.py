"""The history of one row: its events, and what the apps know of it, newest first."""

from django.db.models import Model

from dms.models import Event
from dms.navigation.registry import Moment

MOST = 100
FAMILIES = {"failed": "late", "cancelled": "idle", "removed": "idle", "deleted": "late", "done": "done", "sent": "done"}
"""The last word of an event's kind → its dot."""


def moments_of(subject: Model) -> list[Moment]:
    """The events about a row the person may see."""
    rows = Event.objects.about(subject).select_related("by")[:MOST]
    return [
        Moment(
            at=event.at,
            title=event.words,
            detail=str(event.data.get("reason") or event.data.get("error") or ""),
            family=FAMILIES.get(event.kind.rpartition(".")[2], "run"),
            by=str(event.by or ""),
        )
        for event in rows
    ]
