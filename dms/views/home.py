"""Home, own work, search, and the switches of the shell."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dms import display, registry, search, work
from dms.access import PUBLIC, SIGNED_IN, current, needs
from dms.models import Absence, Store, User
from dms.views.redirects import back

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


NEAR = 0.7
"""From this part of its limit on a document counts as near it."""


@dataclass(frozen=True)
class Node:
    """One status on the process map: how many documents, how old the oldest, how many near or past the limit."""

    label: "_StrOrPromise"
    count: int
    url: str
    oldest: datetime | None = None
    near: int = 0
    overdue: int = 0
    late: bool = False
    slow: bool = False


@dataclass(frozen=True)
class DrawnLane:
    label: "_StrOrPromise"
    total: int
    nodes: list[Node]


def draw(lane: registry.Lane, user: User, store: Store | None, now: datetime) -> DrawnLane:
    """A lane with live counts, in one query. Of what has come to its end, only today's is counted."""
    limit, since = timedelta(minutes=lane.limit_minutes), lane.since
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ended = [status for status in lane.statuses if status in lane.over or not lane.model.NEXT[status]]
    rows = lane.model.objects.visible_to(user).of_store(store)  # type: ignore[attr-defined]
    counted = {
        row["status"]: row
        for row in rows.filter(status__in=lane.statuses)
        .filter(~Q(status__in=ended) | Q(**{f"{since}__gte": midnight}))
        .order_by()
        .values("status")
        .annotate(
            n=Count("pk"),
            since=Min(since),
            overdue=Count("pk", filter=Q(**{f"{since}__lt": now - limit})),
            near=Count("pk", filter=Q(**{f"{since}__lt": now - limit * NEAR, f"{since}__gte": now - limit})),
        )
    }
    nodes = [
        _node(lane, status, counted.get(status), over=status in ended, day=midnight.date()) for status in lane.statuses
    ]
    worst = max(nodes, key=lambda node: (node.overdue, node.near))
    marked = [replace(node, late=node.overdue > 0, slow=not node.overdue and node.near > 0) if node is worst else node
              for node in nodes]  # fmt: skip
    return DrawnLane(
        lane.label,
        sum(node.count for status, node in zip(lane.statuses, nodes, strict=True) if status not in ended),
        marked,
    )


def _node(lane: registry.Lane, status: str, row: dict[str, Any] | None, *, over: bool, day: date) -> Node:
    """The figures of one status; what has ended has no age."""
    label = dict(lane.model.Status.choices)[status]
    url = f"{reverse(lane.url_name)}?status={status}"
    if over:
        return Node(label, row["n"] if row else 0, f"{url}&since={day:%Y-%m-%d}")
    if row is None:
        return Node(label, 0, url)
    return Node(label, row["n"], url, row["since"], row["near"], row["overdue"])


def _business_first() -> list[registry.Lane]:
    """The lanes in the order of the rail; the house's own after those of the business."""
    order = [*registry.AREAS, "home"]
    return sorted(registry.lanes, key=lambda lane: len(order) - order[::-1].index(lane.area))


@require_safe
@needs("dms.home")
def home(request: HttpRequest) -> HttpResponse:
    """The role's first page: figures, the process map for those who watch it, what is due, who is away."""
    user, store, now = current(request), request.store, timezone.now()  # type: ignore[attr-defined]
    lanes = [draw(lane, user, store, now) for lane in _business_first() if user.has_right(lane.right)]
    providers = sorted(registry.tile_providers, key=lambda provider: provider.tiles.__module__.startswith("dms."))
    context = {
        "now": now,
        "tiles": [tile for p in providers if user.has_right(p.right) for tile in p.tiles(user, store)],
        "lanes": lanes,
        "due": work.due(user, store, now),
        "away": away_today(user, store) if user.has_right("dms.people") else None,
    }
    return render(request, "dms/home.html", context)


def away_today(user: User, store: Store | None) -> QuerySet[Absence]:
    """Who is away today, with who stands in."""
    absences = Absence.objects.visible_to(user).of_store(store)
    return absences.on(timezone.localdate()).select_related("user", "deputy").order_by("last_day", "pk")


@require_safe
@needs("dms.home")
def my_work(request: HttpRequest) -> HttpResponse:
    """Everything due for this person, by promised time; on the phone this is the day."""
    now = timezone.now()
    due = work.due(current(request), request.store, now)  # type: ignore[attr-defined]
    late = sum(display.promised(item.due_at, now).late for item in due)
    return render(request, "dms/work.html", {"due": due, "late": late, "now": now, "today": timezone.localdate()})


@require_safe
@needs("dms.home")
def find(request: HttpRequest) -> HttpResponse:
    """The search box: results while typing, or a page of them."""
    text = request.GET.get("q", "").replace("\0", "").strip()[: search.LONGEST]
    context = {"q": text, "hits": search.find(text, current(request)), "shortest": search.SHORTEST}
    return render(request, "dms/_search_results.html" if request.htmx else "dms/search.html", context)  # type: ignore[attr-defined]


@require_POST
@needs(SIGNED_IN)
def choose_store(request: HttpRequest) -> HttpResponse:
    """The store switch of the top bar; an empty choice means all of one's stores."""
    user = current(request)
    wanted = request.POST.get("store", "")
    if not wanted.isdecimal():
        user.store_chosen = None
    else:
        user.store_chosen = get_object_or_404(Store.objects.visible_to(user).active(), pk=wanted)
    user.save(update_fields=["store_chosen"])
    return back(request)


@require_POST
@needs(PUBLIC)
def choose_language(request: HttpRequest) -> HttpResponse:
    """Chinese or English: kept with the person, and on this machine for the sign-in page."""
    language = "en" if request.POST.get("language") == "en" else "zh-hans"
    if isinstance(request.user, User):
        request.user.language = language
        request.user.save(update_fields=["language"])
    response = back(request)
    response.set_cookie("dms_language", language, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
    return response


@require_POST
@needs(SIGNED_IN)
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system."""
    user = current(request)
    wanted = request.POST.get("theme", "")
    user.theme = wanted if wanted in User.Theme.values else User.Theme.AUTO
    user.save(update_fields=["theme"])
    return back(request)
