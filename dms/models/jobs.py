"""Long jobs: an import, an export or a batch is a row with progress, result, error report and download."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.leases import Leased, LeasedQuerySet, held_has_lease
from dms.core.lifecycle import iff, status_is_known
from dms.core.row_rules import Frozen, Kept, says_something
from dms.core.scope import Viewer
from dms.core.updated_at import UpdatedAt
from dms.models.attachments import Attachment
from dms.models.people import User
from dms.models.stores import Store


class JobStatus(models.TextChoices):
    QUEUED = "QUEUED", pgettext_lazy("job", "Waiting")
    RUNNING = "RUNNING", pgettext_lazy("job", "Running")
    DONE = "DONE", pgettext_lazy("job", "Done")
    FAILED = "FAILED", pgettext_lazy("job", "Failed")
    CANCELLED = "CANCELLED", pgettext_lazy("job", "Cancelled")


class JobQuerySet(LeasedQuerySet["Job"]):
    lock_with = ("store", "requested_by", "input_file")
    stores_tell = False

    def visible_to(self, user: Viewer) -> Self:
        """One's own jobs; configurators see all."""
        return self if user.has_perm("dms.configure") else self.filter(requested_by=user)


class Job(UpdatedAt, Leased):
    """One run of a registered kind of long work. A killed worker's job is taken up again at its checkpoint."""

    Status = JobStatus
    WAITING, HELD = JobStatus.QUEUED, JobStatus.RUNNING
    MOST_ATTEMPTS = 3

    NEXT = {
        JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.CANCELLED}),
        JobStatus.RUNNING: frozenset({JobStatus.QUEUED, JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED}),
        JobStatus.DONE: frozenset(),
        JobStatus.FAILED: frozenset({JobStatus.QUEUED}),
        JobStatus.CANCELLED: frozenset({JobStatus.QUEUED}),
    }

    status = models.CharField(_("status"), max_length=10, choices=JobStatus.choices, default=JobStatus.QUEUED)
    kind = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(_("parameters"), default=dict, encoder=DjangoJSONEncoder)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="jobs", verbose_name=_("store"))
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="jobs", verbose_name=_("requested by"))
    requested_at = models.DateTimeField(_("requested"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), null=True)
    note = models.CharField(_("step"), max_length=120, blank=True)
    checkpoint = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    result = models.JSONField(_("result"), default=dict, encoder=DjangoJSONEncoder)
    problems = models.PositiveIntegerField(_("lines not taken"), default=0)
    error = models.CharField(_("error"), max_length=500, blank=True)
    input_file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name=_("file"))
    output_file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name=_("download"))
    report_file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="+", verbose_name=_("error report")
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("long job")
        verbose_name_plural = _("long jobs")
        ordering = ["-requested_at", "-pk"]
        indexes = [
            models.Index(fields=["requested_at"], name="job_open", condition=Q(status__in=["QUEUED", "RUNNING"])),
            models.Index(fields=["updated_at"], name="job_updated_at"),
        ]
        constraints = [
            status_is_known("job", JobStatus),
            held_has_lease("job", "RUNNING"),
            # Over is what has an end: a late worker that writes only one of the two is refused.
            models.CheckConstraint(
                name="job_ended_has_time",
                condition=iff(Q(status__in=["DONE", "FAILED", "CANCELLED"]), Q(ended_at__isnull=False)),
            ),
            # The bar of the page goes by both, and must not run past its end.
            models.CheckConstraint(
                name="job_progress_in_range", condition=Q(total__isnull=True) | Q(done__lte=F("total"))
            ),
            says_something("job", "kind"),
            # A worker runs it with the rights of who asked: another name would be another person's rights.
            Frozen(name="job_order_frozen", fields=["kind", "store", "requested_by", "requested_at", "input_file"]),
            Kept(name="job_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @classmethod
    def lease(cls) -> timedelta:
        return timedelta(seconds=settings.JOB_LEASE_SECONDS)

    @property
    def percent(self) -> int | None:
        """Progress from 0 to 100; None while the size is not known."""
        return None if self.total is None else (100 if self.total == 0 else self.done * 100 // self.total)


class JobProblem(models.Model):
    """A line that a job could not take, and why. Stored with the checkpoint, so that a killed worker loses or doubles none."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="problem_rows", verbose_name=_("long job"))
    line = models.PositiveIntegerField(_("line"), null=True)
    column = models.CharField(_("column"), max_length=60, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=300)

    objects: ClassVar[models.Manager["JobProblem"]]

    class Meta:
        verbose_name = _("line not taken")
        verbose_name_plural = _("lines not taken")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line} {self.column}: {self.reason}"
