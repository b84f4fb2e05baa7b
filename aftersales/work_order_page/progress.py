"""Where a work order stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from aftersales.actions import consent
from aftersales.actions.work_orders import IN_SHOP
from aftersales.events import (
    WORKORDER_AUTHORISED,
    WORKORDER_CHECK_PASSED,
    WORKORDER_DISPATCHED,
    WORKORDER_ESTIMATED,
    WORKORDER_OPENED,
    WORKORDER_READY,
    WORKORDER_RELEASED,
    WORKORDER_SETTLED,
    WORKORDER_STARTED,
)
from aftersales.models import CheckIn, HoldPeriod, QualityCheck, WorkOrder
from dms.core import status_colours
from dms.formats import display
from dms.models import Event

STEP_EVENTS = {
    "DRAFT": (WORKORDER_OPENED,),
    "ESTIMATED": (WORKORDER_ESTIMATED,),
    "AUTHORISED": (WORKORDER_AUTHORISED,),
    "DISPATCHED": (WORKORDER_DISPATCHED,),
    "IN_PROGRESS": (WORKORDER_STARTED,),
    "READY": (WORKORDER_READY,),
    "SETTLED": (WORKORDER_SETTLED,),
    "RELEASED": (WORKORDER_RELEASED,),
}
CHECKED = {"SELF": "SELF_CHECKED", "TEAM": "TEAM_CHECKED", "FINAL": "PASSED"}
SLIP = timedelta(minutes=15)


@dataclass
class Progress:
    """Where the order stands: its steps, what was promised, what holds it up."""

    order: WorkOrder
    now: datetime
    events: Sequence[Event]

    @cached_property
    def reached(self) -> dict[str, datetime]:
        """When each status was reached last."""
        times: dict[str, datetime] = {}
        for event in self.events:
            kind = event.kind
            if kind == WORKORDER_CHECK_PASSED:
                times[CHECKED[event.data["stage"]]] = event.at
            for status, kinds in STEP_EVENTS.items():
                if kind in kinds:
                    times[status] = event.at
        return times

    @cached_property
    def steps(self) -> list[dict[str, str]]:
        path = status_colours.main_path(WorkOrder)
        labels = status_colours.labels(WorkOrder)
        at = "IN_PROGRESS" if self.order.status == "ON_HOLD" else self.order.status
        here = path.index(at) if at in path else -1
        made = []
        for place, status in enumerate(path):
            seen = self.reached.get(status)
            state = "ok" if place < here or (place == here and self.order.is_over) else "now" if place == here else ""
            hint = display.clock(seen) if seen and state else ""
            made.append({"label": str(labels[status]), "hint": hint, "state": state})
        return made

    @property
    def is_late(self) -> bool:
        """By the first promise, whatever was promised since."""
        return self.in_shop and self.order.is_late_at(self.now)

    @property
    def in_shop(self) -> bool:
        return self.order.status in IN_SHOP

    @property
    def slip(self) -> str:
        """By how much the promise now is later than the first."""
        first, promised = self.order.first_promised_at, self.order.promised_at
        return display.age(promised - first) if first and promised and promised > first else ""

    @cached_property
    def forecast(self) -> datetime | None:
        """When it will be ready, going on from now with what is left to do."""
        agreed = self.order.status in consent.AGREED_UPON
        return consent.suggested(self.order, self.now) if agreed else None

    @property
    def forecast_late(self) -> str:
        promised = self.order.promised_at
        return (
            display.age(self.forecast - promised)
            if self.forecast and promised and self.forecast > promised + SLIP
            else ""
        )

    @cached_property
    def hold(self) -> HoldPeriod | None:
        return self.order.holds.filter(until__isnull=True).select_related("reason").first()

    @cached_property
    def check_in(self) -> CheckIn | None:
        return CheckIn.objects.filter(work_order=self.order).select_related("reading").first()

    @cached_property
    def failed(self) -> QualityCheck | None:
        """The check that sent it back last."""
        return self.order.checks.filter(passed=False).select_related("by").first() if self.order.rework else None
