"""All that a work order's page and papers show, gathered in a constant number of queries."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aftersales import totals
from aftersales.actions import checks, consent, lines
from aftersales.actions.work_orders import BEFORE_CHECKS, IN_SHOP, WORKING
from aftersales.acts import WORK_ORDER
from aftersales.events import (
    WORKORDER_AUTHORISED,
    WORKORDER_CHECK_FAILED,
    WORKORDER_CHECK_PASSED,
    WORKORDER_DISPATCHED,
    WORKORDER_ESTIMATED,
    WORKORDER_HELD,
    WORKORDER_OPENED,
    WORKORDER_PROMISE_CHANGED,
    WORKORDER_READY,
    WORKORDER_RELEASED,
    WORKORDER_SENT_BACK,
    WORKORDER_SETTLED,
    WORKORDER_STARTED,
)
from aftersales.forms import LabourForm, OtherForm, PartForm
from aftersales.models import Authorisation, GatePass, Settlement, WorkLine, WorkOrder
from dms.core import status_colours
from dms.core.acts import Offer
from dms.formats import display
from dms.models import Event, Reason, User
from dms.navigation.registry import Moment
from parts.models import Stock

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


@dataclass(frozen=True)
class Row:
    """A line with what the page says beside it."""

    line: WorkLine
    stock: str
    stock_look: str
    work: str
    work_look: str

    @property
    def left(self) -> Decimal:
        return self.line.left


@dataclass(frozen=True)
class Group:
    """Lines under one consent."""

    consent: Authorisation | None
    rows: Sequence[Row]

    @property
    def amount(self) -> Decimal:
        return sum((row.line.amount for row in self.rows), Decimal(0))


@dataclass(frozen=True)
class SumRow:
    label: str
    sum: totals.Sum
    asks: bool = False


@dataclass
class Sheet:
    """The whole order as somebody sees it at a moment."""

    order: WorkOrder
    user: User
    now: datetime
    lines: list[WorkLine]
    stock: Mapping[int, Stock]
    events: list[Event] = field(default_factory=list)

    # --- where it stands
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
        return bool(self.order.promised_at and self.order.promised_at < self.now and self.in_shop)

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
        return consent.suggested(self.order, self.now) if self.is_extra else None

    @property
    def forecast_late(self) -> str:
        promised = self.order.promised_at
        return (
            display.age(self.forecast - promised)
            if self.forecast and promised and self.forecast > promised + SLIP
            else ""
        )

    @cached_property
    def hold(self) -> Any:
        return self.order.holds.filter(until__isnull=True).select_related("reason").first()

    @cached_property
    def check_in(self) -> Any:
        return getattr(self.order, "check_in", None)

    @cached_property
    def failed(self) -> Any:
        """The check that sent it back last."""
        return self.order.checks.filter(passed=False).select_related("by").first() if self.order.rework else None

    # --- lines
    @cached_property
    def groups(self) -> list[Group]:
        """Agreed lines by consent, oldest first; then what waits."""
        consents: dict[int, list[Row]] = {}
        for line in self.lines:
            if line.status in totals.AGREED and line.authorisation_id:
                consents.setdefault(line.authorisation_id, []).append(self.row(line))
        known = {line.authorisation_id: line.authorisation for line in self.lines if line.authorisation_id}
        return [Group(known[key], consents[key]) for key in sorted(consents)]

    @cached_property
    def waiting(self) -> Group:
        return Group(None, [self.row(line) for line in self.lines if line.status == "PROPOSED"])

    @cached_property
    def turned_down(self) -> list[WorkLine]:
        return [line for line in self.lines if line.status in {"DECLINED", "DEFERRED"}]

    @property
    def waits_since(self) -> datetime | None:
        times = [row.line.added_at for row in self.waiting.rows]
        return min(times) if times and self.order.status != "DRAFT" else None

    @property
    def is_extra(self) -> bool:
        return self.order.status in consent.AGREED_UPON

    def row(self, line: WorkLine) -> Row:
        stock, look = self.stock_of(line)
        work, work_look = self.work_of(line)
        return Row(line, stock, look, work, work_look)

    def stock_of(self, line: WorkLine) -> tuple[str, str]:
        if line.part_id is None:
            return display.EMPTY, "mut"
        if line.issued >= line.quantity:
            return pgettext("part", "Issued"), "sub"
        there = self.stock.get(line.part_id)
        free = there.available if there else Decimal(0)
        short = line.quantity - line.issued - free
        if short > 0:
            return _("%(n)s short") % {"n": display.quantity(short)}, "x-late b5"
        return _("%(n)s there") % {"n": display.quantity(free)}, "x-run"

    def work_of(self, line: WorkLine) -> tuple[str, str]:
        if line.status == "PROPOSED":
            return pgettext("work", "Locked"), "mut"
        if line.status == "STARTED":
            return pgettext("work", "In work"), "x-run b5"
        if line.status == "DONE":
            return (pgettext("work", "Done") if line.kind != "PART" else pgettext("work", "Used")), "sub"
        return (pgettext("work", "To draw") if line.kind == "PART" else pgettext("work", "Not begun")), "mut"

    # --- money
    @cached_property
    def bill(self) -> totals.Bill:
        return totals.bill(self.lines)

    @property
    def sum_rows(self) -> list[SumRow]:
        labels = dict(WorkLine.Payer.choices)
        rows = [SumRow(str(labels[payer]), each) for payer, each in self.bill.agreed.items()]
        if self.bill.proposed.total:
            rows.append(SumRow(pgettext("sum", "To be agreed"), self.bill.proposed, asks=True))
        return rows

    @property
    def agreed_percent(self) -> Decimal:
        whole = self.bill.customer_with_proposed
        return 100 * self.bill.customer / whole if whole else Decimal(0)

    @cached_property
    def left_undone(self) -> list[WorkLine]:
        return lines.left_undone(self.order.vehicle) if self.may("aftersales.receive") and self.lines_open else []

    @cached_property
    def settlement(self) -> Settlement | None:
        return Settlement.objects.filter(work_order=self.order).select_related("by").first()

    @cached_property
    def gate_pass(self) -> GatePass | None:
        return GatePass.objects.filter(work_order=self.order).select_related("issued_by").first()

    # --- what may be done
    @cached_property
    def acts(self) -> dict[str, Offer[WorkOrder]]:
        return WORK_ORDER.offered(self.order, self.user)

    @property
    def takes_payment(self) -> bool:
        """The car waits for its bill to be paid, and this person can take the money."""
        invoice = self.order.invoice if self.order.status == "SETTLED" and self.may("billing.take") else None
        return invoice is not None and not invoice.is_settled

    def may(self, right: str) -> bool:
        return self.user.has_perm(right)

    @property
    def may_receive(self) -> bool:
        return self.may("aftersales.receive")

    @property
    def may_issue(self) -> bool:
        return self.may("parts.move")

    @property
    def is_theirs(self) -> bool:
        return self.order.technician_id == self.user.pk or self.may("aftersales.dispatch")

    @property
    def lines_open(self) -> bool:
        return self.order.status in BEFORE_CHECKS

    @property
    def working(self) -> bool:
        return self.order.status in WORKING

    @property
    def next_check(self) -> str:
        stage = checks.NEXT_STAGE.get(WorkOrder.Status(self.order.status))
        if stage is None:
            return ""
        allowed = self.is_theirs if stage == "SELF" else self.may("aftersales.inspect")
        return str(stage) if allowed else ""

    @property
    def hint(self) -> str:
        """Where the next act stands when it is not a button of the order: at its lines, or with somebody else."""
        mine = self.is_theirs and self.may("aftersales.repair") and self.working
        if mine and any(line.kind == "LABOUR" and line.status in {"AUTHORISED", "STARTED"} for line in self.lines):
            return _("Start and finish the work at its lines.")
        drawn = (line for line in self.lines if line.kind == "PART" and line.status == "AUTHORISED")
        if self.may_issue and self.working and any(line.issued < line.quantity for line in drawn):
            return _("Issue the parts at their lines.")
        return _("Nothing to do here for you now.")

    @property
    def next_check_label(self) -> str:
        return str(checks.Stage(self.next_check).label) if self.next_check else ""

    # --- forms of the page
    @property
    def labour_form(self) -> LabourForm:
        return LabourForm(auto_id="labour-%s")

    @property
    def part_form(self) -> PartForm:
        return PartForm(auto_id="part-%s")

    @property
    def other_form(self) -> OtherForm:
        return OtherForm(auto_id="other-%s")

    def reasons(self, kind: Reason.Kind) -> list[tuple[int, str]]:
        return [(row.pk, str(row)) for row in Reason.objects.of(kind)]

    @property
    def decline_reasons(self) -> list[tuple[int, str]]:
        return self.reasons(Reason.Kind.DECLINE)

    @property
    def hold_reasons(self) -> list[tuple[int, str]]:
        return self.reasons(Reason.Kind.HOLD)

    @property
    def cancel_reasons(self) -> list[tuple[int, str]]:
        return self.reasons(Reason.Kind.CANCEL)

    @property
    def fresh_key(self) -> str:
        """Of the next issue or return: the same form sent twice is one move."""
        return uuid.uuid4().hex

    # --- history
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


def sheet_of(order: WorkOrder, user: User, now: datetime) -> Sheet:
    """Gather it."""
    rows = list(order.lines.select_related("part", "operation", "authorisation__by", "reason").order_by("position"))
    wanted = [line.part_id for line in rows if line.part_id]
    stock = {row.part_id: row for row in Stock.objects.filter(store=order.store, part__in=wanted)} if wanted else {}
    events = Event.objects
    history = list(events.about(order).select_related("by").order_by("at", "pk")[:200])
    return Sheet(order, user, now, rows, stock, history)
