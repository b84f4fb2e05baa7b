"""Receiving, issuing, returning, reserving and correcting stock.

Every act inserts moves; triggers keep ``on_hand``, ``reserved`` and the average cost. Two clerks at the same part queue up at
its stock row, so exactly the pieces there go out, and nobody has to try again.
"""

import uuid
from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.core.untyped import Fact
from dms.formats import display
from dms.models import Reason, Store, User
from dms.records import events, idempotency
from parts import sources
from parts.actions import catalogue
from parts.events import (
    STOCK_CORRECTED,
    STOCK_ISSUED,
    STOCK_RECEIVED,
    STOCK_RELEASED,
    STOCK_RESERVED,
    STOCK_RETURNED,
    STOCK_SALE_LOST,
)
from parts.models import LostSale, Part, Reservation, Stock, StockMove

Kind = StockMove.Kind
Quantity = Decimal | int | str
"""Pieces, litres, metres, as programs and people write them."""


class NotEnoughStock(Refusal):
    """There are fewer free pieces than wanted; the sentence says how many there are."""

    code = "not_enough_stock"


def stock_row(part: Part, store: Store) -> Stock:
    """The one stock row of a part in a store, locked; made on first use, by whoever is first."""
    rows = Stock.objects.filter(part=part, store=store)
    # Clerks at one part wait here for each other: what the second reads as free really is.
    if known := rows.lock_all():
        return known[0]
    # Two clerks receive the first pieces at once: the second waits here for the first's commit, and finds the row.
    Stock.objects.bulk_create([Stock(part=part, store=store)], ignore_conflicts=True)
    return rows.lock_all()[0]


def positive(quantity: Quantity) -> Decimal:
    amount = Decimal(quantity)
    if amount <= 0:
        raise Refusal(_("Give a quantity greater than zero."), code="quantity_not_positive")
    return amount


def repeated(
    key: str, kind: str, part: Part, store: Store, quantity: Quantity, source_line: str = ""
) -> StockMove | None:
    """The move that this key already made: a double click or a repeated call changes nothing.

    :raises KeyReused: when it moved something else.
    """
    # Issues stand in the ledger with a minus: compared as they were written.
    moved = Decimal(-1 if kind == Kind.ISSUE else 1) * Decimal(quantity)
    facts = (kind, part.pk, store.pk, moved, source_line)
    return idempotency.earlier(
        StockMove.objects.select_related("stock__part"),
        key,
        same=lambda move: (
            (move.kind, move.stock.part_id, move.stock.store_id, move.quantity, source_line and move.source_line)
            == facts
        ),
    )


@transaction.atomic
def receive(
    part: Part,
    *,
    store: Store,
    quantity: Quantity,
    by: User,
    cost: Decimal | str | None = None,
    source_line: str = "",
    shelf: str = "",
    key: str = "",
) -> StockMove:
    """Goods come in at a cost; the average cost follows.

    :param cost: of a piece; what such a piece cost so far when it is left out.
    :param shelf: the label where they are put. A label not seen before is a bin of the store from now on, and a part
        without a place has it there.
    """
    if (before := repeated(key, Kind.RECEIPT, part, store, quantity)) is not None:
        return before
    # The stock first: of two who unpack the same part one makes the bin, and the other finds it.
    stock, place = stock_row(part, store), catalogue.shelf(shelf, store=store)
    if place is not None and stock.bin_id is None:
        Stock.objects.filter(pk=stock.pk).update(bin=place)
    move = _move(
        stock,
        Kind.RECEIPT,
        positive(quantity),
        by=by,
        unit_cost=stock.average_cost if cost is None else Decimal(cost),
        source_line=source_line,
        key=key,
        bin=place or stock.bin,
    )
    events.record(STOCK_RECEIVED, stock, by=by, data={"quantity": str(move.quantity), "for": source_line})
    return move


@transaction.atomic
def issue(
    part: Part,
    *,
    store: Store,
    quantity: Quantity,
    by: User,
    signed_by: str,
    source_line: str,
    key: str = "",
) -> StockMove:
    """Goods go out against a line, signed for. A reservation of that line is used up first.

    :raises NotEnoughStock: when fewer free pieces are there; nothing goes out then.
    """
    if (before := repeated(key, Kind.ISSUE, part, store, quantity, source_line)) is not None:
        return before
    move = draw(part, store=store, quantity=quantity, by=by, signed_by=signed_by, source_line=source_line, key=key)
    data = {"quantity": str(-move.quantity), "for": source_line, "signed_by": signed_by}
    events.record(STOCK_ISSUED, move.stock, by=by, data=data)
    return move


