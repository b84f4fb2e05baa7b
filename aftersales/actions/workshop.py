"""Dispatching, working, holding; parts out of the stock against their line."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from aftersales.actions import work_orders
from aftersales.actions.lines import lock_line
from aftersales.actions.work_orders import WORKING, Status, source_of
from aftersales.events import (
    WORKLINE_DONE,
    WORKLINE_PART_ISSUED,
    WORKLINE_PART_RETURNED,
    WORKLINE_REOPENED,
    WORKLINE_STARTED,
    WORKORDER_DISPATCHED,
    WORKORDER_HELD,
    WORKORDER_REDISPATCHED,
    WORKORDER_RESUMED,
    WORKORDER_STARTED,
)
from aftersales.models import Bay, HoldPeriod, WorkLine, WorkOrder
from dms.core.money import cents
from dms.core.refusals import NotYours, Refusal
from dms.formats import display
from dms.formats.wording import listed
from dms.models import Reason, User
from dms.records import events, idempotency
from dms.records.constraint_errors import refusing
from parts.actions import stock
from parts.models import StockMove

OUT = frozenset({WorkLine.Status.AUTHORISED, WorkLine.Status.STARTED, WorkLine.Status.DONE})
LEAST = Decimal("0.01")
"""The smallest quantity: where not even this goes out or comes back, nothing does."""


def must_be_theirs(order: WorkOrder, *, by: User) -> None:
    """A car is worked on by the technician it was given to, or by who runs the workshop."""
    if order.technician_id != by.pk and not by.has_perm("aftersales.dispatch"):
        raise NotYours(_("This job was given to %(name)s.") % {"name": order.technician or _("nobody yet")})


def refuse_other_technician(line: WorkLine, *, by: User) -> None:
    """:raises NotYours: of a line, as of its car."""
    must_be_theirs(line.work_order, by=by)


# --- dispatch -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def dispatch(order: WorkOrder, *, technician: User, by: User, bay: Bay | None = None) -> WorkOrder:
    """The job goes to a technician and, when it is known, to a bay. Given again, it changes hands.

    :raises Refusal: when the technician does not work on cars in this store, or the bay is another store's.
    """
    # Two foremen give out the same car: the second redispatches it, and the log says from whom.
    order = WorkOrder.objects.lock(order)
    works_here = technician.sees_all_stores or order.store_id in technician.store_ids
    if not technician.has_perm("aftersales.repair") or not works_here:
        raise Refusal(_("%(name)s does not work on cars in this store.") % {"name": technician}, code="no_technician")
    if bay is not None and bay.store_id != order.store_id:
        raise Refusal(_("That bay belongs to another store."), code="bay_elsewhere")
    before, again = order.technician, order.status in WORKING
    # A bay may be taken meanwhile; only a car in work takes it, so the index and not a look decides.
    with refusing():
        if again:
            order.technician, order.bay = technician, bay
            order.save(update_fields=["technician", "bay"])
        else:
            order.move(Status.DISPATCHED, technician=technician, bay=bay)
    data = {"technician": str(technician), "bay": str(bay or ""), "before": str(before or "")}
    events.record(WORKORDER_REDISPATCHED if again else WORKORDER_DISPATCHED, order, by=by, data=data)
    return order


# --- work ---------------------------------------------------------------------------------------------------------------
def refuse_starting(line: WorkLine, *, by: User) -> None:
    """:raises Refusal: when the customer has not agreed, the car is on hold, or it is somebody else's job."""
    order = line.work_order
    must_be_theirs(order, by=by)
    if order.status == Status.ON_HOLD:
        raise Refusal(_("The car is on hold. Resume it first."), code="on_hold")
    if line.kind != WorkLine.Kind.LABOUR:
        raise Refusal(_("Only labour is started; parts are issued."), code="not_labour")
    if line.status == WorkLine.Status.PROPOSED:
        raise Refusal(_("The customer has not agreed to this line yet."), code="not_authorised")
    if line.status != WorkLine.Status.AUTHORISED:
        sentence = _("“%(line)s” is “%(status)s”: it is not begun.")
        raise Refusal(sentence % {"line": line.text, "status": line.get_status_display()}, code="not_to_start")
    if order.status not in {Status.DISPATCHED, Status.IN_PROGRESS}:
        raise Refusal(_("The car is not in work now."), code="not_in_work")


