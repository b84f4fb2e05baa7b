"""The page of promises kept and late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from crm import kept_promises
from crm.kept_promises import HOWS, MONTHS, Line, Promised, Tally, lines, tallies
from crm.models import FollowUp
from dms.formats import display, query_params
from dms.formats.days import add_months
from dms.web.http import AuthenticatedHttpRequest
from dms.web.long_reads import long_read
from dms.web.rights import requires_right


@dataclass(frozen=True)
class Cell:
    """A count, and the list of the promises it counts."""

    count: int
    url: str


@dataclass(frozen=True)
class Row:
    """One line of a table with the way to its promises."""

    label: Any
    due: Cell
    hows: list[Cell]
    share: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    """One of the tables of the page."""

    key: str
    heading: str
    first: str
    rows: Sequence[Row]


def month_of(request: AuthenticatedHttpRequest, now: datetime) -> date:
    """The month asked for; this one when there is none, or one that has not come."""
    this = timezone.localdate(now).replace(day=1)
    return min(query_params.month(request.GET.get("month", "")) or this, this)


def url_of(month: date) -> str:
    return f"{reverse('crm:promises')}?month={month:%Y-%m}"


def row_of(line: Line, month: date, narrowed: dict[str, Any], url: str = "") -> Row:
    """Each count opens the list that it counts."""

    def cell(count: int, **more: str) -> Cell:
        asked = urlencode({"fell_due": f"{month:%Y-%m}", **narrowed, **more})
        return Cell(count, f"{reverse('crm:follow_ups')}?{asked}")

    tally: Tally = line.tally
    hows = [cell(tally.parts[how], became=how) for how in HOWS]
    share = display.EMPTY if tally.share is None else f"{tally.share} %"
    return Row(line.label, cell(tally.due), hows, share, url)


def sections(promised: list[Promised], month: date) -> list[Section]:
    of_month = [one for one in promised if one.month == month]
    rules, people = kept_promises.rules_of(of_month), kept_promises.people_of(of_month)
    by_rule = lines(of_month, lambda one: one.cadence_id, rules)
    by_person = lines(of_month, lambda one: one.person_id, people)
    months = {one.month: display.month(one.month) for one in promised}
    by_month = sorted(lines(promised, lambda one: one.month, months), key=lambda line: line.key, reverse=True)
    return [
        Section("rules", _("By rule"), _("Cadence"), [row_of(line, month, {"cadence": line.key}) for line in by_rule]),
        Section(
            "people",
            _("By person"),
            pgettext("complaint", "Who"),
            [row_of(line, month, {"caller": line.key or 0}) for line in by_person],
        ),
        Section("months", _("By month"), _("Month"), [row_of(one, one.key, {}, url_of(one.key)) for one in by_month]),
    ]


@require_safe
@requires_right("crm.manage")
@long_read
def promises(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What was promised for the month, and how much of it was kept: by rule, by person, and the months before."""
    now = timezone.now()
    month = month_of(request, now)
    rows = FollowUp.objects.visible_to(request.user).of_store(request.store)
    promised = tallies(rows, first=add_months(month, 1 - MONTHS), last=month, at=now)
    this = timezone.localdate(now).replace(day=1)
    months = [add_months(month, -1), month, *([add_months(month, 1)] if month < this else [])]
    context = {
        "month": month,
        "months": [{"url": url_of(one), "month": one, "current": one == month} for one in months],
        "sections": sections(promised, month),
        "hows": HOWS.values(),
        "empty": not promised,
    }
    return render(request, "crm/promises.html", context)
