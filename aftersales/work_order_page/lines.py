"""The lines of a work order, by the customer's word for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aftersales import totals
from aftersales.actions import consent
from aftersales.actions.lines import TURNED_DOWN, left_undone
from aftersales.acts import WORK_LINE
from aftersales.models import Authorisation, WorkLine, WorkOrder
from dms.core.acts import Offer
from dms.formats import display
from dms.models import User
from parts.models import Stock


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
        """What was put off at earlier visits of the car."""
        return left_undone(self.order.vehicle)

    def row(self, line: WorkLine) -> Row:
        stock, look = self.stock_of(line)
        work, work_look = self.work_of(line)
        return Row(line, stock, look, work, work_look, WORK_LINE.offered(line, self.user))

    def stock_of(self, line: WorkLine) -> tuple[str, str]:
        if line.part_id is None:
            return display.EMPTY, "text-secondary"
        if line.issued >= line.quantity:
            return display.EMPTY, "text-secondary"
        there = self.stock.get(line.part_id)
        free = there.available if there else Decimal(0)
        short = line.quantity - line.issued - free
        if short > 0:
            return _("%(n)s short") % {"n": display.quantity(short)}, "x-late fw-medium"
        return _("%(n)s there") % {"n": display.quantity(free)}, "x-run"

    def work_of(self, line: WorkLine) -> tuple[str, str]:
        if line.status == "PROPOSED":
            return pgettext("work", "Locked"), "text-secondary"
        if line.status == "DONE":
            return (pgettext("work", "Done") if line.kind != "PART" else pgettext("work", "Used")), "sub"
        if line.kind == "PART":
            return self.drawn(line)
        if line.status == "STARTED":
            return pgettext("work", "In work"), "x-run fw-medium"
        return pgettext("work", "Not begun"), "text-secondary"

    @staticmethod
    def drawn(line: WorkLine) -> tuple[str, str]:
        """How much of a part is out of the stock for this line."""
        if line.issued >= line.quantity:
            return pgettext("part", "Issued"), "x-run"
        if line.issued:
            words = {"issued": display.quantity(line.issued), "wanted": display.quantity(line.quantity)}
            return pgettext("part", "Issued %(issued)s/%(wanted)s") % words, "x-wait"
        return pgettext("work", "To draw"), "text-secondary"