def draw(
    part: Part, *, store: Store, quantity: Quantity, by: User, signed_by: str, source_line: str, key: str = ""
) -> StockMove:
    """As :func:`issue`, within the act of a document that has asked for the key and records what goes out as its own event."""
    stock, amount = stock_row(part, store), positive(quantity)
    if not signed_by.strip() or not source_line.strip():
        raise Refusal(_("An issue names the line it is for and who signed."), code="issue_unsigned")
    # Before the look at what is free: the line's own pieces are reserved, and only for it.
    _use_reservation(stock, source_line, amount, by=by)
    _refuse_short(stock, amount)
    return _move(stock, Kind.ISSUE, -amount, by=by, source_line=source_line, signed_by=signed_by.strip(), key=key)


@transaction.atomic
def return_issue(move: StockMove, *, quantity: Quantity, by: User, key: str = "") -> StockMove:
    """Unused pieces of an issue come back at the cost they went out with; never more than went out."""
    if (before := repeated(key, Kind.RETURN, move.stock.part, move.stock.store, quantity)) is not None:
        return before
    stock = stock_row(move.stock.part, move.stock.store)
    # After the row is held: two clerks who take back the same issue see each other's pieces.
    back = sum((row.quantity for row in move.reversed_by.all()), Decimal(0))
    amount = positive(quantity)
    if move.kind != Kind.ISSUE or back + amount > -move.quantity:
        raise Refusal(
            _("Only %(left)s of this issue can still come back.") % {"left": display.quantity(-move.quantity - back)},
            code="more_than_issued",
        )
    returned = _move(
        stock,
        Kind.RETURN,
        amount,
        by=by,
        # At the cost it left with: a piece that only went for a walk changes no margin.
        unit_cost=move.unit_cost,
        source_line=move.source_line,
        key=key,
        reverses=move,
    )
    events.record(STOCK_RETURNED, stock, by=by, data={"quantity": str(amount), "for": move.source_line})
    return returned


def refuse_counted(source_line: str) -> None:
    """:raises Refusal: when another document keeps count of what goes out and comes back for this line of its own."""
    if sources.is_owned(source_line):
        sentence = _("%(line)s is a line of another document: issue and give back there, so that it counts along.")
        raise Refusal(sentence % {"line": source_line}, code="line_of_a_document")


@transaction.atomic
def hand_out(
    part: Part, *, store: Store, quantity: Quantity, by: User, signed_by: str, source_line: str, key: str = ""
) -> StockMove:
    """Goods go out over the counter, as :func:`issue` otherwise."""
    refuse_counted(source_line)
    return issue(part, store=store, quantity=quantity, by=by, signed_by=signed_by, source_line=source_line, key=key)


@transaction.atomic
def take_back(move: StockMove, *, quantity: Quantity, by: User, key: str = "") -> StockMove:
    """Goods of the counter come back, as :func:`return_issue` otherwise."""
    refuse_counted(move.source_line)
    return return_issue(move, quantity=quantity, by=by, key=key)


@transaction.atomic
def correct(part: Part, *, store: Store, counted: Quantity, reason: Reason, by: User, note: str = "") -> StockMove:
    """The shelf shows another quantity than the book: the difference is posted with its reason.

    :raises Refusal: when there is no difference, or less was counted than is reserved.
    """
    stock, on_shelf = stock_row(part, store), Decimal(counted)
    if on_shelf < 0 or on_shelf == stock.on_hand:
        raise Refusal(_("The count agrees with the book: there is nothing to post."), code="no_difference")
    # Fewer on the shelf than are promised to cars: somebody must be told, a number does not settle it.
    _refuse_short(stock, stock.on_hand - on_shelf)
    move = _move(stock, Kind.COUNT, on_shelf - stock.on_hand, by=by, reason=reason, note=note)
    events.record(STOCK_CORRECTED, stock, by=by, data={"quantity": str(move.quantity), "reason": reason.code})
    return move


@transaction.atomic
def correct_stock(stock: Stock, *, counted: Quantity, reason: Reason, by: User, note: str = "") -> StockMove:
    """The shelf of this store shows another quantity than the book, as :func:`correct` otherwise."""
    return correct(stock.part, store=stock.store, counted=counted, reason=reason, by=by, note=note)


