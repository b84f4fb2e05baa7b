"""Satisfaction: the figures of a month, the list behind them, one survey, and the page that a customer opens by a link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_stubs_ext import StrOrPromise

from crm import cells, satisfaction
from crm.actions import surveys
from crm.filters import SurveyFilter
from crm.models import Complaint, Question, Questionnaire, Survey, SurveyPerson
from crm.models.complaints import TWO_WEEKS
from crm.questions import field_of
from crm.satisfaction import MONTHS, OPINIONS, Tally
from crm.survey_acts import SURVEY
from dms.core.refusals import Refusal
from dms.formats import display, query_params
from dms.formats.days import add_months, end_of, start_of
from dms.models import Reason, Store, User
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.views.timelines import moments_of
from dms.web.act_views import ActView
from dms.web.columns import Column
from dms.web.http import AuthenticatedHttpRequest
from dms.web.long_reads import long_read
from dms.web.rights import PUBLIC, requires_right
from dms.web.segments import Segment
from dms.web.sign_in_throttle import count

Part = SurveyPerson.Part
TRIES_OF_AN_ADDRESS = 60
"""In a minute: many phones of one mobile network have one address, and a key cannot be guessed anyway."""


# --- the figures of a month ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """A count, and the list of what it counts."""

    count: int
    url: str


@dataclass(frozen=True)
class Row:
    """One line of a table: asked, answered and the three opinions, each with the way to its list."""

    label: Any
    nps: str
    response: str
    asked: Cell
    answered: Cell
    opinions: Sequence[Cell]
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


def row_of(label: object, tally: Tally, month: date, url: str = "", **narrowed: object) -> Row:
    def cell(number: int, **more: str) -> Cell:
        asked = urlencode({"asked_in": f"{month:%Y-%m}", **narrowed, **more})
        return Cell(number, f"{reverse('crm:surveys')}?{asked}")

    return Row(
        label,
        display.EMPTY if tally.nps is None else f"{tally.nps:+d}",
        display.EMPTY if tally.response is None else f"{tally.response} %",
        cell(tally.asked),
        cell(tally.answered, status=Survey.Status.ANSWERED),
        [cell(getattr(tally, name), opinion=name) for name in OPINIONS],
        url,
    )


def url_of(month: date) -> str:
    return f"{reverse('crm:satisfaction')}?month={month:%Y-%m}"


def sections(request: AuthenticatedHttpRequest, month: date) -> list[Section]:
    """By occasion, store, adviser, technician, and the months before."""
    rows = Survey.objects.visible_to(request.user).of_store(request.store)
    first = add_months(month, 1 - MONTHS)
    groups = satisfaction.tallies(satisfaction.of_months(rows, first, month), "month", "store", "questionnaire")
    here = {key: tally for key, tally in groups.items() if key[0].date() == month}
    people = satisfaction.tallies(satisfaction.of_months(rows, month, month), "people__part", "people__user")
    names = User.objects.in_bulk({person for _part, person in people if person})
    stores = Store.objects.in_bulk({store for _month, store, _sheet in here})
    sheets = Questionnaire.objects.in_bulk({sheet for _month, _store, sheet in here})

    def table(tallied: Mapping[Any, Tally], labels: Mapping[Any, object], name: str) -> list[Row]:
        lines = satisfaction.worst_first(tallied.items())
        return [row_of(labels[key], tally, month, **{name: key}) for key, tally in lines]

    def of_part(part: str) -> dict[Any, Tally]:
        return {person: tally for (theirs, person), tally in people.items() if theirs == part}

    months = sorted(satisfaction.merged(groups, 0).items(), reverse=True)
    told = [
        Section("sheets", _("By occasion"), _("Questionnaire"), table(satisfaction.merged(here, 2), sheets, "sheet")),
        Section("stores", _("By store"), _("Store"), table(satisfaction.merged(here, 1), stores, "at_store")),
        Section("advisers", _("By adviser"), _("Adviser"), table(of_part(Part.ADVISER), names, "adviser")),
        Section(
            "technicians", _("By technician"), _("Technician"), table(of_part(Part.TECHNICIAN), names, "technician")
        ),
        Section(
            "months",
            _("By month"),
            _("Month"),
            [row_of(display.month(at.date()), one, at.date(), url_of(at.date())) for at, one in months],
        ),
    ]
    return [section for section in told if section.rows]


def reasons_of(request: AuthenticatedHttpRequest, month: date) -> list[tuple[object, Cell]]:
    """Why they would not recommend us, the most frequent first."""
    rows = Survey.objects.visible_to(request.user).of_store(request.store)
    critical = satisfaction.of_months(rows, month, month).exclude(OPINIONS["promoter"]).filter(nps__isnull=False)
    counts = {key[0]: tally.asked for key, tally in satisfaction.tallies(critical, "reason").items()}
    names: dict[Any, Any] = {**Reason.objects.in_bulk([key for key in counts if key]), None: _("No reason named")}
    asked = {"asked_in": f"{month:%Y-%m}", "critical": "true"}
    return [
        (names[key], Cell(number, f"{reverse('crm:surveys')}?{urlencode({**asked, 'reason': key or 0})}"))
        for key, number in sorted(counts.items(), key=lambda pair: -pair[1])
    ]


@dataclass(frozen=True)
class Closing:
    """Complaints taken down in the month by one store, and how many were closed within two weeks."""

    store: Store
    all: Cell
    soon: Cell
    share: str


def closings_of(request: AuthenticatedHttpRequest, month: date) -> list[Closing]:
    """The two-week closing ratio; what was taken down less than two weeks ago is in it, and may still be closed."""
    first, last = month, add_months(month, 1) - timedelta(days=1)
    rows = Complaint.objects.visible_to(request.user).of_store(request.store).exclude(status=Complaint.Status.VOID)
    rows = rows.filter(opened_at__gte=start_of(first), opened_at__lt=end_of(last)).order_by()
    soon = Count("pk", filter=Q(closed_at__lte=F("opened_at") + TWO_WEEKS))
    counted = rows.values("store").annotate(taken_down=Count("pk"), soon=soon)
    counts = {store: (every, closed) for store, every, closed in counted.values_list("store", "taken_down", "soon")}

    def cell(number: int, store: int, **more: str) -> Cell:
        asked = urlencode({"since": first, "until": last, "at_store": store, "void": "false", **more})
        return Cell(number, f"{reverse('crm:complaints')}?{asked}")

    return [
        Closing(store, cell(every, store.pk), cell(closed, store.pk, in_two_weeks="true"), f"{100 * closed // every} %")
        for store in Store.objects.filter(pk__in=counts)
        for every, closed in [counts[store.pk]]
    ]


@require_safe
@requires_right("crm.manage")
@long_read
def satisfaction_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Who was asked in the month, what they answered, whose work it was, and why they would not recommend us."""
    now = timezone.now()
    month, this = month_of(request, now), timezone.localdate(now).replace(day=1)
    rows = Survey.objects.visible_to(request.user).of_store(request.store)
    shown = sections(request, month)
    context = {
        "month": month,
        "months": [
            {"url": url_of(one), "month": one, "current": one == month}
            for one in (add_months(month, -1), month, *([add_months(month, 1)] if month < this else []))
        ],
        "sections": shown,
        "marks": satisfaction.marks(satisfaction.of_months(rows, month, month)) if shown else [],
        "reasons": reasons_of(request, month) if shown else [],
        "closings": closings_of(request, month),
    }
    return render(request, "crm/satisfaction.html", context)


