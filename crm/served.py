"""Whose work a customer judges: the apps above say who sold, received and repaired.

    @served(Trigger.SETTLEMENT)
    def workshop(visits: Sequence[Visit]) -> Mapping[Visit, Served]: …

Told for as many as are asked at once, in a constant number of statements.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.models import FollowUp, SurveyPerson

Visit = tuple[int | None, datetime]
"""The car, and the moment from which its promises count."""


@dataclass(frozen=True)
class Served:
    """The number of the document, and who worked on it, each with their part (``SurveyPerson.Part``)."""

    about: str = ""
    people: tuple[tuple[int, SurveyPerson.Part], ...] = ()


Teller = Callable[[Sequence[Visit]], Mapping[Visit, Served]]
_tellers: dict[str, Teller] = {}


def served(trigger: str) -> Callable[[Teller], Teller]:
    """Register the function below."""

    def register(tell: Teller) -> Teller:
        _tellers[str(trigger)] = tell
        return tell

    return register


def of(row: FollowUp) -> Served:
    """Who served the customer before this follow-up fell due; nobody where no app knows."""
    return of_many([row])[row.pk]


def of_many(rows: Sequence[FollowUp]) -> dict[int, Served]:
    """The same of several, by the key of each."""
    told: dict[int, Served] = {row.pk: Served() for row in rows}
    for trigger, tell in _tellers.items():
        theirs = [row for row in rows if row.cadence.trigger == trigger]
        known = tell([(row.vehicle_id, row.anchor) for row in theirs]) if theirs else {}
        told |= {row.pk: known.get((row.vehicle_id, row.anchor), Served()) for row in theirs}
    return told
