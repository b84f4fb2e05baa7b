"""Long jobs: an import, an export or a batch is a row, run by a worker, surviving the worker.

A kind of job is registered with its handler. A worker claims the row under a lease, a thread prolongs the lease while the
handler works; when the worker is killed the lease runs out, the sweep puts the job back and the next worker goes on at its
checkpoint. Every write of a run names its claim, so that a worker which was thought dead cannot spoil the work of its successor.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from dms.background import task_nudge
from dms.background.job_run import Run, Stopped, beating
from dms.core import replica
from dms.core.leases import new_claim
from dms.core.lifecycle import IllegalTransition
from dms.core.refusals import NotYours, Refusal
from dms.core.untyped import Facts
from dms.models import Attachment, Job
from dms.records import attachments, events
from dms.records.own_events import JOB_CANCELLED, JOB_FAILED, JOB_REQUESTED, JOB_RETRIED

if TYPE_CHECKING:
    from dms.models import Store, User

__all__ = ["KINDS", "Kind", "Run", "Stopped", "cancel", "execute", "kind", "request", "retry", "sweep"]

log = logging.getLogger(__name__)

Handler = Callable[[Run], None]
STOPPED = frozenset({Job.Status.FAILED, Job.Status.CANCELLED})
"""Statuses in which people may let a job go on; out of a dead worker's hands only the sweep puts it back."""
# Younger jobs were rung for a moment ago, by who asked for them.
RING_AGAIN = timedelta(seconds=10)
ONE_CLAIM_AT_A_TIME = 0x6A6F6273
"""The number of the advisory lock under which running jobs are counted."""


# --- kinds --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kind:
    """A registered kind of long work: what it is called, who may ask for it, what it needs to know."""

    key: str
    label: StrOrPromise
    right: str
    handler: Handler
    params_form: type[forms.Form] | None = None
    accepts_file: bool = False
    hint: StrOrPromise = ""

    def form(self, data: Mapping[str, object] | None = None) -> forms.Form | None:
        """The form of its parameters, for the page and for checking."""
        return None if self.params_form is None else self.params_form(data)

    def understand(self, params: Mapping[str, object]) -> Facts:
        """Parameters as Python values.

        :raises Refusal: with the first thing that is wrong.
        """
        form = self.form(params)
        if form is None:
            return dict(params)
        if not form.is_valid():
            name, problems = next(iter(form.errors.items()))
            label = form.fields[name].label or name if name in form.fields else ""
            raise Refusal(f"{label}: {problems[0]}".lstrip(": "), code="bad_parameters")
        return form.cleaned_data


KINDS: dict[str, Kind] = {}


def kind(
    key: str,
    label: StrOrPromise,
    right: str,
    *,
    params_form: type[forms.Form] | None = None,
    accepts_file: bool = False,
    hint: StrOrPromise = "",
) -> Callable[[Handler], Handler]:
    """Register a handler: ``@jobs.kind("import_parts", _("Import parts"), "parts.plan", accepts_file=True)``."""

    def register(handler: Handler) -> Handler:
        KINDS[key] = Kind(key, label, right, handler, params_form, accepts_file, hint)
        return handler

    return register


def kind_of(key: str) -> Kind:
    """:raises Refusal: when no app knows the kind."""
    kind = KINDS.get(key)
    if kind is None:
        raise Refusal(_("There is no such kind of job."), code="unknown_kind")
    return kind


def label_of(kind: str) -> str:
    """The words for a kind of job; one that no app knows any more keeps its key."""
    known = KINDS.get(kind)
    return str(known.label) if known else kind


# --- what people do -----------------------------------------------------------------------------------------------------
@transaction.atomic
def request(
    kind: str,
    *,
    by: "User",
    store: "Store | None" = None,
    params: Mapping[str, object] | None = None,
    file: "UploadedFile[Any] | Attachment | None" = None,
) -> Job:
    """Ask for a long job; a worker starts it after the commit.

    :raises Refusal: without the right, for a store not one's own, with wrong parameters or without the file it needs.
    """
    job_kind = kind_of(kind)
    _allow(job_kind, by)
    if store is not None and not (by.sees_all_stores or store.pk in by.store_ids):
        raise NotYours(_("This store is not one of yours."))
    if job_kind.accepts_file and file is None:
        raise Refusal(_("Choose the file to read."), code="file_missing")
    stored = {name: _storable(value) for name, value in job_kind.understand(params or {}).items()}
    if isinstance(file, UploadedFile):
        file = attachments.store(file, by=by)  # of no store: only for who asked
    job = Job.objects.create(kind=kind, params=stored, store=store, requested_by=by, input_file=file)
    events.record(JOB_REQUESTED, job, by=by, data={"kind": kind})
    task_nudge.send_on_commit("dms.tasks.run_job", job.pk)
    return job


def _allow(kind: Kind, by: "User") -> None:
    if not by.has_perm(kind.right):
        raise NotYours(_("You may not run “%(job)s”.") % {"job": kind.label})