# --- the list, and one of them ------------------------------------------------------------------------------------------
class Surveys(BaseListView):
    """Everybody who was asked, with what they answered."""

    model = Survey
    right = "crm.call"
    filterset_class = SurveyFilter
    export_key = "surveys"
    opens_on = (
        Segment(gettext_lazy("All"), "q="),
        Segment(pgettext_lazy("surveys", "Would warn others"), "opinion=detractor"),
        Segment(pgettext_lazy("survey", "Asked"), "status=ASKED"),
    )
    related: ClassVar[tuple[str, ...]] = ("customer", "vehicle", "questionnaire", "reason", "complaint", "store")
    columns = (
        Column(gettext_lazy("Customer"), "customer", link="crm:survey", phone=True),
        Column(gettext_lazy("Plate"), "vehicle", cell=cells.car),
        Column(gettext_lazy("Questionnaire"), "questionnaire"),
        Column(gettext_lazy("Document"), "about", look="code"),
        Column(gettext_lazy("Asked at"), "asked_at", "moment", sort="asked", phone=True),
        Column(pgettext_lazy("survey", "Score"), "nps", "integer", cell=cells.score, sort="score", phone=True),
        Column(gettext_lazy("Main reason"), "reason"),
        Column(gettext_lazy("Words of the customer"), "words", look="text-truncate sub", width=40),
        Column(gettext_lazy("Complaint"), "complaint", cell=cells.complaint_of),
        Column(pgettext_lazy("document", "State"), "status", "status", phone=True),
        Column(gettext_lazy("Store"), "store"),
    )
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "heading": gettext_lazy("Surveys"),
        "search_hint": gettext_lazy("Name, phone, plate"),
        "empty_title": gettext_lazy("Nobody was asked yet"),
        "empty_text": gettext_lazy("The questions stand in the calls after a delivery and after a service."),
    }

    def row_class(self, survey: Survey) -> str:
        return "lateR" if survey.is_detractor and survey.status != Survey.Status.VOID else ""


