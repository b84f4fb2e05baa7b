"""The page of the monthly maintenance recall: its steps with their last days, the list, the figures, the plan."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm import cells, letter_job, recall_effect
from crm.actions import recall as recall_actions
from crm.acts import RECALL, RECALL_OF_STORE
from crm.filters import RecallEntryFilter
from crm.models import RecallCampaign, RecallEntry
from crm.models.recall import NOTHING_YET, Figures, Step, deadline, is_late, step_now
from dms.core.status_colours import Step as Dot
from dms.formats import display, query_params
from dms.formats.days import add_months
from dms.models import Job, Store
from dms.web.act_views import ActView
from dms.web.columns import Column, Table
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


@dataclass(frozen=True)
class Ratio:
    """A share with what it is of."""

    label: str
    value: str
    hint: str


@dataclass(frozen=True)
class StoreLine:
    """One store's recall of the month, for those who see several."""

    store: Store
    url: str
    figures: Figures | None
    late: str


def month_of(request: AuthenticatedHttpRequest) -> date:
    """The month asked for; else the next one, whose list is made now."""
    named = query_params.month(request.GET.get("month", "") or request.POST.get("month", ""))
    return named or add_months(timezone.localdate().replace(day=1), 1)


def url_of(month: date, store: Store | None = None, **narrowed: object) -> str:
    at = {"at": store.code} if store else {}
    return f"{reverse('crm:recall')}?{urlencode({'month': f'{month:%Y-%m}', **at, **narrowed})}"


def one_store(request: AuthenticatedHttpRequest) -> Store | None:
    """The store of the address, the one chosen, or the only one."""
    stores = Store.objects.visible_to(request.user).active()
    if code := request.GET.get("at", ""):
        return get_object_or_404(stores, code=code)
    if request.store is not None:
        return request.store
    several = list(stores[:2])
    return several[0] if len(several) == 1 else None


# --- the steps at the head ----------------------------------------------------------------------------------------------
def dots(month: date, campaign: RecallCampaign | None, figures: Figures | None) -> list[Dot]:
    before = add_months(month, -1)
    hints = {
        Step.LIST: f"{display.date(before.replace(day=1))}–{display.date(deadline(month, Step.LIST))}",
        Step.PRINT: _("by %(date)s") % {"date": display.date(deadline(month, Step.PRINT))},
        Step.MAIL: f"{display.date(before.replace(day=15))}–{display.date(deadline(month, Step.MAIL))}",
        Step.CALL: _("3 days after mailing"),
        Step.PLAN: _("by %(date)s") % {"date": display.date(deadline(month, Step.PLAN))},
    }
    steps = list(Step)
    here = steps.index(step_now(figures))
    if campaign is not None and campaign.improvement:
        here = len(steps)
    return [
        Dot(step.label, "ok" if number < here else "now" if number == here else "", hints[step])
        for number, step in enumerate(steps)
    ]


def lateness(month: date, campaign: RecallCampaign | None, figures: Figures | None, now: datetime) -> str:
    """The badge beside the heading: which step is late by how much."""
    if campaign is None:
        days = is_late(month, Step.LIST, now)
        return _("List %(days)s days late") % {"days": days} if days else ""
    late = recall_actions.late_steps(campaign, now, figures)
    return " · ".join(
        _("%(step)s %(days)s days late") % {"step": step.label, "days": days} for step, days in late.items()
    )


def ratios(figures: Figures) -> list[Ratio]:
    labels = (
        pgettext("recall", "Mailed"),
        pgettext("recall", "Owner reached"),
        pgettext("recall", "Booked"),
        pgettext("recall", "Came"),
    )
    parts = (figures.mailed, figures.reached, figures.booked, figures.came)
    return [
        Ratio(label, f"{share:.0f}%", f"{display.number(part)} / {display.number(figures.base)}")
        for label, share, part in zip(labels, figures.ratios, parts, strict=True)
    ]


def months(month: date, store: Store | None) -> list[dict[str, object]]:
    return [
        {"url": url_of(add_months(month, step), store), "month": add_months(month, step), "current": step == 0}
        for step in (-1, 0, 1)
    ]


