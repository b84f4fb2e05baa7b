"""What the workers do for the figures. A task lost, late or run twice does no harm: which days are closed stands in rows."""

from celery import shared_task
from django.utils import timezone

from reports import actions


@shared_task
def close_days() -> None:
    """Days that acts have changed are corrected, and every day that is over is closed."""
    now = timezone.now()
    actions.correct_days(now)
    actions.close_due(now)