@require_safe
@requires_right("crm.call")
def survey(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One survey: every answer, whose work it judges, and the complaint it became."""
    rows = Survey.objects.visible_to(request.user)
    row = get_object_or_404(
        rows.select_related("store", "customer", "vehicle", "questionnaire", "reason", "complaint", "asked_by"), pk=pk
    )
    context = {
        "object": row,
        "answers": row.answers.select_related("question"),
        "people": row.people.select_related("user"),
        "acts": SURVEY.offered(row, request.user),
        "moments": moments_of(row),
        "crumbs": trail("crm:surveys", str(row.customer)),
    }
    return render(request, "crm/survey_detail.html", context)


class SurveyAct(ActView):
    """An act on a survey."""

    places: ClassVar[Mapping[str, str]] = {"survey_void_says_why": "reason"}


# --- the customer's page ------------------------------------------------------------------------------------------------
class AnswerForm(forms.Form):
    """The questions on a phone, and a word of one's own."""

    reason = forms.ModelChoiceField(
        Reason.objects.of(Reason.Kind.SATISFACTION),
        label=gettext_lazy("What was it mainly?"),
        required=False,
        empty_label=display.EMPTY,
    )
    words = forms.CharField(
        label=gettext_lazy("Anything you want to tell us"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def ask(self, questions: Sequence[Question]) -> None:
        for question in questions:
            self.fields[field_of(question)] = forms.TypedChoiceField(
                choices=[(value, value) for value in question.values], coerce=int, required=False, empty_value=None
            )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires_right(PUBLIC)
def survey_page(request: HttpRequest, token: str) -> HttpResponse:
    """Answered once, by whoever has the link; it shows the store, the car's model and the questions, and nothing of a person."""
    if count(f"survey:{request.META.get('REMOTE_ADDR', '')}") > TRIES_OF_AN_ADDRESS:
        return over(request, _("Too many at this moment. Wait a little and try again."), 429)
    row = surveys.survey_of(token)
    if row is None:
        return over(request, _("This link is not known. Open it from the message once more."), 404)
    try:
        surveys.refuse_over(row)
    except Refusal as refusal:
        return over(request, str(refusal.sentence), 410, row)
    questions = list(row.questionnaire.questions.filter(active=True))
    form = AnswerForm(request.POST or None)
    form.ask(questions)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        values = {question.pk: value for question in questions if (value := said[field_of(question)]) is not None}
        try:
            surveys.answer_link(row, values=values, reason=said["reason"], words=said["words"])
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return over(request, thanks(row), 200, row)
    context = {
        "survey": row,
        "form": form,
        "lines": [(one, field_of(one), str(form[field_of(one)].value() or "")) for one in questions],
    }
    return render(request, "crm/survey_page.html", context, status=422 if form.errors else 200)


def thanks(row: Survey) -> str:
    """Who is not content hears that somebody will call."""
    row.refresh_from_db(fields=["complaint"])
    if row.complaint_id:
        return _("Thank you for telling us. Somebody who can help will call you.")
    return _("Thank you! We look forward to seeing you again.")


def over(request: HttpRequest, sentence: str, status: int, row: Survey | None = None) -> HttpResponse:
    return render(request, "crm/survey_over.html", {"sentence": sentence, "survey": row}, status=status)
