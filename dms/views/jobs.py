"""Long jobs: the list, one job with its progress and result, asking for a new one, exports of lists."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from dms import cells
from dms.acts import JOB
from dms.background import exports, jobs
from dms.core.untyped import Fact
from dms.formats import display
from dms.models import Job, User
from dms.navigation.layout import trail
from dms.records import attachments
from dms.views.lists import BaseListView
from dms.views.redirects import go, whence
from dms.views.timelines import moments_of
from dms.web.act_views import ActFormView, ActView
from dms.web.columns import Column
from dms.web.filters import JobFilter
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import RequiresRight, requires_right

OPEN = (Job.Status.QUEUED, Job.Status.RUNNING)
RESULT_WORDS = {
    "rows": gettext_lazy("Rows"),
    "lines": pgettext_lazy("import", "Lines"),
    "created": gettext_lazy("Added"),
    "updated": gettext_lazy("Updated"),
    "skipped": gettext_lazy("Left out"),
    "problems": gettext_lazy("Lines not taken"),
    "letters": gettext_lazy("letters"),
    "labels": pgettext_lazy("post", "Labels"),
    "no_address": gettext_lazy("Letters without an address"),
}
"""What the figures of a result are called; a handler may also use words of its own."""


class Jobs(BaseListView):
    """One's own imports, exports and batches; configurators see everybody's."""

    model = Job
    right = "dms.jobs"
    filterset_class = JobFilter
    template_name = "dms/jobs.html"
    export_key = "jobs"
    related: ClassVar[tuple[str, ...]] = ("requested_by", "store", "output_file", "report_file")
    columns = (
        Column(
            gettext_lazy("Job"), lambda job: jobs.label_of(job.kind), cell=cells.job_name, phone=True, look="fw-medium"
        ),
        Column(gettext_lazy("Status"), "status", "status", phone=True),
        Column(gettext_lazy("Progress"), "note", cell=cells.job_progress, only="page", look="w-bar"),
        Column(gettext_lazy("Requested"), "requested_at", "moment", sort="requested_at"),
        Column(gettext_lazy("By"), "requested_by"),
        Column(gettext_lazy("Store"), "store"),
        Column(gettext_lazy("Ended"), "ended_at", "moment", sort="ended_at"),
        Column(gettext_lazy("Lines not taken"), "problems", "integer", sort="problems"),
        Column(gettext_lazy("Error"), "error", only="file", width=40),
        Column(gettext_lazy("Acts"), "pk", cell=cells.job_acts, only="page", phone=True, mute=True, look="text-end"),
    )
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "heading": gettext_lazy("Jobs"),
        "search_hint": gettext_lazy("Step, error, person"),
        "empty_title": gettext_lazy("No jobs yet"),
        "empty_text": gettext_lazy("Imports, exports and batches run here in the background; you may go on working."),
        "new_label": gettext_lazy("Run a job"),
    }

    def row_class(self, job: Job) -> str:
        return "lateR" if job.status == Job.Status.FAILED else ""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(new_url=reverse("dms:job_new"), **kwargs)
        return {**context, "moving": any(job.status in OPEN for job in context["page_obj"])}


def _job(request: AuthenticatedHttpRequest, pk: int) -> Job:
    rows = Job.objects.visible_to(request.user)
    rows = rows.select_related("requested_by", "store", "input_file", "output_file", "report_file")
    return get_object_or_404(rows, pk=pk)


def _progress(job: Job, user: User) -> dict[str, object]:
    """What the progress piece needs."""
    acts = JOB.offered(job, user)
    return {
        "acts": acts,
        "job": job,
        "label": jobs.label_of(job.kind),
        "poll_url": reverse("dms:job_progress", args=[job.pk]),
        "stop_url": acts["cancel"].url if "cancel" in acts else "",
        "download_url": reverse("dms:attachment", args=[job.output_file_id]) if job.output_file_id else "",
        "report_url": reverse("dms:attachment", args=[job.report_file_id]) if job.report_file_id else "",
    }


@require_safe
@requires_right("dms.jobs")
def job(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One job: how far it is, what it gave, which lines it left out."""
    job = _job(request, pk)
    result = [
        (RESULT_WORDS.get(key, key), display.number(value) if isinstance(value, int) else value)
        for key, value in job.result.items()
    ]
    context = {
        **_progress(job, request.user),
        "result": result,
        "params": _params(job),
        "problems": list(job.problem_rows.all()[:20]),
        "moments": moments_of(job),
        "crumbs": trail("dms:jobs", f"{jobs.label_of(job.kind)} {job.pk}"),
    }
    return render(request, "dms/job.html", context)