@transaction.atomic
def start_line(line: WorkLine, *, by: User) -> WorkLine:
    """The technician begins; with the first line the car is in work.

    :raises Refusal: when the customer has not agreed, the car is on hold, or it is somebody else's job.
    """
    # Begun just as the customer says no: whichever is written first counts for the other.
    order, line = lock_line(line)
    refuse_starting(line, by=by)
    # The first line begun starts the car's clock; two technicians beginning at once start it once.
    if order.status == Status.DISPATCHED:
        with refusing():
            order.move(Status.IN_PROGRESS)
        events.record(WORKORDER_STARTED, order, by=by)
    line.move(WorkLine.Status.STARTED)
    events.record(WORKLINE_STARTED, order, by=by, data={"line": line.position, "text": line.text})
    return line


@transaction.atomic
def diagnose(order: WorkOrder, *, by: User, **words: str) -> WorkOrder:
    """The technician writes down the cause found and the correction made: without them nobody checks the car."""
    # Held before the question, or the self-check could pass between it and the words.
    order = WorkOrder.objects.lock(order)
    must_be_theirs(order, by=by)
    if order.status not in WORKING:
        raise Refusal(_("The car is not in work now."), code="not_in_work")
    return work_orders.describe(order, by=by, **{name: text.strip() for name, text in words.items()})


@transaction.atomic
def finish_line(line: WorkLine, *, by: User, clocked_hours: Decimal | None = None) -> WorkLine:
    """The job is done; the hours it really took are noted apart from those billed."""
    # Pressed twice, the hours would be added twice: the second finds the line done.
    order, line = lock_line(line)
    refuse_other_technician(line, by=by)
    if line.status != WorkLine.Status.STARTED:
        raise Refusal(_("Start the line before you finish it."), code="not_started")
    hours = line.quantity if clocked_hours is None else clocked_hours
    # Hours are kept with one decimal in five digits; beyond a thousand a comma was forgotten.
    if not 0 < hours < 1000:
        raise Refusal(_("Write the hours it took, to a tenth."), code="hours_implausible")
    # Added up: rework is time of the same job, and is not billed again.
    line.move(WorkLine.Status.DONE, clocked_hours=line.clocked_hours + round(hours, 1))
    events.record(WORKLINE_DONE, order, by=by, data={"line": line.position, "text": line.text, "hours": str(hours)})
    return line


def refuse_reopening(line: WorkLine, *, by: User) -> None:
    """:raises Refusal: of what is no labour, on a car that is not in work, or of somebody else's job."""
    must_be_theirs(line.work_order, by=by)
    if line.kind != WorkLine.Kind.LABOUR:
        raise Refusal(_("Only labour is started; parts are issued."), code="not_labour")
    if line.work_order.status != Status.IN_PROGRESS:
        raise Refusal(_("The car is not in work now."), code="not_in_work")


@transaction.atomic
def reopen_line(line: WorkLine, *, reason: str, by: User) -> WorkLine:
    """Finished work is taken up again, as rework or because it was pressed by mistake: its price stays, its hours add up."""
    # The self-check may close the line at this moment; after it only a failed check reopens work.
    order, line = lock_line(line)
    refuse_reopening(line, by=by)
    if line.status != WorkLine.Status.DONE:
        raise Refusal(_("Only finished work is opened again."), code="not_done")
    if not reason.strip():
        raise Refusal(_("Write what is wrong: the technician must know what to mend."), code="reopened_without_reason")
    line.move(WorkLine.Status.STARTED)
    data = {"line": line.position, "text": line.text, "reason": reason.strip()[:200]}
    events.record(WORKLINE_REOPENED, order, by=by, data=data)
    return line


@transaction.atomic
def hold(order: WorkOrder, *, reason: Reason, by: User, note: str = "") -> HoldPeriod:
    """The work stands still; the board says since when, and for whom it waits."""
    # A car waits once: of two who put it on hold the second finds it standing.
    order = WorkOrder.objects.lock(order)
    must_be_theirs(order, by=by)
    order.move(Status.ON_HOLD)
    period = HoldPeriod.objects.create(work_order=order, reason=reason, note=note.strip()[:120], by=by)
    events.record(WORKORDER_HELD, order, by=by, data={"reason": reason.code, "note": period.note})
    return period


