"""The workshop board: columns of cars by where they stand, longest in their state first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from aftersales.models import Bay, HoldPeriod, WorkOrder
from dms.formats import display
from dms.models import Store, User
from dms.web.boards import Card, Column

NEAR = timedelta(minutes=30)
COLUMNS = (
    ("wait", pgettext_lazy("board", "To dispatch"), ("AUTHORISED",)),
    ("given", pgettext_lazy("board", "Dispatched"), ("DISPATCHED",)),
    ("work", pgettext_lazy("board", "In work"), ("IN_PROGRESS",)),
    ("hold", pgettext_lazy("board", "On hold"), ("ON_HOLD",)),
    ("check", pgettext_lazy("board", "Checks"), ("SELF_CHECKED", "TEAM_CHECKED")),
    ("tidy", pgettext_lazy("board", "Wash"), ("PASSED",)),
    ("ready", pgettext_lazy("board", "Ready"), ("READY",)),
)
CHECK_AWAITED = {
    "SELF_CHECKED": pgettext_lazy("board", "Team leader"),
    "TEAM_CHECKED": pgettext_lazy("board", "Inspector"),
}


@dataclass(frozen=True)
class Place:
    """A bay and the car in it."""

    bay: Bay
    order: WorkOrder | None
    percent: int = 0
    look: str = "run"


@dataclass(frozen=True)
class Board:
    """What the page shows: figures, bays, columns."""

    inside: int
    on_time: int
    near: int
    late: int
    held: str
    places: Sequence[Place]
    columns: Sequence[Column]
    refresh_url: str
    at: datetime
    id: str = "workshop"


def state_of(order: WorkOrder, now: datetime) -> str:
    """late past the first promise, wait near the promise or on hold."""
    # By the first promise: moved to a later hour, a late car stays red on the wall.
    if order.is_late_at(now):
        return "late"
    return "wait" if is_near(order, now) or order.status == "ON_HOLD" else ""


def percent(order: WorkOrder, now: datetime) -> int:
    """How much of the time from opening to promise is over."""
    if not order.promised_at or order.promised_at <= order.opened_at:
        return 0
    return min(100, int(100 * (now - order.opened_at) / (order.promised_at - order.opened_at)))


def card(order: WorkOrder, held: HoldPeriod | None, now: datetime) -> Card:
    working = order.status in {"DISPATCHED", "IN_PROGRESS"}
    badge = str(held.reason) if held else str(CHECK_AWAITED.get(order.status, ""))
    if order.rework and order.status in {"DISPATCHED", "IN_PROGRESS"}:
        badge = _("Rework %(n)s") % {"n": order.rework}
    promised = pgettext("board", "by %(time)s") % {"time": display.soon(order.promised_at)} if order.promised_at else ""
    return Card(
        url=reverse("aftersales:work_order", args=[order.pk]),
        name=str(order.vehicle),
        plate=order.vehicle.plate,
        waited=now - order.status_at,
        state=state_of(order, now),
        what=f"{order.vehicle.model} {order.complaint}".strip()[:40],
        promise=promised,
        badge=badge,
        badge_family="late" if order.rework and working else "wait" if held else "idle",
        person=held.note if held and held.note else str(order.technician or order.adviser),
        percent=percent(order, now) if working else None,
    )


def board_of(user: User, store: Store | None, now: datetime) -> Board:
    """The board of the store (or of all one's stores) at a moment, in a constant number of queries."""
    rows = WorkOrder.objects
    statuses = [status for _key, _label, several in COLUMNS for status in several]
    inside = rows.visible_to(user).of_store(store).filter(status__in=statuses)
    orders = list(
        inside.select_related("vehicle__variant__series", "technician", "adviser", "bay").order_by("status_at", "pk")
    )
    holds = {period.work_order_id: period for period in running_holds([order.pk for order in orders])}
    columns = []
    for key, label, several in COLUMNS:
        # Sorted here from one query: the screen in the workshop asks for it all day long.
        here = [one for one in orders if one.status in several]
        oldest = _("longest %(age)s") % {"age": display.age(here[0].status_at, now=now)} if here else ""
        cards = [card(one, holds.get(one.pk), now) for one in here]
        columns.append(Column(key, label, cards, oldest))
    states = [state_of(order, now) for order in orders]
    late, near = states.count("late"), sum(1 for order in orders if is_near(order, now))
    held = sum((now - period.since for period in holds.values()), timedelta())
    return Board(
        inside=len(orders),
        on_time=len(orders) - late - near,
        near=near,
        late=late,
        held=display.age(held) if holds else "",
        places=places(user, store, orders, now),
        columns=columns,
        refresh_url=reverse("aftersales:board"),
        at=now,
    )


def is_near(order: WorkOrder, now: datetime) -> bool:
    """Soon to be ready, and not late already."""
    at = order.promised_at
    return at is not None and at < now + NEAR and order.status != "READY" and not order.is_late_at(now)


def running_holds(orders: Sequence[int]) -> Iterable[HoldPeriod]:
    return HoldPeriod.objects.filter(until__isnull=True, work_order__in=orders).select_related("reason")


def places(user: User, store: Store | None, orders: list[WorkOrder], now: datetime) -> list[Place]:
    """The bays of the store with the car that is worked on in each; none while several stores are shown."""
    # Bays of several stores have the same names; side by side nobody would know whose they are.
    if store is None:
        return []
    bays = Bay.objects
    inside = {order.bay_id: order for order in orders if order.status in {"IN_PROGRESS", "ON_HOLD"} and order.bay_id}
    # In work wins: a held car may stand listed in a bay that another was driven into since.
    inside |= {order.bay_id: order for order in orders if order.status == "IN_PROGRESS" and order.bay_id}
    places = []
    for bay in bays.visible_to(user).of_store(store).filter(active=True):
        order = inside.get(bay.pk)
        places.append(
            Place(bay, order, percent(order, now), state_of(order, now) or "run") if order else Place(bay, None)
        )
    return places
