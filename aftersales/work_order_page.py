"""All that a work order's page and papers show, gathered in a constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aftersales import totals
from aftersales.actions import checks, consent
from aftersales.actions.lines import TURNED_DOWN, left_undone
from aftersales.actions.work_orders import BEFORE_CHECKS, IN_SHOP, WORKING
from aftersales.acts import WORK_LINE, WORK_ORDER
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
from aftersales.models import (
    Authorisation,
    CheckIn,
    GatePass,
    HoldPeriod,
    QualityCheck,
    Settlement,
    WorkLine,
    WorkOrder,
)
from dms.core import status_colours
from dms.core.acts import Offer
from dms.formats import display
from dms.models import Event, User
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


# --- progress -----------------------------------------------------------------------------------------------------------
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
        return getattr(self.order, "check_in", None)

    @cached_property
    def failed(self) -> QualityCheck | None:
        """The check that sent it back last."""
        return self.order.checks.filter(passed=False).select_related("by").first() if self.order.rework else None


# --- lines --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """A line with what the page says beside it, and what may be done to it."""

    line: WorkLine
    stock: str
    stock_look: str
    work: str
    work_look: str
    acts: Mapping[str, Offer[WorkLine]]


@dataclass(frozen=True)
class Group:
    """Lines under one consent."""

    consent: Authorisation | None
    rows: Sequence[Row]

    @property
    def amount(self) -> Decimal:
        return sum((row.line.amount for row in self.rows), Decimal(0))


@dataclass
class Lines:
    """What is to be done and fitted, by the customer's word for it."""

    order: WorkOrder
    user: User
    all: Sequence[WorkLine]
    stock: Mapping[int, Stock]

    @cached_property
    def rows(self) -> list[Row]:
        return [self.row(line) for line in self.all]

    @cached_property
    def groups(self) -> list[Group]:
        """Agreed lines by consent, oldest first; then what waits."""
        consents: dict[int, list[Row]] = {}
        known: dict[int, Authorisation] = {}
        for row in self.rows:
            consent = row.line.authorisation
            if row.line.status in totals.AGREED and consent is not None:
                consents.setdefault(consent.pk, []).append(row)
                known[consent.pk] = consent
        return [Group(known[key], consents[key]) for key in sorted(consents)]

    @cached_property
    def waiting(self) -> Group:
        return Group(None, [row for row in self.rows if row.line.status == "PROPOSED"])

    @cached_property
    def wanted(self) -> list[WorkLine]:
        """All but what was turned down."""
        return [line for line in self.all if line.status not in TURNED_DOWN]

    @cached_property
    def turned_down(self) -> list[Row]:
        return [row for row in self.rows if row.line.status in TURNED_DOWN]

    def is_unagreed(self, line: WorkLine) -> bool:
        """It came up during the work, and the customer has not answered yet."""
        return self.is_extra and line.status == "PROPOSED"

    @cached_property
    def done(self) -> list[WorkLine]:
        return [line for line in self.all if line.status == "DONE"]

    @property
    def waits_since(self) -> datetime | None:
        times = [row.line.added_at for row in self.waiting.rows]
        return min(times) if times and self.order.status != "DRAFT" else None

    @property
    def is_extra(self) -> bool:
        return self.order.status in consent.AGREED_UPON

    @cached_property
    def left_undone(self) -> list[WorkLine]:
        """What was put off at earlier visits, for who could take it up now."""
        may = self.user.has_perm("aftersales.receive") and self.order.status in BEFORE_CHECKS
        return left_undone(self.order.vehicle) if may else []

    def row(self, line: WorkLine) -> Row:
        stock, look = self.stock_of(line)
        work, work_look = self.work_of(line)
        return Row(line, stock, look, work, work_look, WORK_LINE.offered(line, self.user))

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


# --- money --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SumRow:
    label: str
    sum: totals.Sum
    asks: bool = False


@dataclass
class Money:
    """What it costs whom, and the papers of the end."""

    order: WorkOrder
    user: User
    lines: Sequence[WorkLine]

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
    def settlement(self) -> Settlement | None:
        return Settlement.objects.filter(work_order=self.order).select_related("by").first()

    @cached_property
    def gate_pass(self) -> GatePass | None:
        return GatePass.objects.filter(work_order=self.order).select_related("issued_by").first()

    @property
    def takes_payment(self) -> bool:
        """The car waits for its bill to be paid, and this person can take the money."""
        invoice = self.order.invoice if self.order.status == "SETTLED" and self.shows_account else None
        return invoice is not None and not invoice.is_settled

    @property
    def shows_account(self) -> bool:
        return self.user.has_perm("billing.take")


# --- history ------------------------------------------------------------------------------------------------------------
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


# --- all of it ----------------------------------------------------------------------------------------------------------
@dataclass
class WorkOrderPage:
    """The whole order as somebody sees it at a moment, and what they may do next."""

    order: WorkOrder
    user: User
    progress: Progress
    lines: Lines
    money: Money
    history: History

    @cached_property
    def acts(self) -> dict[str, Offer[WorkOrder]]:
        return WORK_ORDER.offered(self.order, self.user)

    @property
    def is_theirs(self) -> bool:
        return self.order.technician_id == self.user.pk or self.user.has_perm("aftersales.dispatch")

    @property
    def working(self) -> bool:
        return self.order.status in WORKING

    @property
    def vin_url(self) -> str:
        """Where the missing VIN is written down, for who may."""
        return reverse("crm:vehicle_edit", args=[self.order.vehicle_id]) if self.user.has_perm("crm.edit") else ""

    @property
    def next_check(self) -> str:
        stage = checks.NEXT_STAGE.get(WorkOrder.Status(self.order.status))
        if stage is None:
            return ""
        allowed = self.is_theirs if stage == "SELF" else self.user.has_perm("aftersales.inspect")
        return str(stage) if allowed else ""

    @property
    def hint(self) -> str:
        """Where the next act stands when it is not a button of the order: at its lines, or with somebody else."""
        mine = self.is_theirs and self.user.has_perm("aftersales.repair") and self.working
        if mine and any(line.kind == "LABOUR" and line.status in {"AUTHORISED", "STARTED"} for line in self.lines.all):
            return _("Start and finish the work at its lines.")
        drawn = (line for line in self.lines.all if line.kind == "PART" and line.status == "AUTHORISED")
        if self.user.has_perm("parts.move") and self.working and any(line.issued < line.quantity for line in drawn):
            return _("Issue the parts at their lines.")
        return _("Nothing to do here for you now.")

    @property
    def next_check_label(self) -> str:
        return str(checks.Stage(self.next_check).label) if self.next_check else ""


def work_order_page(order: WorkOrder, user: User, now: datetime) -> WorkOrderPage:
    """Gather it."""
    rows = list(order.lines.select_related("part", "operation", "authorisation__by", "reason").order_by("position"))
    wanted = [line.part_id for line in rows if line.part_id]
    stock = {row.part_id: row for row in Stock.objects.filter(store=order.store, part__in=wanted)} if wanted else {}
    events = list(Event.objects.about(order).select_related("by").order_by("at", "pk")[:200])
    return WorkOrderPage(
        order,
        user,
        Progress(order, now, events),
        Lines(order, user, rows, stock),
        Money(order, user, rows),
        History(events),
    )