# --- the page -----------------------------------------------------------------------------------------------------------
@require_safe
@requires_right("crm.call")
def recall(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One store's month; all one's stores when none is chosen."""
    month, store, now = month_of(request), one_store(request), timezone.now()
    named = store if request.GET.get("at") else None
    context: dict[str, object] = {"month": month, "months": months(month, named), "now": now, "at": named}
    if store is None:
        return render(request, "crm/recall_stores.html", context | every_store(request, month, now))
    plans = RecallCampaign.objects.filter(store=store).select_related("improvement_by", "improvement_owner")
    campaign = plans.filter(month=month).first()
    figures = recall_actions.figures(campaign) if campaign else None
    context |= {
        "store": store,
        "campaign": campaign,
        "steps": dots(month, campaign, figures),
        "late": lateness(month, campaign, figures, now),
    }
    if campaign is None or figures is None:
        context |= {
            "expected": recall_actions.expected(month, store=store),
            "acts": RECALL_OF_STORE.offered(store, request.user),
        }
        return render(request, "crm/recall_empty.html", context)
    context["before"] = plan_before(plans, month, figures)
    return render(request, "crm/recall.html", context | details(request, campaign, figures))


@dataclass(frozen=True)
class PlanBefore:
    """The plan of the month before, and what has become of the booking ratio since, in points."""

    campaign: RecallCampaign
    was: float
    now: float

    @property
    def points(self) -> float:
        return self.now - self.was


def plan_before(plans: QuerySet[RecallCampaign], month: date, figures: Figures) -> PlanBefore | None:
    """What was to be done better, and whether it is."""
    campaign = plans.filter(month=add_months(month, -1)).exclude(improvement="").first()
    if campaign is None:
        return None
    was = recall_actions.figures(campaign)
    return PlanBefore(campaign, was.share(was.booked), figures.share(figures.booked))


COLUMNS = (
    Column(gettext_lazy("Customer"), "customer", cell=cells.owner_mailed, phone=True),
    Column(gettext_lazy("Plate"), "vehicle", cell=cells.car_due, phone=True),
    Column(gettext_lazy("Model"), "vehicle.model"),
    Column(pgettext_lazy("document", "State"), "status", "status", phone=True),
    Column(gettext_lazy("Printed"), "printed_at", "date"),
    Column(gettext_lazy("Mailed"), "mailed_at", "date"),
    Column(pgettext_lazy("recall", "Called"), "called_at", "date"),
    Column(gettext_lazy("Why not booked"), "reason", look="text-truncate sub"),
    Column(gettext_lazy("Acts"), str, cell=cells.entry_acts, look="text-end", phone=True, mute=True),
)


def details(request: AuthenticatedHttpRequest, campaign: RecallCampaign, figures: Figures) -> dict[str, object]:
    rows = RecallEntry.objects.filter(campaign=campaign).select_related("customer", "vehicle__variant", "reason")
    entries = RecallEntryFilter(
        request.GET, queryset=rows.prefetch_related("customer__phones", "follow_ups"), request=request
    )
    page = Paginator(entries.qs, 50).get_page(request.GET.get("page"))
    return {
        "figures": figures,
        "ratios": ratios(figures),
        "reasons": _counted(campaign),
        "filter": entries,
        "page_obj": page,
        "table": Table(COLUMNS, page.object_list, request),
        "acts": RECALL.offered(campaign, request.user),
        "no_address": figures.unaddressed,
        "no_address_url": url_of(campaign.month, campaign.store, unaddressed="true"),
        "effect": recall_effect.effect_of(campaign),
        "step_now": step_now(figures),
    }


def _counted(campaign: RecallCampaign) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for entry in RecallEntry.objects.filter(campaign=campaign, reason__isnull=False).select_related("reason"):
        counts[str(entry.reason)] = counts.get(str(entry.reason), 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])


def every_store(request: AuthenticatedHttpRequest, month: date, now: datetime) -> dict[str, object]:
    """The lists of all one's stores with their totals; counted at once, however many stores there are."""
    stores = list(Store.objects.visible_to(request.user).active())
    campaigns = {row.store_id: row for row in RecallCampaign.objects.filter(month=month, store__in=stores)}
    counted = recall_actions.figures_of(campaigns.values())
    lines = []
    for store in stores:
        campaign = campaigns.get(store.pk)
        figures = counted.get(campaign.pk, NOTHING_YET) if campaign else None
        lines.append(StoreLine(store, url_of(month, store), figures, lateness(month, campaign, figures, now)))
    return {
        "lines": lines,
        "total": sum((line.figures for line in lines if line.figures), NOTHING_YET),
        "missing": len(stores) - len(campaigns),
        "manages": request.user.has_perm("crm.manage"),
    }


# --- acts ---------------------------------------------------------------------------------------------------------------
@require_POST
@requires_right("crm.manage")
def prepare_all(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One press: the lists of all one's stores."""
    month = month_of(request)
    made = recall_actions.prepare_all(Store.objects.visible_to(request.user).active(), month=month, by=request.user)
    said = ngettext("The list of %(n)s store is made.", "The lists of %(n)s stores are made.", len(made))
    messages.success(request, said % {"n": len(made)})
    return redirect(url_of(month))


@require_POST
@requires_right("crm.manage")
def print_all(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One press: the letters of all one's stores, in one file."""
    month = month_of(request)
    job = letter_job.order_all(month, by=request.user)
    messages.success(request, RECALL["print"].message(job))
    return redirect(reverse("dms:job", args=[job.pk]) if request.user.has_perm("dms.jobs") else url_of(month))


@require_POST
@requires_right("crm.manage")
def mail_all(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One press: what was printed in all one's stores is in the post."""
    month = month_of(request)
    campaigns = RecallCampaign.objects.visible_to(request.user).filter(month=month)
    messages.success(request, RECALL["mail"].message(recall_actions.mail_all(campaigns, by=request.user)))
    return redirect(url_of(month))


class RecallPrepare(ActView):
    """Make the list of the month in this store now."""

    def act(self, **_facts: object) -> object:
        return super().act(month=month_of(self.request))

    @property
    def page(self) -> str:
        return url_of(month_of(self.request))


class RecallAct(ActView):
    """An act on the recall of a month; afterwards one is back at the month, or at the long job that prints."""

    @property
    def page(self) -> str:
        assert isinstance(self.document, RecallCampaign)
        return url_of(self.document.month, None if self.request.store else self.document.store)

    def after(self, result: object) -> str:
        month = super().after(result)
        if isinstance(result, Job) and self.request.user.has_perm("dms.jobs"):
            return reverse("dms:job", args=[result.pk])
        return month


class EntryAct(ActView):
    """The car is scrapped, moved away or sold: off the list, and its file closed."""

    @property
    def page(self) -> str:
        assert isinstance(self.document, RecallEntry)
        return url_of(self.document.due_month, None if self.request.store else self.document.store)
