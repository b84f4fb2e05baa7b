"""One run of a long job: what a handler is given, and the heart that beats beside it."""

import logging
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from billiard.process import current_process
from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.core.untyped import Facts
from dms.formats import spreadsheets
from dms.models import Attachment, Job, JobProblem, Store, User
from dms.records import attachments, events
from dms.records.own_events import JOB_DONE

log = logging.getLogger(__name__)

KEPT_PROBLEMS = 10_000
"""So many problems are written down; beyond them they are only counted."""

# Seconds: a bar on a page needs no more, and every write takes the lock of the row.
WRITE_EVERY = 0.25
BEATS_TO_STOP = 2
"""So many beats a handler has for noticing that its job was cancelled, before its process is ended."""


class Stopped(Exception):  # noqa: N818 - not an error: somebody cancelled the job, or it was taken over
    """Raised inside the handler by the next ``advance`` or ``checkpoint``; let it pass."""


class Run:
    """The handler's side of a job: parameters in, progress and problems along the way, result out."""

    def __init__(self, job: Job, folder: Path) -> None:
        self.job = job
        self.params: Facts = {}
        self.state: Facts = dict(job.checkpoint)
        """The last checkpoint: empty at the first run, what was saved when a run goes on."""

        self.finished = False
        self._folder = folder
        self._done, self._total = job.done, job.total
        self._written = 0.0
        self._came_on = time.monotonic()
        self._problems: list[JobProblem] = []
        self._problem_count = job.problems
        self._room = KEPT_PROBLEMS - JobProblem.objects.filter(job=job).count()

    @classmethod
    @contextmanager
    def of(cls, job: Job) -> "Iterator[Self]":
        with tempfile.TemporaryDirectory(prefix=f"dms-job-{job.pk}-") as folder:
            yield cls(job, Path(folder))

    @property
    def by(self) -> User:
        return self.job.requested_by

    @property
    def store(self) -> Store | None:
        return self.job.store

    @property
    def file(self) -> Attachment | None:
        return self.job.input_file

    def path(self, name: str) -> Path:
        """A place for a file in the making; gone when the run ends."""
        return self._folder / name

    @contextmanager
    def table(self) -> Iterator[spreadsheets.Table]:
        """The uploaded table, open for reading."""
        assert self.file is not None
        with self.file.file.open("rb") as opened, spreadsheets.reading(opened, self.file.name) as table:
            yield table

    def advance(self, done: int, total: int | None = None, note: str = "") -> None:
        """Show the progress (written a few times a second at most).

        :raises Stopped: when the job was cancelled or taken over.
        """
        self._came_on = time.monotonic()
        self._total = total if total is not None else self._total
        self._done = done if self._total is None else min(done, self._total)
        if time.monotonic() - self._written >= WRITE_EVERY or done == self._total:
            self._write(note=note[:120]) if note else self._write()

    def checkpoint(self, state: Mapping[str, object]) -> None:
        """Remember how far it is. Called in the transaction of the rows written since the last one, it makes each step
        happen exactly once: together with them it is kept, or none of it.

        :raises Stopped: when the job was cancelled or taken over; the step must then be rolled back.
        """
        with transaction.atomic():
            self._write(checkpoint=state, problems=self._problem_count)
            self._keep_problems()
        self.state = dict(state)

    def silent_for(self) -> float:
        """Seconds since the handler last said how far it is."""
        return time.monotonic() - self._came_on

    def problem(self, line: int | None, column: str, value: object, reason: str) -> None:
        """Note a line that cannot be taken; kept at the next checkpoint or at the end."""
        self._problem_count += 1
        if len(self._problems) < self._room:
            shown = spreadsheets.text(value).replace("\0", "")[:200]
            self._problems.append(
                JobProblem(job=self.job, line=line, column=column[:60], value=shown, reason=reason[:300])
            )

    @transaction.atomic
    def finish(self, result: Mapping[str, object], output: bytes | Path | None = None, name: str = "") -> None:
        """End well: the figures of the result, the file to download, and the report of the problems if there were any.

        :raises Stopped: when the job was cancelled or taken over meanwhile.
        """
        self._keep_problems()
        self._write(problems=self._problem_count)  # locks the row: from here on nobody else ends it
        job, files = self.job, {}
        if output is not None:
            # of no store: a list that its asker may see is not for everybody who works there
            files["output_file"] = attachments.keep(output, name=name, by=self.by)
        if self._problem_count:
            report = attachments.keep(self._report(), name=f"{job.kind}-{job.pk}-errors.xlsx", by=self.by)
            files["report_file"] = report
        done = self._done if self._total is None else self._total
        job.end(Job.Status.DONE, result=result, ended_at=timezone.now(), done=done, **files)
        events.record(JOB_DONE, job, by=self.by, data={"kind": job.kind, "problems": self._problem_count})
        self.finished = True

    def _keep_problems(self) -> None:
        JobProblem.objects.bulk_create(self._problems, batch_size=1000)
        self._room -= len(self._problems)
        self._problems = []

    def _report(self) -> Path:
        columns = [
            spreadsheets.Column(_("Line"), "line", "integer"),
            spreadsheets.Column(_("Column"), "column"),
            spreadsheets.Column(_("Value"), "value", width=30),
            spreadsheets.Column(_("Reason"), "reason", width=60),
        ]
        path = self.path("errors.xlsx")
        problems = JobProblem.objects.filter(job=self.job).order_by("line", "pk")
        spreadsheets.write_xlsx(path, columns, problems.iterator(2000), title=_("Lines not taken"))
        return path

    def _write(self, **fields: object) -> None:
        """Write to the row if it is still ours."""
        self._came_on = time.monotonic()
        if not self.job.write(done=self._done, total=self._total, **fields):
            raise Stopped
        self._written = time.monotonic()