@transaction.atomic
def resume(order: WorkOrder, *, by: User) -> WorkOrder:
    """The work goes on. When another car stands in the bay by now, this one waits for a place beside it."""
    # Resumed by two, the wait would end twice, and its end is frozen.
    order = WorkOrder.objects.lock(order)
    must_be_theirs(order, by=by)
    if order.status != Status.ON_HOLD:
        raise Refusal(_("This car is not on hold."), code="not_on_hold")
    back_to_work(order)
    # The very moment of the status: waiting and working hours have no gap and no overlap.
    HoldPeriod.objects.filter(work_order=order, until__isnull=True).update(until=order.status_at)
    events.record(WORKORDER_RESUMED, order, by=by)
    return order


def back_to_work(order: WorkOrder, *, rework: int | None = None) -> None:
    """In work again, in its bay unless another car is there now."""
    in_its_bay = WorkOrder.objects.filter(bay=order.bay_id, status=Status.IN_PROGRESS).exclude(pk=order.pk)
    # Work is not refused for want of a lift: the car waits beside it, and the board shows it so.
    bay = None if order.bay_id and in_its_bay.exists() else order.bay
    with refusing():
        order.move(Status.IN_PROGRESS, bay=bay, ready_at=None, rework=order.rework if rework is None else rework)


# --- parts --------------------------------------------------------------------------------------------------------------
def refuse_unagreed(line: WorkLine, *, by: User) -> None:
    """:raises Refusal: when it is no part, or the customer has not agreed to it."""
    if line.part_id is None or line.status not in OUT:
        raise Refusal(_("Parts go out only for a line that the customer agreed to."), code="not_authorised")


def refuse_issuing(line: WorkLine, *, by: User, quantity: Decimal = LEAST) -> None:
    """:raises Refusal: when the car is not in work, or not so much of the line is left."""
    if line.work_order.status not in WORKING | {Status.AUTHORISED}:
        raise Refusal(_("The car is not in work now."), code="not_in_work")
    if quantity > line.left:
        sentence = _("Only %(left)s of this line can still go out. Change the line first; the customer agrees again.")
        raise Refusal(sentence % {"left": display.quantity(line.left)}, code="more_than_the_line")


def refuse_returning(line: WorkLine, *, by: User, quantity: Decimal = LEAST) -> None:
    """:raises Refusal: when not so much is out for the line, or it is checked already."""
    if not 0 < quantity <= line.issued:
        sentence = _("%(n)s are out of the stock for this line; no more can come back.")
        raise Refusal(sentence % {"n": display.quantity(line.issued)}, code="more_than_issued")
    if line.status == WorkLine.Status.DONE and line.work_order.status not in WORKING:
        raise Refusal(_("This line is done and checked. What it used does not come back."), code="line_done")


@transaction.atomic
def issue_part(line: WorkLine, *, quantity: Decimal, signed_by: str, by: User, key: str = "") -> StockMove:
    """The technician draws parts on the line and signs; never more than the customer agreed to.

    :raises Refusal: when the line is not agreed, less of it is left, or the stock has not so much.
    """
    # Two clerks draw on one line: the second sees what has gone out, and no more than agreed does.
    order, line = lock_line(line)
    refuse_unagreed(line, by=by)
    assert line.part is not None
    source = source_of(order, line)
    # After the lock: the same scan sent twice waits here, and then finds its move.
    if (before := stock.repeated(key, StockMove.Kind.ISSUE, line.part, order.store, quantity, source)) is not None:
        return before
    # After the repeat was looked for: sent again, the last piece would find nothing left and be refused.
    refuse_issuing(line, by=by, quantity=quantity)
    # The line is held before the stock row, in every act: clerks and advisers never wait in a ring.
    move = stock.draw(
        line.part,
        store=order.store,
        quantity=quantity,
        by=by,
        signed_by=signed_by,
        source_line=source,
        key=key,
    )
    with refusing():
        # Beside the moves: the line knows what is out without asking the ledger.
        WorkLine.objects.filter(pk=line.pk).update(issued=F("issued") + quantity)
    data = {"line": line.position, "text": line.text, "quantity": str(quantity), "signed_by": signed_by}
    events.record(WORKLINE_PART_ISSUED, order, by=by, data=data)
    return move


