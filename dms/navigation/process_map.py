"""The process map: every lifecycle with live counts, drawn from the lanes that the apps registered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from dms.core.scope import scoped_rows
from dms.formats.days import start_of
from dms.models import Store, User
from dms.navigation import registry

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
class DrawnLane:
    """One lifecycle with live counts; ``total`` leaves out what has come to its end."""

    label: StrOrPromise
    total: int
    nodes: list[Node]


def draw(lane: registry.Lane, user: User, store: Store | None, now: datetime) -> DrawnLane:
    """A lane with live counts, in one query. Of what has come to its end, only today's is counted."""
    limit, since = timedelta(minutes=lane.limit_minutes), lane.since
    today = timezone.localdate(now)
    ended = [status for status in lane.statuses if status in lane.over or not lane.model.NEXT[status]]
    rows: QuerySet[Any] = scoped_rows(lane.model).visible_to(user).of_store(store)
    counted = {
        row["status"]: row
        for row in rows.filter(status__in=lane.statuses)
        .filter(~Q(status__in=ended) | Q(**{f"{since}__gte": start_of(today)}))
        .order_by()
        .values("status")
        .annotate(
            n=Count("pk"),
            since=Min(since),
            overdue=Count("pk", filter=Q(**{f"{since}__lt": now - limit})),
            near=Count("pk", filter=Q(**{f"{since}__lt": now - limit * NEAR, f"{since}__gte": now - limit})),
        )
    }
    nodes = [_node(lane, status, counted.get(status), over=status in ended, day=today) for status in lane.statuses]
    worst = max(nodes, key=lambda node: (node.overdue, node.near))
    marked = [
        replace(node, late=node.overdue > 0, slow=not node.overdue and node.near > 0) if node is worst else node
        for node in nodes
    ]
    return DrawnLane(
        lane.label,
        sum(node.count for status, node in zip(lane.statuses, nodes, strict=True) if status not in ended),
        marked,
    )


def _node(lane: registry.Lane, status: str, row: Mapping[str, Any] | None, *, over: bool, day: date) -> Node:
    """The figures of one status; what has ended has no age."""
    label = dict(lane.model.Status.choices)[status]
    url = f"{reverse(lane.url_name)}?status={status}"
    if over:
        return Node(status, label, row["n"] if row else 0, f"{url}&since={day:%Y-%m-%d}")
    if row is None:
        return Node(status, label, 0, url)
    return Node(status, label, row["n"], url, row["since"], row["near"], row["overdue"])


def _business_first() -> list[registry.Lane]:
    """The lanes in the order of the rail; the core's own after those of the business."""
    order = [*registry.AREAS, "home"]
    return sorted(registry.lanes, key=lambda lane: len(order) - order[::-1].index(lane.area))


def lanes_of(user: User, store: Store | None, now: datetime) -> list[DrawnLane]:
    """The lanes this person may watch, those of the business first; a query for each."""
    return [draw(lane, user, store, now) for lane in _business_first() if user.has_perm(lane.right)]