@transaction.atomic
def reserve(part: Part, *, store: Store, quantity: Quantity, source_line: str, by: User) -> Reservation:
    """Keep pieces for a line. The same line again changes nothing.

    :raises NotEnoughStock: when fewer free pieces are there.
    """
    stock, amount = stock_row(part, store), positive(quantity)
    # Sent twice, the line keeps its pieces once; a partial unique index holds for any other writer.
    known = stock.reservations.filter(source_line=source_line, ended_at__isnull=True).first()
    if known is not None:
        return known
    _refuse_short(stock, amount)
    reservation = Reservation.objects.create(stock=stock, quantity=amount, source_line=source_line, by=by)
    events.record(STOCK_RESERVED, stock, by=by, data={"quantity": str(amount), "for": source_line})
    return reservation


@transaction.atomic
def release(reservation: Reservation, *, by: User) -> None:
    """The pieces are free for others again."""
    # The stock before the reservation, as in an issue: release and issue never wait in a ring.
    stock = stock_row(reservation.stock.part, reservation.stock.store)
    # Ended by writing: an issue that used it up meanwhile is not released once more.
    if Reservation.objects.filter(pk=reservation.pk, ended_at__isnull=True).update(ended_at=timezone.now()):
        events.record(
            STOCK_RELEASED, stock, by=by, data={"quantity": str(reservation.quantity), "for": reservation.source_line}
        )


@transaction.atomic
def release_lines(source_lines: Collection[str], *, by: User, keep: Decimal | None = None) -> None:
    """Nothing is kept for these lines any more; of a line that only became smaller, ``keep`` pieces still are."""
    kept = Reservation.objects.live().filter(source_line__in=source_lines).select_related("stock__part", "stock__store")
    # By stock: two orders that release the same parts take the rows in one order.
    for reservation in kept.order_by("stock_id", "pk"):
        if keep is None or reservation.quantity > keep:
            release(reservation, by=by)
            # A new one for the rest: the quantity of a reservation is frozen, its trigger frees the whole.
            if keep:
                held = reservation.stock
                reserve(held.part, store=held.store, quantity=keep, source_line=reservation.source_line, by=by)


@transaction.atomic
def note_lost_sale(
    part: Part, *, store: Store, by: User, quantity: Quantity = 1, reason: Reason | None = None
) -> LostSale:
    """Somebody wanted it and it was not there: demand that stock figures alone would hide."""
    lost = LostSale.objects.create(part=part, store=store, quantity=positive(quantity), by=by, reason=reason)
    events.record(STOCK_SALE_LOST, part, by=by, store=store, data={"quantity": str(lost.quantity)})
    return lost


@transaction.atomic
def lose_sale(stock: Stock, *, by: User, quantity: Quantity = 1, reason: Reason | None = None) -> LostSale:
    """Somebody wanted it in this store in vain, as :func:`note_lost_sale` otherwise."""
    return note_lost_sale(stock.part, store=stock.store, by=by, quantity=quantity, reason=reason)


def _move(stock: Stock, kind: str, quantity: Decimal, *, by: User, key: str = "", **facts: Fact) -> StockMove:
    # What goes out costs the average of this moment; only goods that come in bring a cost of their own.
    facts = {"unit_cost": stock.average_cost, "bin": stock.bin} | facts
    move = StockMove(stock=stock, kind=kind, quantity=quantity, by=by, key=key or uuid.uuid4().hex, **facts)
    move.save(force_insert=True)
    return move


def _use_reservation(stock: Stock, source_line: str, amount: Decimal, *, by: User) -> None:
    """The line's own pieces stop being reserved because they go out now; what it does not take stays kept for it."""
    if not stock.reserved:
        return
    reservation = stock.reservations.filter(source_line=source_line, ended_at__isnull=True).first()
    if reservation is None:
        return
    # Ended before the pieces go: the stock may never hold fewer than are reserved, not even between two rows.
    Reservation.objects.filter(pk=reservation.pk).update(ended_at=timezone.now())
    if reservation.quantity > amount:
        Reservation.objects.create(stock=stock, quantity=reservation.quantity - amount, source_line=source_line, by=by)
    stock.refresh_from_db(fields=["reserved"])  # a trigger's


def _refuse_short(stock: Stock, amount: Decimal) -> None:
    """The row is held, so its figures are true until we end; its constraints refuse the same, whoever writes.

    :raises NotEnoughStock: when that much is not free.
    """
    if amount <= stock.available:
        return
    sentence = _(
        "%(part)s: %(wanted)s wanted, %(free)s free (%(reserved)s more are reserved). Order it or ask another store."
    )
    facts = {
        "part": stock.part,
        "wanted": display.quantity(amount),
        "free": display.quantity(stock.available),
        "reserved": display.quantity(stock.reserved),
    }
    raise NotEnoughStock(sentence % facts)
