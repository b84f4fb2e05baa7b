"""Every piece the pages are made of, on one page, with invented data in both languages. Nothing here is stored."""

import datetime as dt
import json
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from dms.core import status_colours
from dms.core.refusals import Refusal
from dms.core.untyped import Fact, Facts, Option
from dms.formats import display
from dms.formats.charts import Chart, Series
from dms.formats.month_grid import Item, month
from dms.models import Job
from dms.navigation.registry import DueItem, Hit, Moment, Tile
from dms.web import pdf
from dms.web.act_views import ActFormView
from dms.web.boards import Card, Column, MenuEntry
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right

Sample = Facts
"""Invented names and figures, as their file has them."""

TODAY = dt.date(2026, 11, 21)
TREND = (9, 12, 10, 14, 18, 9, 11, 14, 12, 17, 20, 15, 13, 14)
DELIVERED = (3, 7, 10, 14, 19, 24, 26, 30, 33, 38, 42, 47, 53, 56, 59, 63, 67, 70, 75, 81, 82)
DEMAND = (9, 12, 8, 11, 13, 10, 14, 9, 12, 15, 13, 16)


@cache
def _invented() -> Sample:
    return dict(json.loads((settings.BASE_DIR / "dms" / "data" / "patterns.json").read_text(encoding="utf-8")))


def words() -> Sample:
    """The invented names of the language of this page."""
    return dict(_invented()["en" if get_language() == "en" else "zh-hans"])


class PatternForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Name or address"), max_length=20)
    phone = forms.CharField(
        label=gettext_lazy("Mobile phone"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("Eleven digits; spaces do not matter."),
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), widget=forms.RadioSelect)
    said = forms.CharField(
        label=gettext_lazy("What was said"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    consent = forms.BooleanField(label=pgettext_lazy("consent", "May be called"), required=False)

    def __init__(self, *args: Option, sample: Sample, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("source", sample["reasons"]), ("level", sample["levels"])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [tuple(choice) for choice in choices]

    def clean_phone(self) -> str:
        digits = self.cleaned_data["phone"].replace(" ", "")
        if len(digits) != 11 or not digits.isdigit():
            raise forms.ValidationError(_("Enter the eleven digits of a mobile phone."))
        return str(digits)


class WhyForm(forms.Form):
    """What is asked before something is taken away."""

    reason = forms.ChoiceField(label=pgettext_lazy("why", "Reason"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("In your own words"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    def __init__(self, *args: Option, sample: Sample, **kwargs: Option) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)
        reason.choices = [tuple(choice) for choice in sample["reasons"]]


def board(sample: Sample) -> list[Column]:
    """A board of four columns."""
    cards = [
        Card(
            url="#board",
            plate=sample["plates"][i],
            name=sample["plates"][i],
            waited=dt.timedelta(minutes=(95, 71, 52, 47, 33, 21, 12, 4)[i]),
            what=sample["jobs"][i],
            state={0: "late", 1: "wait"}.get(i, ""),
            promise=f"1{i}:30",
            person=sample["people"][i],
            percent=(96, 80, 62, 55, 40, None, None, None)[i],
            move="?move",
            menu_id=f"card-{i}",
            badge="" if i < 5 else sample["statuses"][0][1],
            moves=[MenuEntry(sample["columns"][2][1], post="?move", icon="player-pause")],
        )
        for i in range(8)
    ]
    return [
        Column(key, label, cards[2 * i : 2 * i + 2], hint) for i, (key, label, hint) in enumerate(sample["columns"])
    ]


def pages(sample: Sample, now: dt.datetime, number: str) -> Sample:
    """List, board, timeline, due work."""
    rows = [
        SimpleNamespace(
            pk=i,
            name=sample["customers"][i % 8],
            model=sample["models"][i % 8],
            plate=sample["plates"][i % 8],
            km=38_420 - 911 * i,
            amount=[1650, 0, 206350.5, -46, 894, 742, 12, 98_000][i % 8],
            at=now - dt.timedelta(hours=7 * i),
            state=sample["statuses"][i % 7],
            long=sample["long"],
        )
        for i in range(24)
    ]
    return {
        "page": Paginator(rows, 8).get_page(number),
        "columns": board(sample),
        "moments": [
            Moment(now - dt.timedelta(days=3 * i, minutes=11), title, detail, "#timeline", family, sample["people"][i])
            for i, (title, detail, family) in enumerate(sample["moments"])
        ],
        "due": [
            DueItem(
                sample["customers"][i],
                sample["models"][i],
                "#due",
                now + dt.timedelta(minutes=gap),
                sample["jobs"][i],
                "?work",
                _("Done"),
                "late" if gap < 0 else "idle",
            )
            for i, gap in enumerate((-72, -42, 3, 180))
        ],
        "ranges": [
            {"label": f"{label} {count}", "url": "#badges", "current": count == 14}
            for (_family, label), count in zip(sample["statuses"][:3], (14, 4, 1), strict=True)
        ],
        "drop": [{"label": sample["facts"][3][0], "value": sample["facts"][3][1], "url": "#list"}],
        "hits": [
            Hit(sample["customers"][i], sample["models"][i], "#search", sample["jobs"][i], plate=sample["plates"][i])
            for i in (0, 1)
        ],
    }


def figures(sample: Sample, now: dt.datetime) -> Sample:
    """Tiles, process map, steps, charts, calendar, long jobs."""
    chart, bars, local = sample["chart"], sample["bars"], timezone.localtime(now)
    plan = [round(4 * (i + 1), 1) for i in range(30)]
    return {
        "tiles": [
            {
                "tile": Tile(label, value, "#figures", unit, hint, family),
                "trend": TREND,
                "done": share,
                "pace": 38,
                "note": note,
            }
            for (label, value, unit, hint, family, note), share in zip(sample["tiles"], (54, 33, 20, 88), strict=True)
        ],
        "lanes": [_lane(sample["lane2"], now, jam=4), _lane(sample["lane"], now, slow=2)],
        "steps": [
            status_colours.Step(label, "ok" if i < 4 else "now" if i == 4 else "", hint)
            for i, (label, hint) in enumerate(sample["steps"])
        ],
        "chart": Chart(
            "month",
            chart["title"],
            chart["answer"],
            [str(i + 1) for i in range(30)],
            [Series(chart["actual"], [*DELIVERED, *[None] * 9]), Series(chart["plan"], plan, "plan")],
            unit=chart["unit"],
            axis=chart["hint"],
        ),
        "bars": Chart(
            "demand",
            bars["title"],
            bars["answer"],
            [str(i % 12 + 1) for i in range(11, 23)],
            [Series(bars["actual"], DEMAND, "actual")],
            kind="bar",
            unit=bars["unit"],
            axis=bars["hint"],
        ),
        "calendar": month(
            TODAY,
            today=TODAY,
            items={
                TODAY + dt.timedelta(days=i - 1): [Item(label, "#calendar", family)]
                for i, (label, family) in enumerate(sample["calendar"])
            },
            off={day: "" for day in (TODAY + dt.timedelta(days=n) for n in range(-40, 40)) if day.weekday() > 4},
        ),
        "jobs": [_job(1, "RUNNING", 420, local), _job(2, "FAILED", 610, local), _job(3, "DONE", 1000, local)],
    }


def _lane(lane: Sample, now: dt.datetime, *, jam: int = -1, slow: int = -1) -> SimpleNamespace:
    counts = (14, 186, 3, 21, 4, 9, 6, 1)
    nodes = [
        SimpleNamespace(
            label=label,
            count=counts[i],
            url="#map",
            oldest=now - dt.timedelta(minutes=(38, 900, 16, 8640, 1740, 95, 21, 0)[i]),
            late=i == jam,
            slow=i == slow,
            near=counts[i] // 4,
            overdue=3 if i == jam else counts[i] // 9,
        )
        for i, label in enumerate(lane["nodes"])
    ]
    return SimpleNamespace(label=lane["label"], total=sum(counts), nodes=nodes)


def _job(pk: int, status: str, done: int, at: dt.datetime) -> Job:
    """A job that is never saved."""
    ended = status == Job.Status.DONE
    stopped = _("The worker stopped; start the job again.") if status == Job.Status.FAILED else ""
    return Job(
        pk=pk,
        status=status,
        done=done,
        total=1000,
        started_at=at,
        error=stopped,
        problems=3 if ended else 0,
        output_file_id=1 if ended else None,
        report_file_id=1 if ended else None,
    )


# --- the small answers that the pieces ask for ----------------------------------------------------------------------
def poll(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A long job that comes forward by itself and ends."""
    done = min(1000, int(timezone.now().timestamp()) % 20 * 60)
    job = _job(1, "RUNNING" if done < 1000 else "DONE", done, timezone.localtime())
    return render(request, "dms/_pattern_job.html", {"job": job})


def reveal(request: AuthenticatedHttpRequest) -> HttpResponse:
    return render(request, "components/_phone.html", {"full": "13800000000", "shown": "138 0000 0000"})


def refuse(_request: AuthenticatedHttpRequest) -> HttpResponse:
    raise Refusal(_("The car is reserved for somebody else until 18:00. Ask for its release, or choose another."))


def agree(request: AuthenticatedHttpRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("dms:patterns")


class Lose(ActFormView[WhyForm]):
    """What asks for a reason, over the page."""

    form_class = WhyForm

    def get_form_kwargs(self) -> Facts:
        return {**super().get_form_kwargs(), "sample": words()}

    def act(self, **_facts: Fact) -> None:
        messages.success(self.request, _("Saved."))

    def after(self, _result: object) -> str:
        return reverse("dms:patterns")

    def get_context_data(self, **context: object) -> Facts:
        return super().get_context_data(
            heading=_("Give the lead up?"),
            form_note=_("The manager confirms it; the lead stays in the files."),
            submit_label=_("Ask for it"),
            cancel_url=reverse("dms:patterns"),
            **context,
        )


def document(_request: AuthenticatedHttpRequest) -> HttpResponse:
    """A document on paper."""
    sample = words()
    lines = [
        (job, 1.5, price) for job, price in zip(sample["jobs"], (390, 328, 46, 130, 144, 612, 560, 182), strict=True)
    ]
    signs = [
        {"label": sample["document"]["words"][9], "name": sample["customers"][7]},
        {"label": sample["document"]["words"][10], "name": sample["people"][6]},
    ]
    context = {
        "sample": sample,
        "doc": sample["document"],
        "lines": lines,
        "total": sum(line[2] for line in lines),
        "signs": signs,
        "store": sample["store"],
    }
    foot = _("printed %(at)s %(who)s") % {"at": display.moment(timezone.now()), "who": sample["people"][6]}
    content = pdf.render("dms/pattern_pdf.html", context, title=sample["document"]["number"], foot=foot)
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="sample.pdf"'}
    )


ANSWERS: dict[str, Callable[..., HttpResponseBase]] = {
    "job": poll,
    "reveal": reveal,
    "refuse": refuse,
    "move": agree,
    "work": agree,
    "pdf": document,
    "lose": Lose.as_view(),
}


@requires_right("dms.configure")
def patterns(request: AuthenticatedHttpRequest) -> HttpResponseBase:
    """The pattern page; with a word in the query, the answer one of its pieces asks for."""
    for name, answer in ANSWERS.items():
        if name in request.GET:
            return answer(request)
    sample, now = words(), timezone.now()
    form = PatternForm(request.POST or None, sample=sample, initial={"day": TODAY})
    if request.method == "POST" and form.is_valid():
        return agree(request)
    bad = PatternForm({"name": "", "phone": "138 0000"}, sample=sample, prefix="bad")
    context = {
        "sample": sample,
        "now": now,
        "form": form,
        "bad": bad,
        **pages(sample, now, request.GET.get("page", "1")),
    }
    status = 422 if form.errors else 200
    return render(request, "dms/patterns.html", {**context, **figures(sample, now)}, status=status)
