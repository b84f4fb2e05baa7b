"""Long jobs: the list, one job with its progress and result, asking for a new one, exports of lists."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_stubs_ext import StrOrPromise

from dms.background import exports, jobs
from dms.core.refusals import Refusal
from dms.formats import display
from dms.models import Job, User
from dms.navigation.layout import trail
from dms.views.lists import BaseListView
from dms.views.redirects import back, go, whence
from dms.views.timelines import moments_of
from dms.web.filters import JobFilter
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right

OPEN = (Job.Status.QUEUED, Job.Status.RUNNING)
RESULT_WORDS = {
    "rows": gettext_lazy("Rows"),
    "lines": pgettext_lazy("import", "Lines"),
    "created": gettext_lazy("Added"),
    "updated": gettext_lazy("Updated"),
    "skipped": gettext_lazy("Left out"),
    "problems": gettext_lazy("Lines not taken"),
    "letters": gettext_lazy("letters"),
}
"""What the figures of a result are called; a handler may also use words of its own."""


class Jobs(BaseListView):
    """One's own imports, exports and batches; configurators see everybody's."""

    model = Job
    right = "dms.jobs"
    filterset_class = JobFilter
    template_name = "dms/jobs.html"
    row_template = "dms/_job_row.html"
    export_key = "jobs"
    related: ClassVar[tuple[str, ...]] = ("requested_by", "store", "output_file", "report_file")
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "search_hint": gettext_lazy("Step, error, person"),
        "empty_title": gettext_lazy("No jobs yet"),
        "empty_text": gettext_lazy("Imports, exports and batches run here in the background; you may go on working."),
    }

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        context = super().get_context_data(new_url=reverse("dms:job_new"), new_label=_("Run a job"), **kwargs)
        for job in context["page_obj"]:
            job.label = jobs.label_of(job.kind)
        context["moving"] = any(job.status in OPEN for job in context["page_obj"])
        return context


def _job(request: AuthenticatedHttpRequest, pk: int) -> Job:
    rows = Job.objects.visible_to(request.user)
    rows = rows.select_related("requested_by", "store", "input_file", "output_file", "report_file")
    return get_object_or_404(rows, pk=pk)


def _progress(job: Job) -> dict[str, Any]:
    """What the progress piece needs."""
    return {
        "job": job,
        "label": jobs.label_of(job.kind),
        "poll_url": reverse("dms:job_progress", args=[job.pk]),
        "stop_url": reverse("dms:job_cancel", args=[job.pk]) if job.status in OPEN else "",
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
        **_progress(job),
        "result": result,
        "params": _params(job),
        "may_retry": job.may_become(Job.Status.QUEUED) and job.status not in OPEN,
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
    response = render(request, "components/_job.html", _progress(job))
    if job.status not in OPEN:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@requires_right("dms.jobs")
def job_cancel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Stop a waiting or running job."""
    jobs.cancel(_job(request, pk), by=request.user)
    messages.success(request, _("Stopped. What was done stays done."))
    return back(request, "dms:jobs")


@require_POST
@requires_right("dms.jobs")
def job_retry(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Start a failed or stopped job again, from where it was."""
    jobs.retry(_job(request, pk), by=request.user)
    messages.success(request, _("Started again."))
    return back(request, "dms:jobs")


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


@requires_right("dms.jobs")
def job_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Choose what to run, say what it needs to know, start it."""
    kinds = {kind.key: kind for kind in _allowed(request.user)}
    key = request.GET.get("kind", "")
    if not key:
        return render(
            request, "dms/job_kinds.html", {"kinds": list(kinds.values()), "crumbs": trail("dms:jobs", _("Run a job"))}
        )
    if key not in kinds:
        raise Http404
    kind = kinds[key]
    data = request.POST if request.method == "POST" else None
    form = _form_of(kind)(data, request.FILES if data is not None else None)
    if form.is_valid():
        try:
            started = jobs.request(
                kind.key,
                by=request.user,
                store=request.store,
                params=request.POST if kind.params_form else {},
                file=request.FILES.get("file"),
            )
        except Refusal as refusal:
            form.add_error("file" if "file" in form.fields else None, str(refusal.sentence))
        else:
            return go(request, "dms:job", started.pk)
    context = {
        "form": form,
        "kind": kind,
        "crumbs": trail("dms:jobs", kind.label),
        "form_note": kind.hint,
        "submit_label": _("Start"),
        "cancel_url": reverse("dms:job_new"),
    }
    return render(request, "dms/job_form.html", context, status=422 if form.errors else 200)


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
