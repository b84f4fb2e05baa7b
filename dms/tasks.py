"""What the workers do. Each task is a thin call: the work is found in rows, so that a task lost or run twice does no harm."""

import os
import socket
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from dms.background import jobs, outbox
from dms.models import Heartbeat
from dms.records import attachments, idempotency


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


@shared_task
def heartbeat() -> None:
    """Beat sent this and a worker runs it: both are alive."""
    now = timezone.now()
    # One row a name, overwritten: a row a beat would be a table that only grows.
    Heartbeat.objects.bulk_create(
        [Heartbeat(name="beat", at=now), Heartbeat(name="worker", at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


@shared_task
def sweep_outbox() -> int:
    """Send what is due, also what a dead sender had claimed. The rest of a long queue is for the next sweep: others wait too."""
    return outbox.deliver_due(worker_name(), seconds=20)


@shared_task
def collect_receipts() -> int:
    """What became of the text messages that the provider took."""
    return outbox.collect_receipts()


@shared_task
def sweep_jobs() -> int:
    """Bring jobs of dead workers back to the queue, and ring for those whose bell was lost."""
    return jobs.sweep()


@shared_task
def run_job(pk: int) -> None:
    """Run one long job, unless another worker has it."""
    # The row says whether it is free: of a bell that rings twice the second finds it taken.
    jobs.execute(pk, worker_name())


@shared_task
def clear_sessions() -> None:
    """Forget sessions that ran out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task
def forget_sendings() -> int:
    """Forget the keys of forms and requests that nobody repeats any more."""
    return idempotency.forget()


@shared_task
def sweep_files() -> int:
    """Delete files without a row."""
    return attachments.sweep()