def refuse_kind(job: Job, *, by: "User") -> None:
    """:raises Refusal: when no app knows the kind of the job any more, or this person may not run it."""
    _allow(kind_of(job.kind), by)


def _storable(value: object) -> object:
    """As it stands in the row: rows by their key, the rest as JSON knows it."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet):
        return list(value.values_list("pk", flat=True))
    return value.isoformat() if isinstance(value, (date, datetime)) else value


@transaction.atomic
def cancel(job: Job, *, by: "User") -> Job:
    """Stop it: a waiting job never starts, a running one ends at its next step; what is done stays done."""
    # A worker may claim it at this moment: either it never starts, or its next write is refused.
    job = Job.objects.lock(job)
    job.move(Job.Status.CANCELLED, ended_at=timezone.now())
    events.record(JOB_CANCELLED, job, by=by)
    return job


@transaction.atomic
def retry(job: Job, *, by: "User") -> Job:
    """Let a failed or cancelled job go on at its checkpoint."""
    refuse_kind(job, by=by)
    # Pressed by two at once it goes on once: the second finds it waiting.
    job = Job.objects.lock(job)
    if job.status not in STOPPED:
        raise IllegalTransition(job, job.status, Job.Status.QUEUED)
    job.move(Job.Status.QUEUED, attempts=0, error="", ended_at=None)
    events.record(JOB_RETRIED, job, by=by)
    task_nudge.send_on_commit("dms.tasks.run_job", job.pk)
    return job


# --- what workers do ----------------------------------------------------------------------------------------------------
def execute(pk: int, worker: str) -> None:
    """Run the job if it is free: claim, work, end. Called twice, or by two workers, it runs once."""
    job = _claim(pk, new_claim(worker))
    if job is None:
        return
    _work(job)
    # The list that is opened next must show what the job wrote, not a standby of before.
    replica.just_wrote(job.requested_by)
    # Whoever found all places taken was left waiting: there is one again.
    _ring_for_waiting(timezone.now())


def _work(job: Job) -> None:
    with (
        # Headings and reasons are read by who asked, not by the worker.
        translation.override(job.requested_by.language or settings.LANGUAGE_CODE),
        Run.of(job) as run,
        beating(run, give_up=_fail),
    ):
        try:
            kind = kind_of(job.kind)
            run.params = kind.understand(job.params)
            kind.handler(run)
            if not run.finished:
                run.finish({})
        except Stopped:
            log.info("job %s was cancelled or taken over", job.pk)
        except Refusal as refusal:
            _fail(job, str(refusal.sentence))
        except Exception as error:
            log.exception("job %s failed", job.pk)
            _fail(
                job,
                _("The job stopped at an unexpected fault (%(fault)s). Tell the administrator: job %(number)s.")
                % {"fault": type(error).__name__, "number": job.pk},
            )


@transaction.atomic
def _claim(pk: int, claim: str) -> Job | None:
    """Take the job, unless somebody has it or as many run as may: the other hands of the workers are for messages."""
    now = timezone.now()
    with connection.cursor() as cursor:  # two workers that count at once would both find room for one more
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_CLAIM_AT_A_TIME])
    if Job.objects.filter(status=Job.Status.RUNNING, lease_until__gt=now).count() >= settings.JOBS_AT_ONCE:
        return None
    taken = Job.objects.filter(pk=pk).claim(claim, at=now, limit=1, give_up=_give_up)
    if not taken:
        return None
    job = taken[0]
    job.begin(started_at=job.started_at or now)
    return job


def _give_up(job: Job) -> None:
    with translation.override(job.requested_by.language or settings.LANGUAGE_CODE):
        _fail(job, _("The job was interrupted %(count)s times and is not tried again.") % {"count": job.attempts})


@transaction.atomic
def _fail(job: Job, sentence: str) -> None:
    if job.end(Job.Status.FAILED, error=sentence[:500], ended_at=timezone.now()):
        events.record(JOB_FAILED, job, by=None, data={"kind": job.kind, "error": sentence[:500]})


@transaction.atomic
def sweep() -> int:
    """Put jobs of dead workers back into the queue and ring for every job that waits; returns how many were put back."""
    now = timezone.now()
    put_back = Job.objects.sweep(at=now, give_up=_give_up)
    for job in put_back:
        task_nudge.send_on_commit("dms.tasks.run_job", job.pk)
    _ring_for_waiting(now - RING_AGAIN)
    return len(put_back)


def _ring_for_waiting(until: datetime) -> None:
    """Ring for the jobs that wait longest, as many as may run at once."""
    waiting = Job.objects.filter(status=Job.Status.QUEUED, requested_at__lte=until).order_by("requested_at", "pk")
    for pk in waiting.values_list("pk", flat=True)[: settings.JOBS_AT_ONCE]:
        task_nudge.send_on_commit("dms.tasks.run_job", pk)
