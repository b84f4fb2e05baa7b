"""What a work order costs, and the papers of its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import pgettext

from aftersales import totals
from aftersales.models import GatePass, Settlement, WorkLine, WorkOrder
from dms.models import User


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
        return GatePass.objects.filter(work_order=self.order).select_related("issued_by", "used_by").first()

    @property
    def takes_payment(self) -> bool:
        """The car waits for its bill to be paid, and this person can take the money."""
        invoice = self.order.invoice if self.order.status == "SETTLED" and self.shows_account else None
        return invoice is not None and not invoice.is_settled

    @property
    def shows_account(self) -> bool:
        return self.user.has_perm("billing.take")
