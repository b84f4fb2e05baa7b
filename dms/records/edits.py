"""Two who edit one row: who comes second waits, reads what the first wrote, and is asked where both wrote the same field."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.models import Event

R = TypeVar("R")


class EditedMeanwhile(Refusal):
    """Somebody else changed the same fields since they were read; ``fields`` has what was read, what stands, what was sent."""

    code = "edited_meanwhile"

    def __init__(self, fields: Mapping[str, Mapping[str, object]]) -> None:
        super().__init__(_("Somebody changed the same since you read it. Say which of the two stays."))
        self.fields = fields


def hold(row: models.Model) -> None:
    """Let no other edit of this row pass until the transaction ends.

    It is no lock of the row: acts lock a document before its lines, and an edit of a line that held the line first would wait
    for them crosswise. Every edit takes this before any row, so that nobody waits in a circle.
    """
    with connection.cursor() as cursor:
        key = f"edit:{row._meta.label_lower}:{row.pk}"  # noqa: SLF001 - Django's own word
        # Until the commit: let go earlier, the second would judge by what the first has not shown yet.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


@transaction.atomic
def alone(row: models.Model, edit: Callable[[], R]) -> R:
    """Judge and do an edit while nobody else edits the row: what it compares is still so when it is written."""
    hold(row)
    return edit()


def last_change(row: models.Model, name: str, *, since: datetime) -> Event | None:
    """Who changed this field of the row since then, as far as the log says; else who did anything to the row."""
    happened = list(Event.objects.about(row).filter(at__gt=since).select_related("by").order_by("-at", "-pk")[:20])
    named = (event for event in happened if name in event.data.get("fields", ()))
    return next(named, happened[0] if happened else None)
