"""Guests of the showroom, as the tests of its register let them in."""

from typing import Any

from sales.models import ShowroomVisit
from tests.factories import ShowroomVisitFactory


def arrive(name: str = "", phone: str = "", **facts: Any) -> ShowroomVisit:
    """Somebody comes through the door; the rota says whose guest they are."""
    return ShowroomVisitFactory.create(name=name, phone=phone, adviser=None, **facts)
