"""What the workers do for sales. The work is found in rows: a task lost, late or run twice does no harm."""

from celery import shared_task
from django.utils import timezone

from sales.actions import losses


@shared_task
def ask_again_round() -> None:
    """Lost customers whose day to be asked again has come are on their advisers' desks."""
    losses.bring_back_due(timezone.now())
