"""What happened to a work order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from aftersales.events import (
    WORKORDER_CHECK_FAILED,
    WORKORDER_HELD,
    WORKORDER_PROMISE_CHANGED,
    WORKORDER_RELEASED,
    WORKORDER_SENT_BACK,
)
from dms.formats import display
from dms.models import Event
from dms.navigation.registry import Moment


@dataclass
class History:
    """What happened, the latest first."""

    events: Sequence[Event]

    @property
    def moments(self) -> list[Moment]:
        return [
            Moment(event.at, event.words, detail(event), family=family(event), by=str(event.by or ""))
            for event in reversed(self.events)
        ]


FAMILIES: dict[str, str] = {WORKORDER_HELD: "wait", WORKORDER_RELEASED: "done"}


def family(event: Event) -> str:
    if event.kind in {WORKORDER_CHECK_FAILED, WORKORDER_SENT_BACK}:
        return "late"
    return FAMILIES.get(event.kind, "idle")


def detail(event: Event) -> str:
    """The fact worth a second look."""
    data = event.data
    parts = [data.get(name) for name in ("text", "technician", "bay", "advice", "note", "given_by", "number")]
    if isinstance(data.get("amount"), str):
        parts.append(display.yuan(Decimal(data["amount"])))
    if event.kind == WORKORDER_PROMISE_CHANGED:
        parts.append(data["reason"])
    return " · ".join(str(part) for part in parts if part)
