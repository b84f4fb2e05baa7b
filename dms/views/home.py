"""Home, own work, search, and the switches of the layout."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dms.actions import preferences
from dms.formats import display, query_params
from dms.models import Absence, Store, User
from dms.navigation import due_work, process_map, registry, search
from dms.views.redirects import back
from dms.web.http import AuthenticatedHttpRequest
from dms.web.long_reads import long_read
from dms.web.rights import PUBLIC, SIGNED_IN, requires_right


@require_safe
@requires_right("dms.home")
@long_read
def home(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The role's first page: figures, the process map for those who watch it, what is due, who is away."""
    user, store, now = request.user, request.store, timezone.now()
    context = {
        "now": now,
        "tiles": [tile for tiles in registry.tiles.of(user) for tile in tiles(user, store)],
        "lanes": process_map.lanes_of(user, store, now),
        "due": due_work.due(user, store, now),
        "away": away_today(user, store) if user.has_perm("dms.people") else None,
    }
    return render(request, "dms/home.html", context)


def away_today(user: User, store: Store | None) -> QuerySet[Absence]:
    """Who is away today, with who stands in."""
    absences = Absence.objects.visible_to(user).of_store(store)
    return absences.on(timezone.localdate()).select_related("user", "deputy").order_by("last_day", "pk")


@require_safe
@requires_right("dms.home")
def my_work(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Everything due for this person, by promised time; on the phone this is the day."""
    now = timezone.now()
    due = due_work.due(request.user, request.store, now)
    late = sum(display.promised(item.due_at, now).late for item in due)
    return render(request, "dms/work.html", {"due": due, "late": late, "now": now, "today": timezone.localdate()})


@require_safe
@requires_right("dms.home")
def bell(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The number on the bell, counted after the page stands."""
    items = due_work.due(request.user, request.store, timezone.now())
    return render(request, "components/_bell.html", {"count": len(items)})


@require_safe
@requires_right("dms.home")
def find(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The search box: results while typing, or a page of them."""
    text = request.GET.get("q", "").strip()[: search.LONGEST]
    context = {"q": text, "hits": search.find(text, request.user), "shortest": search.SHORTEST}
    return render(request, "dms/_search_results.html" if request.htmx else "dms/search.html", context)


@require_POST
@requires_right(SIGNED_IN)
def choose_store(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The store switch of the top bar; an empty choice means all of one's stores."""
    user = request.user
    pk = query_params.number(request.POST.get("store"))
    store = None if pk is None else get_object_or_404(Store.objects.visible_to(user).active(), pk=pk)
    preferences.choose_store(user, store)
    return back(request)


@require_POST
@requires_right(PUBLIC)
def choose_language(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Chinese or English: kept with the person, and on this machine for the sign-in page."""
    language = "en" if request.POST.get("language") == "en" else "zh-hans"
    if isinstance(request.user, User):
        preferences.choose_language(request.user, language)
    response = back(request)
    response.set_cookie("dms_language", language, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
    return response


@require_POST
@requires_right(SIGNED_IN)
def choose_theme(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Light, dark, or as the system."""
    preferences.choose_theme(request.user, request.POST.get("theme", ""))
    return back(request)