def _params(job: Job) -> list[tuple[StrOrPromise, object]]:
    """What was asked for, in the order and by the labels of the form it was asked with."""
    known = jobs.KINDS.get(job.kind)
    fields = known.params_form.base_fields if known and known.params_form else {}
    names = [*fields, *(name for name in job.params if name not in fields)]
    return [
        (fields[name].label or name if name in fields else name, job.params[name])
        for name in names
        if job.params.get(name) not in (None, "", [], {})
    ]


@require_safe
@requires_right("dms.jobs")
def job_progress(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The progress piece alone; once the job has ended the whole page is loaded anew."""
    job = _job(request, pk)
    response = render(request, "components/_job.html", _progress(job, request.user))
    if job.status not in OPEN:
        response["HX-Refresh"] = "true"
    return response


class JobAct(ActView):
    """An act on a job, pressed on its page, in the list or in one's work: there one is again afterwards."""

    @property
    def page(self) -> str:
        return whence(self.request, super().page)


# --- asking for one -----------------------------------------------------------------------------------------------------
def _allowed(user: User) -> list[jobs.Kind]:
    return sorted(
        (kind for kind in jobs.KINDS.values() if kind.key != "export_table" and user.has_perm(kind.right)),
        key=lambda kind: str(kind.label),
    )


def _form_of(kind: jobs.Kind) -> type[forms.Form]:
    """The parameters of the kind, and the file when it reads one."""
    base = kind.params_form or forms.Form
    if not kind.accepts_file:
        return base
    accept = forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"})
    file = forms.FileField(label=_("File (xlsx or CSV)"), widget=accept)
    return type(base.__name__, (base,), {"file": file})


class JobNew(RequiresRight, ActFormView[forms.Form]):
    """Choose what to run, say what it needs to know, start it."""

    right = "dms.jobs"
    template_name = "dms/job_form.html"
    places: ClassVar[Mapping[str, str]] = {"file_missing": "file", attachments.Unfit.code: "file"}

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return super().get(request, *args, **kwargs) if request.GET.get("kind") else self.choose()

    def post(self, request: HttpRequest, *args: str, **kwargs: object) -> HttpResponse:
        return super().post(request, *args, **kwargs) if request.GET.get("kind") else self.choose()

    def choose(self) -> HttpResponse:
        """The page of what this person may run."""
        context = {"kinds": _allowed(self.request.user), "crumbs": trail("dms:jobs", _("Run a job"))}
        return render(self.request, "dms/job_kinds.html", context)

    @cached_property
    def kind(self) -> jobs.Kind:
        """What is asked for, of what this person may run."""
        key = self.request.GET.get("kind")
        kind = next((kind for kind in _allowed(self.request.user) if kind.key == key), None)
        if kind is None:
            raise Http404
        return kind

    def get_form_class(self) -> type[forms.Form]:
        return _form_of(self.kind)

    def act(self, **facts: Fact) -> Job:
        """The job reads its parameters by the same form, as they were sent."""
        return jobs.request(
            self.kind.key,
            by=self.request.user,
            store=self.request.store,
            params=self.request.POST if self.kind.params_form else {},
            file=facts.get("file"),
        )

    def after(self, job: Job) -> str:
        return reverse("dms:job", args=[job.pk])

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(
            kind=self.kind,
            crumbs=trail("dms:jobs", self.kind.label),
            form_note=self.kind.hint,
            submit_label=_("Start"),
            cancel_url=reverse("dms:job_new"),
            **context,
        )


@requires_right("dms.jobs")
def export(request: AuthenticatedHttpRequest, key: str) -> HttpResponse:
    """A list page as a spreadsheet: says how many rows it will have, then runs as a long job."""
    user, store = request.user, request.store
    listing = exports.LISTINGS.get(key)
    if listing is None:
        raise Http404
    if not user.has_perm(listing.right):
        raise PermissionDenied(listing.right)
    query = request.GET.urlencode()
    if request.method == "POST":
        return go(request, "dms:job", exports.request(key, by=user, store=store, query=query).pk)
    count = listing.narrowed(user, store, query).count()
    context = {
        "heading": _("Export %(list)s") % {"list": listing.label},
        "text": ngettext(
            "%(n)s row as a spreadsheet, with the filters of the page.",
            "%(n)s rows as a spreadsheet, with the filters of the page.",
            count,
        )
        % {"n": display.number(count)},
        "submit_label": pgettext("verb", "Export"),
        "cancel_url": whence(request, "dms:jobs"),
    }
    return render(request, "generic/confirm.html", context)