@contextmanager
def beating(run: Run, *, give_up: Callable[[Job, str], None]) -> Iterator[None]:
    """Prolong the lease from a thread of its own, so that one long step of the handler does not look like death.

    The thread also sees what the handler itself does not: that the job is not ours any more, or that it does not come on.
    """
    over = threading.Event()
    heart = threading.Thread(target=_beat, args=(run, over, give_up), name=f"job-{run.job.pk}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()


def _beat(run: Run, over: threading.Event, give_up: Callable[[Job, str], None]) -> None:
    missed = 0
    while not over.wait(settings.JOB_LEASE_SECONDS / 3):
        try:
            missed = 0 if _prolong(run.job) else missed + 1
            if run.silent_for() > settings.JOB_SILENCE_SECONDS:
                give_up(run.job, _("The job did not come on and was ended: the file asks for more than can be done."))
                missed = BEATS_TO_STOP
        except Error:
            log.warning("the lease of job %s could not be prolonged", run.job.pk, exc_info=True)
        finally:
            # The thread has a connection of its own: kept between beats it would lie idle for the whole job.
            connection.close()
        if missed >= BEATS_TO_STOP:
            _end_process(run.job)


def _prolong(job: Job) -> bool:
    """Whether it is still ours. While the handler itself holds the row there is nothing to prolong: nobody can take it."""
    with transaction.atomic():
        held = Job.objects.held_by(job.claimed_by).filter(pk=job.pk)
        # Passed over, not waited for: the heart must beat on while the handler's transaction has the row.
        return job.write() if held.lock_free() else held.exists()


def _end_process(job: Job) -> None:
    """A handler that neither comes on nor stops keeps the worker from all other work; the pool replaces its process."""
    log.error("job %s does not stop: its process is ended", job.pk)
    # Of the pool only a child is ended: the main process is all of its siblings' work.
    if current_process().name != "MainProcess":
        # No gentler signal: what is stuck within C code never comes to hear it.
        os.kill(os.getpid(), signal.SIGKILL)
