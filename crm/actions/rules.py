"""A rule is changed: what is planned by it and has not fallen due moves along."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from crm import cadence
from crm.events import CADENCE_MOVED
from crm.models import Cadence, FollowUp
from crm.models.care import FollowUpQuerySet
from crm.planner import CadenceStart, Planner
from dms.models import User
from dms.records import events

BATCH = 1000
Moved = tuple[FollowUp, cadence.Window]


def planned(rule: Cadence, now: datetime) -> FollowUpQuerySet:
    """What lies ahead by the rule; a time that was named or a call that was tried stays where it is."""
    return FollowUp.objects.pending().filter(cadence=rule.pk, due_from__gt=now, named_at__isnull=True, attempts=0)


def moved(rule: Cadence, rows: FollowUpQuerySet, now: datetime) -> Iterator[Moved]:
    """Those that the rule, as it would be saved, puts at another time; none is moved into the past."""
    planner = Planner(changed=rule)
    for row in rows.order_by("pk").iterator(chunk_size=BATCH):
        window = planner.again(
            rule, CadenceStart(row.customer_id, row.vehicle_id, row.store_id, row.anchor), row.occurrence
        )
        if (window.start, window.end) != (row.due_from, row.due_until) and window.end > now:
            yield row, window


def customers_moved(rule: Cadence, now: datetime) -> int:
    """How many customers a change would move, before it is saved."""
    return len({row.customer_id for row, _window in moved(rule, planned(rule, now), now)})


@transaction.atomic
def move_planned(rule: Cadence, *, by: User, now: datetime) -> int:
    """What lies ahead goes to where the rule puts it now."""
    changes = []
    # Whoever has one on the phone ends first, and what is then no longer planned stays.
    keys = [row.pk for row in planned(rule, now).lock_free()]
    for row, window in moved(rule, FollowUp.objects.filter(pk__in=keys), now):
        row.due_from, row.due_until = window.start, window.end
        changes.append(row)
    FollowUp.objects.bulk_update(changes, ["due_from", "due_until"], batch_size=BATCH)
    if changes:
        # One event for all: a rule is followed by thousands.
        events.record(CADENCE_MOVED, rule, by=by, data={"follow_ups": len(changes)})
    return len(changes)
