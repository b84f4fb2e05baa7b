"""The daily dashboard, and the rows behind each of its figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dms.core.untyped import Row
from dms.formats import display, query_params
from dms.navigation import registry
from dms.web.http import AuthenticatedHttpRequest
from dms.web.long_reads import long_read
from dms.web.rights import check_right, requires_right
from reports.daily import figures, rows_of
from reports.kinds import BY_KEY, YUAN, Days, Figure


@dataclass(frozen=True)
class Shown:
    """A figure as the page sets it; without the right to its rows it is no link."""

    figure: Figure
    day: str
    month: str
    day_url: str = ""
    month_url: str = ""

    @property
    def family(self) -> str:
        return self.figure.kind.family if self.figure.day else ""

    @property
    def corrected_day(self) -> str:
        """What is known of the day since it was closed."""
        return set_value(self.figure, self.figure.corrected_day)

    @property
    def corrected_month(self) -> str:
        return set_value(self.figure, self.figure.corrected_month)


@dataclass(frozen=True)
class Line:
    """One row behind a figure."""

    name: str
    url: str
    who: str
    what: str
    when: datetime | date | None
    amount: Decimal | None


def asked_day(request: AuthenticatedHttpRequest, today: date) -> date:
    """The day in the address; today when there is none, or one that has not come."""
    return min(query_params.day(request.GET.get("day")) or today, today)


def set_value(figure: Figure, value: Decimal | None) -> str:
    if value is None:
        return display.EMPTY
    return display.money(value, 0) if figure.kind.unit == YUAN else display.number(value)


def shown(figure: Figure, days: Days, rights: frozenset[str]) -> Shown:
    day, month = set_value(figure, figure.day), set_value(figure, figure.month)
    # Who may know a sum need not see the customers behind it.
    if figure.kind.right not in rights:
        return Shown(figure, day, month)
    address = f"{reverse('reports:daily_rows', args=[figure.kind.key])}?day={days.day}"
    return Shown(figure, day, month, address, f"{address}&span=month" if figure.month is not None else "")


@require_safe
@requires_right("reports.view")
@long_read
def daily(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A day of the chosen store, or of all: what came in, what went out, what waits; the month up to it beside it."""
    now, today = timezone.now(), timezone.localdate()
    days = Days(asked_day(request, today), now)
    user, store = request.user, request.store
    shown_figures = [shown(figure, days, user.rights) for figure in figures(user, store, days)]
    context = {
        "days": days,
        "today": today,
        "before": days.day - timedelta(days=1),
        "after": days.day + timedelta(days=1) if days.day < today else None,
        "groups": [
            (label, list(several)) for label, several in groupby(shown_figures, key=lambda one: one.figure.kind.group)
        ],
        "store": store,
        "closed": any(one.figure.closed for one in shown_figures),
        "corrected": [one for one in shown_figures if one.figure.is_corrected],
    }
    return render(request, "reports/daily.html", context)


@require_safe
@requires_right("dms.home")
@long_read
def daily_rows(request: AuthenticatedHttpRequest, key: str) -> HttpResponse:
    """The rows behind a figure, for those who may see such rows."""
    kind = BY_KEY.get(key)
    if kind is None:
        raise Http404
    check_right(request, kind.right)
    days = Days(asked_day(request, timezone.localdate()), timezone.now())
    user, store = request.user, request.store
    month = request.GET.get("span") == "month" and kind.conditions(days)[1] is not None
    rows = rows_of(kind, user, store, days, month=month)
    page = Paginator(related(rows), 50).get_page(request.GET.get("page"))
    context = {
        "heading": f"{kind.label} {kind.level}".strip(),
        "days": days,
        "month": month,
        "kind": kind,
        "page_obj": page,
        "lines": [line(row, kind.when, kind.amount, user.rights) for row in page],
        "back": f"{reverse('reports:daily')}?day={days.day}" if user.has_perm("reports.view") else reverse("dms:home"),
        "reached": _("Rows of %(month)s") % {"month": display.month(days.day)} if month else display.day(days.day),
    }
    return render(request, "reports/daily_rows.html", context)


RELATED = (
    "customer",
    "vehicle",
    "adviser",
    "by",
    "variant",
    "variant__series",
    "cadence",
    "work_order",
    "work_order__customer",
    "stock__part",
    "stock__store",
)


def related(rows: QuerySet[Model]) -> QuerySet[Model]:
    """The rows with what their lines name."""
    own = {field.name for field in rows.model._meta.get_fields()}  # noqa: SLF001
    return rows.select_related(*(path for path in RELATED if path.split("__")[0] in own))


def line(row: Row, when: str, amount: str, rights: frozenset[str]) -> Line:
    page, right = registry.subject_pages.get(type(row), ("", ""))
    about = getattr(row, "work_order", row)
    who = getattr(about, "customer", None) or getattr(row, "name", "")
    what = next(
        (getattr(row, name) for name in ("variant", "cadence", "vehicle", "stock") if getattr(row, name, None)), ""
    )
    url = reverse(page, args=[row.pk]) if page and right in rights else ""
    return Line(str(row), url, str(who or ""), str(what), getattr(row, when), getattr(row, amount) if amount else None)
