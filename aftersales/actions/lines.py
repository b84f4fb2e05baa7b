"""Lines of a work order: proposing, pricing, declining, deferring."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.actions.work_orders import BEFORE_CHECKS, source_of
from aftersales.events import WORKLINE_ADDED, WORKLINE_CHANGED, WORKLINE_DECLINED, WORKLINE_DEFERRED, WORKLINE_PROPOSED
from aftersales.models import Finding, LabourOperation, WorkLine, WorkOrder
from crm.models import Vehicle
from dms.core.event_words import EventKind
from dms.core.money import MOST, cents
from dms.core.refusals import Refusal
from dms.core.untyped import Fact
from dms.formats import display
from dms.models import Rate, Reason, Store, User
from dms.records import events
from dms.records.constraint_errors import refusing
from parts.actions import stock
from parts.models import Part

Kind, Payer, Status = WorkLine.Kind, WorkLine.Payer, WorkLine.Status
CHANGEABLE = frozenset({Status.PROPOSED, Status.AUTHORISED})
"""Work that has begun costs what was agreed."""
LOCKED_WITH = ("work_order__store", "work_order__technician", "part", "operation", "reason")
TURNED_DOWN = frozenset({Status.DECLINED, Status.DEFERRED})


def labour_price(store: Store) -> Decimal:
    """What an hour of labour costs in the store today.

    :raises Refusal: when no rate is in force.
    """
    rates = Rate.objects
    rate = rates.in_force(Rate.Kind.LABOUR_HOUR, on=timezone.localdate(), store=store).first()
    if rate is None:
        raise Refusal(_("No labour rate is in force. Enter one in the configuration."), code="no_labour_rate")
    # A rate may have four decimals; an hour costs what can be paid, and the product is checked to the cent.
    return cents(rate.value)


def lock_line(line: WorkLine) -> tuple[WorkOrder, WorkLine]:
    """The order first, then its line: everybody locks in this direction, so that nobody waits in a ring."""
    # One statement: Postgres locks the tables in the order in which OF names them.
    rows = WorkLine.objects.select_related(*LOCKED_WITH).select_for_update(of=("work_order", "self"))
    line = rows.get(pk=line.pk)
    return line.work_order, line


def must_be_open(order: WorkOrder) -> None:
    """:raises Refusal: from the self-check on: what was checked stays as it is."""
    if order.status not in BEFORE_CHECKS:
        sentence = _("%(number)s is “%(status)s”: lines change only until the self-check. Send it back to work first.")
        raise Refusal(sentence % {"number": order, "status": order.get_status_display()}, code="lines_closed")


def refuse_closed(line: WorkLine, *, by: User) -> None:
    """:raises Refusal: when the lines of its order do not change any more."""
    must_be_open(line.work_order)


@transaction.atomic
def add_labour(
    order: WorkOrder,
    *,
    operation: LabourOperation,
    by: User,
    hours: Decimal | None = None,
    payer: str = "",
    text: str = "",
    finding: Finding | None = None,
) -> WorkLine:
    """A job from the catalogue, at its standard time and the store's rate. The first maintenance is free, once for a car.

    :raises Refusal: when the car has had its first maintenance.
    """
    # Before asking for the free maintenance: of two desks that add it to this order one is told.
    order = WorkOrder.objects.lock(order)
    if operation.is_first_service:
        refuse_second_first_service(order)
    usual = Payer.FREE if operation.is_first_service else Payer.CUSTOMER
    return _add(
        order,
        Kind.LABOUR,
        text or str(operation),
        by=by,
        payer=payer or usual,
        operation=operation,
        quantity=hours or operation.hours,
        unit_price=labour_price(order.store),
        finding=finding,
    )


def refuse_second_first_service(order: WorkOrder) -> None:
    had = WorkLine.objects.filter(work_order__vehicle=order.vehicle, operation__is_first_service=True)
    # Declined or cancelled it was never had: the right to it is not used up.
    live = had.exclude(status__in=[Status.DECLINED, Status.DEFERRED]).exclude(work_order__status="CANCELLED")
    if (earlier := live.select_related("work_order").first()) is not None:
        sentence = _("The first maintenance of this car stands on %(number)s already. It is free once.")
        raise Refusal(sentence % {"number": earlier.work_order}, code="first_service_had")


@transaction.atomic
def add_part(
    order: WorkOrder,
    *,
    part: Part,
    by: User,
    quantity: Decimal = Decimal(1),
    payer: str = Payer.CUSTOMER,
    unit_price: Decimal | None = None,
    finding: Finding | None = None,
) -> WorkLine:
    """A part at its retail price, or at another one said here."""
    price = part.price if unit_price is None else unit_price
    name = part.name[:120]
    return _add(
        # The next position is counted under the lock: two desks would both take the same one.
        WorkOrder.objects.lock(order),
        Kind.PART,
        name,
        by=by,
        payer=payer,
        part=part,
        quantity=quantity,
        unit_price=price,
        finding=finding,
    )


@transaction.atomic
def add_other(
    order: WorkOrder,
    *,
    kind: str,
    text: str,
    unit_price: Decimal,
    by: User,
    quantity: Decimal = Decimal(1),
    payer: str = Payer.CUSTOMER,
) -> WorkLine:
    """Work that somebody else does for us, or a fee."""
    if kind not in {Kind.SUBLET, Kind.FEE} or not text.strip():
        raise Refusal(_("Say what it is: sublet work or a fee, in words."), code="line_without_text")
    # As for parts: positions are given one after the other.
    return _add(
        WorkOrder.objects.lock(order), kind, text.strip(), by=by, payer=payer, quantity=quantity, unit_price=unit_price
    )


def _add(
    order: WorkOrder, kind: str, text: str, *, by: User, quantity: Decimal, unit_price: Decimal, **facts: Fact
) -> WorkLine:
    must_be_open(order)
    plausible(quantity, unit_price)
    # The highest and not the count: the stock names a line by its position, so none is given twice.
    last = order.lines.aggregate(last=Max("position"))["last"] or 0
    line = WorkLine(
        work_order=order,
        position=last + 1,
        kind=kind,
        text=text,
        quantity=quantity,
        unit_price=unit_price,
        # Rounded for each line, not for the bill: the sheet must add up as the customer adds it.
        amount=cents(quantity * unit_price),
        added_by=by,
        **facts,
    )
    with refusing():
        line.save(force_insert=True)
    data = {"line": line.position, "text": line.text, "amount": str(line.amount)}
    events.record(WORKLINE_ADDED, order, by=by, data=data)
    return line


def plausible(quantity: Decimal, unit_price: Decimal) -> None:
    if quantity <= 0 or unit_price < 0:
        raise Refusal(_("Give a quantity above zero and a price that is not negative."), code="line_implausible")
    # A comma in the wrong place; beyond it the column itself would refuse, without a sentence.
    if quantity * unit_price > MOST:
        raise Refusal(_("No line is above %(most)s.") % {"most": display.yuan(MOST)}, code="amount_too_large")


@transaction.atomic
def change_line(line: WorkLine, *, by: User, quantity: Decimal, unit_price: Decimal, payer: str = "") -> WorkLine:
    """Another quantity, price or payer. What becomes dearer than the customer agreed to asks again.

    :raises Refusal: when more is out already, the work has begun, or the customer does not want it.
    """
    # The store issues on this line or the customer agrees to it: both read the quantity being changed.
    order, line = lock_line(line)
    refuse_closed(line, by=by)
    if line.status not in CHANGEABLE:
        sentence = _("“%(line)s” is “%(status)s”: its price does not change any more.")
        raise Refusal(sentence % {"line": line.text, "status": line.get_status_display()}, code="line_not_open")
    plausible(quantity, unit_price)
    if quantity < line.issued:
        sentence = _("%(n)s are out of the stock for this line. Return them first.")
        raise Refusal(sentence % {"n": display.quantity(line.issued)}, code="below_issued")
    before, amount = line.amount, cents(quantity * unit_price)
    new_payer = bool(payer) and payer != line.payer
    # Cheaper needs no word. Dearer does, and so does what a warranty or we were to pay until now.
    asks_again = line.status == Status.AUTHORISED and (
        (line.authorised_amount is not None and amount > line.authorised_amount)
        or (new_payer and payer == Payer.CUSTOMER)
    )
    if asks_again:
        # Parts that are out belong to an agreed line; without the consent nobody would pay for them.
        refuse_issued(line, by=by)
        line.become(Status.PROPOSED)
        line.authorisation = line.authorised_amount = None
    line.quantity, line.unit_price, line.amount, line.payer = quantity, unit_price, amount, payer or line.payer
    with refusing():
        line.save(
            update_fields=["quantity", "unit_price", "amount", "payer", "status", "authorisation", "authorised_amount"]
        )
    if line.part_id is not None:
        # Pieces kept for a quantity that nobody wants any more are free for the next car.
        stock.release_lines([source_of(order, line)], by=by, keep=None if asks_again else line.left)
    events.record(
        WORKLINE_CHANGED,
        order,
        by=by,
        data={"line": line.position, "amount": [str(before), str(amount)], "asks_again": asks_again},
    )
    return line


def refuse_issued(line: WorkLine, *, by: User) -> None:
    """:raises Refusal: while parts are out for the line."""
    if line.issued:
        sentence = _("%(n)s are out of the stock for this line. Return them first.")
        raise Refusal(sentence % {"n": display.quantity(line.issued)}, code="parts_out")


@transaction.atomic
def decline(line: WorkLine, *, reason: Reason, by: User) -> WorkLine:
    """The customer does not want it. The reason is kept."""
    return _turn_down(line, Status.DECLINED, WORKLINE_DECLINED, reason=reason, by=by)


@transaction.atomic
def defer(line: WorkLine, *, reason: Reason, by: User) -> WorkLine:
    """The customer does not want it today: it is shown at the next visit. The reason is kept."""
    return _turn_down(line, Status.DEFERRED, WORKLINE_DEFERRED, reason=reason, by=by)


def _turn_down(line: WorkLine, status: str, event: EventKind, *, reason: Reason, by: User) -> WorkLine:
    # Turned down at the desk while the technician begins: whoever is first decides.
    order, line = lock_line(line)
    refuse_closed(line, by=by)
    if line.status not in CHANGEABLE:
        sentence = _("“%(line)s” is “%(status)s”: it is not turned down any more.")
        raise Refusal(sentence % {"line": line.text, "status": line.get_status_display()}, code="line_not_open")
    refuse_issued(line, by=by)
    with refusing():
        # The consent goes with the wish: taken up again, the line is asked for at the price of that day.
        line.move(status, reason=reason, authorisation=None, authorised_amount=None)
    if line.part_id is not None:
        stock.release_lines([source_of(order, line)], by=by)
    events.record(event, order, by=by, data={"line": line.position, "text": line.text, "reason": reason.code})
    return line


@transaction.atomic
def propose_again(line: WorkLine, *, by: User) -> WorkLine:
    """What was declined or deferred is asked for once more."""
    # Asked for once more by two desks: it waits for the customer's word once.
    order, line = lock_line(line)
    refuse_closed(line, by=by)
    if line.status not in TURNED_DOWN:
        raise Refusal(_("Only what was turned down is proposed again."), code="not_turned_down")
    line.move(Status.PROPOSED, reason=None)
    events.record(WORKLINE_PROPOSED, order, by=by, data={"line": line.position, "text": line.text})
    return line


def left_undone(vehicle: Vehicle) -> list[WorkLine]:
    """What was put off at earlier visits of this car and stands on no later order."""
    rows = WorkLine.objects.filter(work_order__vehicle=vehicle, work_order__status="RELEASED", status=Status.DEFERRED)
    rows = rows.select_related("work_order", "reason", "operation", "part")
    later = WorkLine.objects.filter(work_order__vehicle=vehicle)
    later = later.exclude(status__in=[Status.DEFERRED, Status.DECLINED])
    # By what it is and not by its row: done at a later visit it stands there as another line.
    taken = set(later.values_list("operation_id", "part_id", "text"))
    undone: dict[tuple[int | None, int | None, str], WorkLine] = {}
    for row in rows.order_by("added_at"):
        undone[row.operation_id, row.part_id, row.text] = row
    return [row for key, row in undone.items() if key not in taken]


def refuse_nothing_left(order: WorkOrder, *, by: User) -> None:
    """:raises Refusal: when nothing was put off at an earlier visit of the car."""
    if not left_undone(order.vehicle):
        raise Refusal(_("Nothing was put off at an earlier visit of the car."), code="not_put_off")


@transaction.atomic
def take_up(order: WorkOrder, *, line: WorkLine, by: User) -> WorkLine:
    """What was put off last time is proposed now, at today's price.

    :raises Refusal: when it is not of this car's earlier visits.
    """
    # Two clicks on one deferred job: the second sees it on the order and adds nothing.
    order = WorkOrder.objects.lock(order)
    if line not in left_undone(order.vehicle):
        raise Refusal(_("This was not put off at an earlier visit of the car."), code="not_put_off")
    # Through the catalogue, so that rate and price are today's; the old ones were a promise of then.
    if line.operation is not None:
        return add_labour(order, operation=line.operation, by=by, hours=line.quantity, payer=line.payer, text=line.text)
    if line.part is not None:
        return add_part(order, part=line.part, by=by, quantity=line.quantity, payer=line.payer)
    return _add(
        order, line.kind, line.text, by=by, quantity=line.quantity, unit_price=line.unit_price, payer=line.payer
    )
