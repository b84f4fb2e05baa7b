"""The process map: every lifecycle with live counts, drawn from the lanes that the apps registered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Count, DateTimeField, Min, Q, Value
from django.urls import reverse
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from dms.core.reads import Bound
from dms.core.scope import scoped_rows
from dms.core.untyped import AnyRows, Rows, ValueRows
from dms.formats.days import start_of
from dms.formats.opening_hours import OpeningHours
from dms.models import Store, User
from dms.navigation import registry
from dms.navigation.asks import Ask, Asking, ReadsOfDay, united

ALWAYS = OpeningHours(time.min, time.max)
NEAR = 0.7
"""From this part of its limit on a document counts as near it."""


@dataclass(frozen=True)
class Node:
    """One status on the process map: how many documents, how old the oldest, how many near or past the limit."""

    status: str
    label: StrOrPromise
    count: int
    url: str
    oldest: datetime | None = None
    near: int = 0
    overdue: int = 0
    late: bool = False
    slow: bool = False


@dataclass(frozen=True)
class Counted:
    """The documents of one status: how many, since when the oldest, how many near and past the limit."""

    n: int
    since: datetime
    near: int
    overdue: int


@dataclass(frozen=True)
class DrawnLane:
    """One lifecycle with live counts; ``total`` leaves out what has come to its end."""

    label: StrOrPromise
    total: int
    nodes: list[Node]


READS = ReadsOfDay()
TODAY = Bound("today", DateTimeField())


def counted(index: int, lane: registry.Lane, ask: Ask) -> ValueRows:
    """The figures of each status of a lane. Of what has come to its end, only today's is counted; what lies ahead is not."""
    since, over = lane.since, ended(lane)
    rows: AnyRows = scoped_rows(lane.model)  # the person and the store are values here, and no rows
    waits = Q(status__in=[status for status in lane.statuses if status not in over])
    # What is agreed for next week does not wait yet.
    if lane.due_by:
        waits &= Q(**{f"{since}__lt": TODAY + Value(timedelta(days=1))})
    shown: Rows = ask.of(rows).filter(waits | Q(**{"status__in": over, f"{since}__gte": TODAY}))
    past, nearly = Bound(f"past{index}", DateTimeField()), Bound(f"nearly{index}", DateTimeField())
    figures: ValueRows = (
        shown.order_by()
        .values("status")
        .annotate(
            lane=Value(index),
            n=Count("pk"),
            since=Min(since),
            near=Count("pk", filter=Q(**{f"{since}__lt": nearly, f"{since}__gte": past})),
            overdue=Count("pk", filter=Q(**{f"{since}__lt": past})),
        )
        .values_list("lane", "status", "n", "since", "near", "overdue")
    )
    return figures


def ended(lane: registry.Lane) -> list[str]:
    """The statuses out of which no step leads."""
    return [status for status in lane.statuses if status in lane.over or not lane.model.NEXT[status]]


def _drawn(lane: registry.Lane, counts: Mapping[str, Counted], now: datetime) -> DrawnLane:
    """A lane with its counts."""
    today, over = timezone.localdate(now), ended(lane)
    nodes = [_node(lane, status, counts.get(status), over=status in over, day=today) for status in lane.statuses]
    # One mark in a lane: where everything is red nobody looks.
    worst = max(nodes, key=lambda node: (node.overdue, node.near))
    marked = [
        replace(node, late=node.overdue > 0, slow=not node.overdue and node.near > 0) if node is worst else node
        for node in nodes
    ]
    return DrawnLane(
        lane.label,
        sum(node.count for status, node in zip(lane.statuses, nodes, strict=True) if status not in over),
        marked,
    )


def _node(lane: registry.Lane, status: str, row: Counted | None, *, over: bool, day: date) -> Node:
    """The figures of one status; what has ended has no age."""
    label = dict(lane.model.Status.choices)[status]
    url = f"{reverse(lane.url_name)}?status={status}"
    if over:
        return Node(status, label, row.n if row else 0, f"{url}&since={day:%Y-%m-%d}")
    if lane.due_by:
        url = f"{url}&{lane.due_by}={day:%Y-%m-%d}T23:59:59"
    if row is None:
        return Node(status, label, 0, url)
    return Node(status, label, row.n, url, row.since, row.near, row.overdue)


def _business_first() -> list[registry.Lane]:
    """The lanes in the order of the rail; the core's own after those of the business."""
    order = [*registry.AREAS, "home"]
    return sorted(registry.lanes, key=lambda lane: len(order) - order[::-1].index(lane.area))


def lanes_of(user: User, store: Store | None, now: datetime) -> list[DrawnLane]:
    """The lanes this person may watch, those of the business first."""
    return draw([lane for lane in _business_first() if user.has_perm(lane.right)], user, store, now)


def _limits(lanes: Sequence[registry.Lane], user: User, store: Store | None, now: datetime) -> dict[str, datetime]:
    """Since when a document is late in each lane, and since when nearly: in opening time, so that no night turns it red."""
    stores = [store] if store else user.open_stores
    if store:
        hours = OpeningHours.of(store)
    elif stores:
        hours = OpeningHours(min(one.opens_at for one in stores), max(one.closes_at for one in stores))
    else:
        hours = ALWAYS
    closed = set(store.closed_on) if store else set()

    def before(span: timedelta) -> datetime:
        return hours.back(now, span, lambda day: day not in closed)

    limits = {index: timedelta(minutes=lane.limit_minutes) for index, lane in enumerate(lanes)}
    late = {f"past{index}": before(limit) for index, limit in limits.items()}
    return late | {f"nearly{index}": before(limit * NEAR) for index, limit in limits.items()}


def draw(lanes: Sequence[registry.Lane], user: User, store: Store | None, now: datetime) -> list[DrawnLane]:
    """Lanes with live counts, all in one statement."""
    if not lanes:
        return []
    counts: dict[int, dict[str, Counted]] = {}

    def figures(ask: Ask) -> ValueRows:
        return united([counted(index, lane, ask) for index, lane in enumerate(lanes)])

    moments = {"today": start_of(timezone.localdate(now)), **_limits(lanes, user, store, now)}
    for index, status, *numbers in READS.fetch(tuple(lanes), figures, Asking(user, store, now), **moments):
        counts.setdefault(index, {})[status] = Counted(*numbers)
    return [_drawn(lane, counts.get(index, {}), now) for index, lane in enumerate(lanes)]