@transaction.atomic
def return_part(line: WorkLine, *, quantity: Decimal, by: User, key: str = "") -> WorkLine:
    """Pieces that were not needed go back to the shelf, at the cost they came out with."""
    # Two clerks take back the same pieces: the second finds fewer out.
    order, line = lock_line(line)
    source = source_of(order, line)
    if is_repeated(key, source, quantity):
        return line
    refuse_returning(line, by=by, quantity=quantity)
    left = quantity
    # The latest issue first: a piece comes back at the cost it went out with, and that may have risen.
    out = StockMove.objects.filter(source_line=source, kind=StockMove.Kind.ISSUE).order_by("-pk")
    for place, move in enumerate(out.prefetch_related("reversed_by")):
        back = sum((row.quantity for row in move.reversed_by.all()), Decimal(0))
        share = min(left, -move.quantity - back)
        if share > 0:
            # One key cannot make several moves, so each carries its place: repeated, the first of them is
            # found.
            stock.return_issue(move, quantity=share, by=by, key=f"{key}/{place}" if key else "")
            left -= share
    # Counter and line each keep count of returns; where they differ, nothing is booked on a guess.
    if left:
        sentence = _("Of what was drawn for this line, %(n)s came back by the stock already. Reload the page.")
        raise Refusal(sentence % {"n": display.quantity(left)}, code="came_back_already")
    line.issued -= quantity
    line.save(update_fields=["issued"])
    if line.status == WorkLine.Status.DONE:
        follow_return(line)
    data = {"line": line.position, "quantity": str(quantity), "amount": str(line.amount)}
    events.record(WORKLINE_PART_RETURNED, order, by=by, data=data)
    return line


def follow_return(line: WorkLine) -> None:
    """After a failed check the car did not need it: the line costs what is fitted, and what is not fitted at all is not done."""
    with refusing():
        if line.issued:
            line.quantity, line.amount = line.issued, cents(line.issued * line.unit_price)
            line.save(update_fields=["quantity", "amount"])
        else:
            # Seeded with the base data: a line is never turned down without a reason, not even by itself.
            unused = Reason.objects.get(kind=Reason.Kind.DECLINE, code="NOT_USED")
            line.move(WorkLine.Status.DECLINED, reason=unused, authorisation=None, authorised_amount=None)


def is_repeated(key: str, source: str, quantity: Decimal) -> bool:
    """These pieces came back with this key before: one move for each issue they were of.

    :raises KeyReused: when the key brought back something else.
    """
    if not key:
        return False

    def the_same(move: StockMove) -> bool:
        moves = StockMove.objects.filter(key__startswith=f"{key}/", source_line=source)
        return move.source_line == source and moves.aggregate(n=Sum("quantity"))["n"] == quantity

    return idempotency.earlier(StockMove.objects.all(), f"{key}/0", same=the_same) is not None


def refuse_unfinished(order: WorkOrder, *, by: User) -> None:
    """Before the self-check everything agreed is done, all its parts are out, and cause and correction are written.

    :raises Refusal: naming what is not.
    """
    lines = list(order.lines.all())
    waiting = [line for line in lines if line.status == "PROPOSED"]
    undone = [line for line in lines if line.kind == "LABOUR" and line.status in {"AUTHORISED", "STARTED"}]
    missing = [
        line for line in lines if line.kind == "PART" and line.status == "AUTHORISED" and line.issued < line.quantity
    ]
    for rows, sentence, code in (
        (waiting, _("The customer has not answered for: %(lines)s. Ask, or put it off."), "waits_for_consent"),
        (undone, _("Not done yet: %(lines)s."), "work_not_done"),
        (missing, _("Not drawn from the stock yet: %(lines)s. Issue it, or put it off."), "parts_not_issued"),
    ):
        if rows:
            raise Refusal(sentence % {"lines": listed(line.text for line in rows)}, code=code)
    if not (order.cause.strip() and order.correction.strip()):
        raise Refusal(
            _("Write down the cause and what was done, before the checks."), code="workorder_checked_is_described"
        )


def close_lines(order: WorkOrder) -> None:
    """With the self-check the rest of what is agreed is done: parts that are all out, sublet work and fees."""
    # The store may be issuing a part at this moment: its line is read again once that has ended.
    agreed = [line for line in order.lines.lock_all() if line.status == "AUTHORISED"]
    for line in agreed:
        line.become(WorkLine.Status.DONE)
    WorkLine.objects.bulk_update(agreed, ["status"])
