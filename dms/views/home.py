"""Home, own work, search, and the switches of the shell."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dms import registry, search, work
from dms.access import PUBLIC, SIGNED_IN, current, needs
from dms.forms import ProfileForm
from dms.models import Absence, Store, User

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class Node:
    """One status on the process map: how many documents are in it, and for how long the oldest has been."""

    label: "_StrOrPromise"
    count: int
    url: str
    oldest: datetime | None
    late: bool


@dataclass(frozen=True)
class DrawnLane:
    label: "_StrOrPromise"
    total: int
    nodes: list[Node]


def draw(lane: registry.Lane, user: User, store: Store | None, now: datetime) -> DrawnLane:
    """A lane with live counts, in one query."""
    rows = lane.model.objects.visible_to(user).of_store(store)  # type: ignore[attr-defined]
    counted = {
        row["status"]: row
        for row in rows.filter(status__in=lane.statuses)
        .order_by()
        .values("status")
        .annotate(n=Count("pk"), since=Min(lane.since))
    }
    labels = dict(lane.model.Status.choices)
    nodes = []
    for status in lane.statuses:
        row = counted.get(status, {"n": 0, "since": None})
        open_status = bool(lane.model.NEXT[status])
        minutes = (now - row["since"]).total_seconds() / 60 if row["since"] and open_status else 0
        url = f"{reverse(lane.url_name)}?status={status}"
        nodes.append(
            Node(labels[status], row["n"], url, row["since"] if open_status else None, minutes > lane.limit_minutes)
        )
    return DrawnLane(lane.label, sum(node.count for node in nodes), nodes)


@needs("dms.home")
def home(request: HttpRequest) -> HttpResponse:
    """The role's first page: figures, the process map for those who watch it, and what is due."""
    user, store, now = current(request), request.store, timezone.now()  # type: ignore[attr-defined]
    tiles = [tile for p in registry.tile_providers if user.has_right(p.right) for tile in p.tiles(user, store)]
    return render(
        request,
        "dms/home.html",
        {
            "now": now,
            "tiles": tiles,
            "lanes": [draw(lane, user, store, now) for lane in registry.lanes if user.has_right(lane.right)],
            "due": work.due(user, store, now),
            "away": Absence.objects.visible_to(user).of_store(store).on(timezone.localdate())  # type: ignore[attr-defined]
            .select_related("user", "deputy")[:12],
        },
    )  # fmt: skip


@needs("dms.home")
def my_work(request: HttpRequest) -> HttpResponse:
    """Everything due for this person, by promised time; on the phone this is the day."""
    due = work.due(current(request), request.store, timezone.now())  # type: ignore[attr-defined]
    return render(request, "dms/work.html", {"due": due, "now": timezone.now()})


@needs("dms.home")
def find(request: HttpRequest) -> HttpResponse:
    """The search box: results while typing, or a page of them."""
    text = request.GET.get("q", "").strip()[: search.LONGEST]
    context = {"q": text, "hits": search.find(text, current(request)), "shortest": search.SHORTEST}
    return render(request, "dms/_search_results.html" if request.htmx else "dms/search.html", context)  # type: ignore[attr-defined]


def back(request: HttpRequest) -> HttpResponse:
    """To the page the switch was pressed on."""
    url = request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return redirect(url if safe else "dms:home")


@require_POST
@needs(SIGNED_IN)
def choose_store(request: HttpRequest) -> HttpResponse:
    """The store switch of the top bar; an empty choice means all of one's stores."""
    user = current(request)
    wanted = request.POST.get("store", "")
    if not wanted.isdigit():
        user.store_chosen = None
    else:
        user.store_chosen = get_object_or_404(Store.objects.visible_to(user).active(), pk=wanted)  # type: ignore[attr-defined]
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


@needs(SIGNED_IN)
def profile(request: HttpRequest) -> HttpResponse:
    """One's own page: phone, deputy, language, appearance, rights, and the way to the password."""
    user = current(request)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("dms:profile")
    status = 422 if form.errors else 200
    return render(request, "dms/profile.html", {"form": form, "person": user}, status=status)
