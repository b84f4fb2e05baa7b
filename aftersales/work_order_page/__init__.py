"""All that a work order's page and papers show, gathered in a constant number of queries: a part for each thing it shows."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from aftersales.actions import checks
from aftersales.actions.work_orders import WORKING
from aftersales.acts import FINDING, WORK_ORDER
from aftersales.models import Authorisation, Finding, WorkOrder
from aftersales.work_order_page.history import History
from aftersales.work_order_page.lines import Lines
from aftersales.work_order_page.money import Money
from aftersales.work_order_page.progress import Progress
from dms.core.acts import Offer
from dms.models import Event, User
from parts.models import Stock


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
    def findings(self) -> list[tuple[Finding, dict[str, Offer[Finding]]]]:
        """What the technician found, with what may be made of it."""
        rows = self.order.findings.select_related("by", "work_order")
        return [(row, FINDING.offered(row, self.user) if row.answered_at is None else {}) for row in rows]

    @cached_property
    def addenda(self) -> list[Authorisation]:
        """What was agreed to after the commission, each with its paper."""
        rows = Authorisation.objects.filter(paper__kind="ADDENDUM", work_order=self.order)
        return list(rows.order_by("pk"))

    @cached_property
    def acts(self) -> dict[str, Offer[WorkOrder]]:
        return WORK_ORDER.offered(self.order, self.user)

    @property
    def working(self) -> bool:
        return self.order.status in WORKING

    @property
    def vin_url(self) -> str:
        """Where the missing VIN is written down, for who may."""
        return reverse("crm:vehicle_edit", args=[self.order.vehicle_id]) if self.user.has_perm("crm.edit") else ""

    @property
    def next_check(self) -> str:
        """The check whose turn it is, for who makes such checks; that each is made by somebody else is said when it is pressed."""
        stage = checks.NEXT_STAGE.get(WorkOrder.Status(self.order.status))
        if stage is None:
            return ""
        theirs = self.order.technician_id == self.user.pk or self.user.has_perm("aftersales.dispatch")
        allowed = theirs if stage == "SELF" else self.user.has_perm("aftersales.inspect")
        return str(stage) if allowed else ""

    @property
    def hint(self) -> str:
        """Where the next act stands when it is not a button of the order: at its lines, or with somebody else."""
        at_lines = {name for row in self.lines.rows for name, offer in row.acts.items() if not offer.why_not}
        if at_lines & {"start", "finish"}:
            return _("Start and finish the work at its lines.")
        if "issue" in at_lines:
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
