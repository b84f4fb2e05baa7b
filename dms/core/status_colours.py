"""Status families: which colour a status wears, which statuses lie on the straight path of a lifecycle.

Colour is a state, never decoration: six families and the outline of what ended without result. Overdue beats a status's
own family.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django_stubs_ext import StrOrPromise

from dms.core.lifecycle import Lifecycle


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FAMILIES: Mapping[str, frozenset[str]] = {
    "idle": _words("DRAFT PENDING BOOKED OPEN ORDERED RECEIVED AVAILABLE DEFERRED QUEUED NEW LISTED CHECKED ASKED"),
    "run": _words(
        "CONFIRMED ALLOCATED IN_TRANSIT DISPATCHED STARTED IN_PROGRESS RUNNING OUT SHIPPED COUNTED SELF_CHECKED"
        " TEAM_CHECKED SENDING PRINTED MAILED CALLED"
    ),
    "wait": _words("ON_HOLD UNREACHABLE REOPENED RETRYING"),
    "ask": _words("PENDING_APPROVAL LOSS_REQUESTED ESTIMATED PROPOSED REQUESTED RESOLVED"),
    "done": _words(
        "SIGNED AUTHORISED APPROVED PREPARED ARRIVED PASSED READY DELIVERED SETTLED RELEASED RETURNED REVIEWED DONE"
        " CLOSED SENT PAID CAME ANSWERED"
    ),
    "late": _words("NO_SHOW FAILED BLOCKED"),
    "void": _words("CANCELLED DECLINED LOST VOID SUPERSEDED EXPIRED"),
}
FAMILY_OF: Mapping[str, str] = {status: family for family, statuses in FAMILIES.items() for status in statuses}


def family_of(status: str, *, overdue: bool = False) -> str:
    """The family of a status by its name; an unknown status is at rest."""
    family = FAMILY_OF.get(status.upper(), "idle")
    return "late" if overdue and family not in {"done", "void"} else family


@cache
def labels(model: type[Lifecycle]) -> Mapping[str, StrOrPromise]:
    """Status → lazy label, without asking the field again for every row of a list."""
    return dict(model.Status.choices)


def main_path(model: type[Lifecycle]) -> list[str]:
    """The statuses of the straight way through, in the order declared: dead ends and detours are left out."""
    statuses = [str(status) for status in model.Status.values if family_of(str(status)) not in {"void", "late"}]
    return [status for status in statuses if not _is_detour(status, model.NEXT, statuses)]


def _is_detour(status: str, table: Mapping[str, Iterable[str]], order: list[str]) -> bool:
    """A status that leads only back to where it is entered from, such as "on hold". The last of all is the end of the way,
    also when it can be taken back.
    """
    position = order.index(status)
    onward = [following for following in table[status] if following in order]
    return status != order[-1] and bool(onward) and all(order.index(following) < position for following in onward)


@dataclass(frozen=True)
class Step:
    """One dot of the lifecycle line at the head of a document."""

    label: StrOrPromise
    state: str
    hint: str = ""


def steps(document: Lifecycle, hints: Mapping[str, str] | None = None) -> list[Step]:
    """The straight path of the document with where it stands. A detour stands after what it left behind, and the rest follows;
    at a dead end nothing follows, and what was never reached (what ``hints`` say nothing of) is not shown.
    """
    hints, model = hints or {}, type(document)
    path = main_path(model)
    if document.status not in path:
        reached = [status for status in path if hints.get(status)] or path[:1]
        following = [] if document.is_over else [status for status in path if status not in reached]
        path = [*reached, document.status, *following]
    here = path.index(document.status)
    return [
        Step(labels(model)[status], "ok" if index < here else "now" if index == here else "", hints.get(status, ""))
        for index, status in enumerate(path)
    ]
