"""What happens by itself: due work appears, what is late is escalated, absent people's work moves to the deputy.

Every round works on rows in small transactions: it claims some (what another worker holds is passed over), writes, commits.
Run twice, late, by several workers or killed anywhere, the same rows come of it: the unique key of a follow-up and the marks
on the rows (``continued``, ``escalated_at``, the letter's own key) make each step happen once.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from crm import consents
from crm.actions import consents as consent_actions
from crm.actions import letters, occasions, pauses, spacing
from crm.assignment import Callers, away
from crm.events import CARE_STOOD_IN, FOLLOWUP_DROPPED, FOLLOWUP_ESCALATED, FOLLOWUP_REASSIGNED
from crm.models import FollowUp, Ownership, Vehicle
from crm.models.care import CALLER_ROLES, FollowUpQuerySet
from crm.planner import Due, Planner
from dms.core.event_words import EventKind
from dms.models import Event, User
from dms.records import events

BATCH = 1000
FACTS = ("pk", "cadence_id", "store_id", "customer_id", "vehicle_id", "anchor", "occurrence", "assignee_id", "slept")
"""The columns of :class:`Due`."""


@dataclass(frozen=True)
class Round:
    """What one round did."""

    stopped: int = 0
    continued: int = 0
    refused: int = 0
    paused: int = 0
    missed: int = 0
    letters: int = 0
    texts: int = 0
    moved: int = 0


def run_due(at: datetime) -> Round:
    """Bring the promises up to date with the moment: the next of every repeat, letters written, texts posted."""
    # Dropped before continued: a car that is sold must not get its next call in the same round.
    stopped = stop_gone(at)
    refused = consent_actions.stop_refused(at)
    paused = _close(pauses.of_paused_rules(at), at=at, why=FollowUp.Why.PAUSED)
    pauses.catch_up(at)
    continued = continue_repeats(at)
    occasions.begin_due(at)
    # After a week in which nothing ran: before letters are written that nobody waits for any more.
    missed = _close(pauses.missed(at), at=at, why=FollowUp.Why.MISSED)
    written, posted = letters.write_due(at), letters.post_texts(at)
    # After the repeats: what has just been written may lie too close behind a call.
    return Round(stopped, continued, refused, paused, missed, written, posted, spacing.keep_apart(at))


def _close(rows: FollowUpQuerySet, *, at: datetime, why: str) -> int:
    """These end, and their repeats go on."""
    closed = 0
    while ended := drop_batch(rows, at=at, why=why, repeats_end=False):
        closed += ended
    return closed


# --- the car is gone ----------------------------------------------------------------------------------------------------
def _sold() -> Exists:
    """The customer owned or drove the car once and does not any more."""
    theirs = Ownership.objects.filter(vehicle=OuterRef("vehicle"), customer=OuterRef("customer"))
    return Exists(theirs.filter(until__isnull=False)) & ~Exists(theirs.filter(until__isnull=True))  # type: ignore[return-value] # the stubs call it a Q


def stop_gone(at: datetime) -> int:
    """Nobody is called for a car that is scrapped, moved away or sold; its repeats end."""
    lost = FollowUp.objects.filter(Q(status=FollowUp.Status.PENDING) | Q(continued=False), vehicle__isnull=False)
    lost = lost.filter(Q(vehicle__gone=True) | Q(_sold()))
    stopped = 0
    while ended := drop_batch(lost, at=at, why=FollowUp.Why.GONE):
        stopped += ended
    return stopped


@transaction.atomic
def drop_batch(
    rows: FollowUpQuerySet, *, at: datetime, why: str, by: User | None = None, repeats_end: bool = True
) -> int:
    """Drop up to a batch of rows, and with them their repeats; returns how many rows were touched."""
    # Held rows are passed over: somebody is on the phone about them, and the next round takes them.
    taken = rows.select_related("customer").order_by("pk").lock_free(BATCH)
    open_rows = [row for row in taken if row.status == FollowUp.Status.PENDING]
    # Also on rows that have ended: without the mark the repeat would be taken up from them.
    if repeats_end:
        FollowUp.objects.filter(pk__in=[row.pk for row in taken]).update(continued=True)
    FollowUp.objects.filter(pk__in=[row.pk for row in open_rows]).update(
        status=FollowUp.Status.CANCELLED, ended_at=at, ended_why=why
    )
    _record_many(FOLLOWUP_DROPPED, open_rows, by=by, why=why)
    return len(taken)


def _record_many(kind: EventKind, rows: list[FollowUp], *, by: User | None = None, **data: object) -> None:
    Event.objects.bulk_create(
        [events.build(kind, row, by=by, data={"cadence": row.cadence_id, **data}) for row in rows], batch_size=BATCH
    )


# --- the next of every repeat -------------------------------------------------------------------------------------------
CONTINUE = """
WITH planned AS (
    SELECT * FROM unnest(
        %(keys)s::bigint[], %(numbers)s::int[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(callers)s::bigint[]
    ) AS planned (id, number, due_from, due_until, assignee_id)
), marked AS (
    UPDATE crm_followup SET continued = true FROM planned WHERE crm_followup.id = planned.id
)
INSERT INTO crm_followup (
    status, cadence_id, channel, store_id, customer_id, vehicle_id, anchor, occurrence, why,
    due_from, due_until, assignee_id, attempts, ended_why, continued
)
SELECT
    'PENDING', former.cadence_id, rule.channel, former.store_id, former.customer_id, former.vehicle_id, former.anchor,
    planned.number, '{}', planned.due_from, planned.due_until, planned.assignee_id, 0, '', false
FROM planned
JOIN crm_followup AS former USING (id)
JOIN crm_cadence AS rule ON rule.id = former.cadence_id
ON CONFLICT DO NOTHING
"""
"""The next of each and the mark that it is written, in one statement: killed before its end, there is neither.

Written row by row this was half of the care round: what a follow-up takes over from the one before never leaves the database.
"""


def continue_repeats(at: datetime) -> int:
    """Where an occurrence has fallen due, the next one is written; whatever was left of the one before is dropped."""
    planner, written = Planner(), 0
    while made := _continue_batch(at, planner):
        written += made
    return written


@transaction.atomic
def _continue_batch(at: datetime, planner: Planner) -> int:
    gone = Vehicle.objects.filter(pk=OuterRef("vehicle"), gone=True)
    due = FollowUp.objects.filter(~Exists(gone), continued=False, due_from__lte=at, cadence__in=planner.repeating)
    # Keys and what the next one is planned by, no rows: of 200,000 that fall due at once nothing else is looked at.
    taken = [
        Due(*facts)
        for facts in consents.with_sleep(consents.wanted(due))
        .order_by("due_from", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .values_list(*FACTS)[:BATCH]
    ]
    if not taken:
        return 0
    planned = [planner.after(row, at) for row in taken]
    with connection.cursor() as cursor:
        # Whoever wrote the next one before us keeps it: the unique key of a promise answers a second worker.
        cursor.execute(
            CONTINUE,
            {
                "keys": [row.pk for row in taken],
                "numbers": [plan.occurrence for plan in planned],
                "starts": [plan.window.start for plan in planned],
                "ends": [plan.window.end for plan in planned],
                "callers": [plan.caller for plan in planned],
            },
        )
    _supersede(taken, at)
    return len(taken)


def _supersede(fallen_due: list[Due], at: datetime) -> None:
    """Nobody is called twice for the same: the earlier occurrence ends where the later one has fallen due."""
    # The first of a chain has none before it: most rows of a round need no second look.
    latest = {_chain(row): row.occurrence for row in fallen_due if row.occurrence > 1}
    if not latest:
        return
    customers = [row.customer_id for row in fallen_due if row.occurrence > 1]
    left = FollowUp.objects.filter(status=FollowUp.Status.PENDING, customer__in=customers, continued=True)
    # Only repeats: a thank-you call is made, however late.
    left = left.filter(cadence__every_months__gt=0).select_related("customer")
    # One that is being called just now waits for its result here, and is then no longer open.
    rows = [row for row in left.lock_all() if row.occurrence < latest.get(_chain(row), 0)]
    FollowUp.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=FollowUp.Status.CANCELLED, ended_at=at, ended_why=FollowUp.Why.SUPERSEDED
    )
    _record_many(FOLLOWUP_DROPPED, rows, why=FollowUp.Why.SUPERSEDED)


def _chain(row: FollowUp | Due) -> tuple[int, int, int | None, datetime]:
    """What the occurrences of one repeat have in common."""
    return row.cadence_id, row.customer_id, row.vehicle_id, row.anchor


# --- overdue ------------------------------------------------------------------------------------------------------------
def escalate(at: datetime) -> int:
    """What is late comes to a manager, once; what stays late to the next above, and never to those who left it."""
    callers, escalated = Callers(), 0
    for level in (1, 2):
        while raised := _escalate_batch(at, callers, level):
            escalated += raised
    return escalated


def _late(at: datetime, callers: Callers, level: int) -> FollowUpQuerySet:
    """What the level has not heard of and should have, by the role that is late."""
    by_hours: dict[timedelta, list[str]] = defaultdict(list)
    for role, _label in CALLER_ROLES:
        by_hours[callers.told(role, level).after].append(role)
    since = "due_until" if level == 1 else "escalated_at"
    over = Q()
    for hours, roles in by_hours.items():
        over |= Q(cadence__role__in=roles, **{f"{since}__lt": at - hours})
    late = FollowUp.objects.filter(over, status=FollowUp.Status.PENDING, due_until__lt=at)
    return late.filter(escalated_at__isnull=level == 1, escalated_again_at__isnull=True)


@transaction.atomic
def _escalate_batch(at: datetime, callers: Callers, level: int) -> int:
    # A call that is being recorded is not late any more when it ends; workers share what is left.
    follow_ups = _late(at, callers, level).select_related("customer").order_by("due_until", "pk").lock_free(BATCH)
    by_manager: dict[int | None, list[FollowUp]] = defaultdict(list)
    for row in follow_ups:
        late = {row.assignee_id, row.deputy_id, row.escalated_to_id}
        by_manager[callers.manager(row.cadence.role, store=row.store_id, level=level, but=late)].append(row)
    # One statement for each manager, not for each row: after a holiday thousands are late at once.
    for manager, rows in by_manager.items():
        told = {"escalated_at": at, "escalated_to": manager}
        if level == 2:
            told = {"escalated_again_at": at, "escalated_again_to": manager}
        FollowUp.objects.filter(pk__in=[row.pk for row in rows]).update(**told)
        Event.objects.bulk_create(
            [events.build(FOLLOWUP_ESCALATED, row, by=None, data={"to": manager, "level": level}) for row in rows]
        )
    return len(follow_ups)


# --- absent people ------------------------------------------------------------------------------------------------------
@transaction.atomic
def stand_in(at: datetime) -> int:
    """Today's open work of everybody who is away goes to their deputy, and back when they return."""
    absent = away(timezone.localdate(at))
    # Whose absence is over, or whose deputy is away now: it goes back before it is given out anew.
    back = FollowUp.objects.filter(deputy__isnull=False, status=FollowUp.Status.PENDING)
    moved = _returned(back.exclude(assignee__in=[user for user, deputy in absent.items() if deputy]))
    for user, deputy in sorted(absent.items()):
        if deputy:
            moved += _deputed(user, deputy, at)
    return moved + _left(at)


def _returned(rows: FollowUpQuerySet) -> int:
    # The deputy may be on the phone: that row is left with them until the next round.
    keys = [row.pk for row in rows.order_by("pk").lock_free()]
    return FollowUp.objects.filter(pk__in=keys).update(deputy=None)


def _deputed(user: int, deputy: int, at: datetime) -> int:
    rows = FollowUp.objects.filter(assignee=user, status=FollowUp.Status.PENDING).due_today(at)
    rows = rows.exclude(deputy=deputy, deputy__isnull=False)
    # As above: who came back early and calls already keeps the row that is held.
    keys = [row.pk for row in rows.order_by("pk").lock_free()]
    if keys:
        FollowUp.objects.filter(pk__in=keys).update(deputy=deputy)
        events.record(CARE_STOOD_IN, User.objects.get(pk=user), by=None, data={"deputy": deputy, "count": len(keys)})
    return len(keys)


def _left(at: datetime) -> int:
    """Open work of people who left is given to others of the role."""
    rows = FollowUp.objects.filter(status=FollowUp.Status.PENDING, assignee__is_active=False)
    # A batch a round: the next one goes on, and no manager who edits these rows waits for all of them.
    taken = rows.select_related("customer").order_by("pk").lock_free(BATCH)
    callers = Callers() if taken else None
    for row in taken:
        assert callers is not None
        row.assignee_id = callers.choose(row.cadence.role, store=row.store_id, customer=row.customer_id)
        row.deputy_id = None
    FollowUp.objects.bulk_update(taken, ["assignee", "deputy"], batch_size=BATCH)
    _record_many(FOLLOWUP_REASSIGNED, taken, at=at.isoformat())
    return len(taken)
