"""What the workers do for customer care. The work is found in rows: a task lost, late or run twice does no harm."""

from celery import shared_task
from django.utils import timezone

from crm.actions import complaints, recall, rounds


@shared_task
def care_round() -> None:
    """Due work appears, absent people's work moves to the deputy, what is late is escalated."""
    # One moment for the whole round: what falls due while it runs is for the next.
    now = timezone.now()
    rounds.run_due(now)
    rounds.stand_in(now)
    rounds.escalate(now)
    complaints.escalate(now)


@shared_task
def recall_round() -> None:
    """The list of next month is there; steps that are late are told once."""
    now = timezone.now()
    recall.prepare_next(now)
    recall.raise_alarms(now)
