"""Whether a visit of a car is booked: the apps above know, and say so here."""

from collections.abc import Callable
from typing import TypeVar

from crm.models import Vehicle

Knows = TypeVar("Knows", bound=Callable[[Vehicle], bool])

_known: list[Callable[[Vehicle], bool]] = []


def knows(rule: Knows) -> Knows:
    """Register the function below: it answers whether a visit of the car lies ahead."""
    _known.append(rule)
    return rule


def is_booked(vehicle: Vehicle) -> bool:
    return any(rule(vehicle) for rule in _known)
