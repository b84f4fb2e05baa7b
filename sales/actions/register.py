"""The register of those who come or call: written at once, completed later, never doubled."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import assignment
from crm.actions import customers
from crm.models import Customer
from dms.actions.handing_over import refuse_absent
from dms.core.refusals import Refusal
from dms.models import Store, User
from dms.records import events, idempotency
from sales import rota
from sales.actions import leads
from sales.actions import rota as turns
from sales.actions.leads import Wish
from sales.events import (
    VISIT_ASSIGNED,
    VISIT_COMPLETED,
    VISIT_LEFT,
    VISIT_REGISTERED,
)
from sales.models import Lead, LeadContact, ShowroomVisit, Source

BUYING = frozenset({ShowroomVisit.Purpose.LOOK, ShowroomVisit.Purpose.TEST_DRIVE})
"""Who comes for this has a wish: an A card is opened."""


SOON = timedelta(minutes=1)
"""Who is written down twice within so short a time is asked for: it is mostly one guest and two presses."""


@dataclass(frozen=True)
class Guest:
    """Who stands there, as far as they say.

    ``stranger``: whom we know by this number is somebody else; ``chosen``: of several with the number it is this one.
    """

    phone: str = ""
    name: str = ""
    stranger: bool = False
    chosen: int | None = None


@dataclass(frozen=True)
class Visit:
    """How they came and what for."""

    kind: str = ShowroomVisit.Kind.WALK_IN
    party_size: int = 1
    purpose: str = ShowroomVisit.Purpose.LOOK
    source: Source | None = None
    note: str = ""
    came_at: datetime | None = None
    again: bool = False
    """Somebody of the same number or name came within the last minute, and this is another group all the same."""


def identify(guest: Guest, *, store: Store, by: User) -> Customer | None:
    """The customer behind the words: one we know, a new one, or nobody when no number was left.

    :raises Refusal: when there is a number and no name for somebody new, several have it, or it cannot be one.
    """
    return customers.known_or_new(**asdict(guest), store=store, by=by).customer if guest.phone.strip() else None


def next_sequence(store: Store, *, day: date) -> int:
    """The next line of the day. The register is held, so there are no gaps and no doubles."""
    return (ShowroomVisit.objects.filter(store=store, day=day).aggregate(n=Max("sequence"))["n"] or 0) + 1


@transaction.atomic
def register_visit(
    guest: Guest, *, visit: Visit, store: Store, by: User, adviser: User | None = None, key: str = ""
) -> ShowroomVisit:
    """Somebody came or called: one line, the customer known or new, the adviser by turn, the A card opened or found.

    A repeat visitor goes to the adviser of their card, which takes nobody's turn: to their deputy while they are away, by turn
    when they have left. The same key is the same line.

    :raises Refusal: when the same guest was written down within the last minute, and nobody said that these are others.
    """
    sent = (store.pk, visit.kind, guest.name.strip())
    # Asked before the register is held: Enter pressed twice need not wait for its turn.
    before = idempotency.earlier(
        ShowroomVisit.objects.all(), key, same=lambda row: (row.store_id, row.kind, row.name) == sent
    )
    if before is not None:
        return before
    rota.hold(store)  # number, turn and “is it their first visit” are read and given in one go
    now = visit.came_at or timezone.now()
    day = timezone.localdate(now)
    customer = identify(guest, store=store, by=by)
    if not visit.again:
        refuse_twice(guest, customer, visit.kind, store=store, at=now)
    row = ShowroomVisit(
        store=store,
        day=day,
        sequence=next_sequence(store, day=day),
        kind=visit.kind,
        came_at=now,
        party_size=visit.party_size,
        purpose=visit.purpose,
        source=visit.source,
        name=guest.name.strip(),
        customer=customer,
        is_first=is_first(customer, store),
        left_contact=True if customer else None,
        note=visit.note.strip(),
        registered_by=by,
        key=key or None,
    )
    if row.kind == ShowroomVisit.Kind.CALL:
        row.left_at = now  # who calls keeps no adviser on the floor
    receive(row, adviser=adviser, by=by)
    row.save(force_insert=True)
    data = {"first": row.is_first, "kind": row.kind, "adviser": row.adviser_id, "customer": row.customer_id}
    events.record(VISIT_REGISTERED, row, by=by, data=data)
    return row


def refuse_twice(guest: Guest, customer: Customer | None, kind: str, *, store: Store, at: datetime) -> None:
    """:raises Refusal: when the same guest, or one as nameless, was written down within the minute before."""
    rows = ShowroomVisit.objects.counted().filter(store=store, kind=kind, came_at__gt=at - SOON, came_at__lte=at)
    # Whoever leaves no number is told apart by name alone, and two “Mr Wang” a minute apart are asked for.
    same = rows.filter(customer=customer) if customer else rows.filter(customer__isnull=True, name=guest.name.strip())
    if (twin := same.order_by("-sequence").first()) is not None:
        sentence = _("No. %(no)s was written down less than a minute ago: %(name)s. Is this somebody else?")
        words = {"no": twin.sequence, "name": twin.customer or twin.name or _("nobody’s name")}
        raise Refusal(sentence % words, code="twice")


def is_first(customer: Customer | None, store: Store) -> bool:
    if customer is None:
        return True
    return not ShowroomVisit.objects.counted().filter(customer=customer, store=store).exists() and not (
        Lead.objects.filter(customer=customer, store=store).exists()
    )


def receive(row: ShowroomVisit, *, adviser: User | None, by: User) -> None:
    """Who receives them, and on which card. Not saved here."""
    card = leads.open_card_of(row.customer, store=row.store) if row.customer else None
    # An adviser's card is their customer: who comes again does not go to whoever is next.
    chosen = adviser or row.adviser or (keeper_today(card, on=row.day) if card else None)
    if adviser is not None:
        leads.refuse_stranger(adviser, row.store)
        refuse_absent(adviser, on=row.day)
    if chosen is None:
        chosen = turns.take_next(row)
    elif adviser is not None and row.adviser_id != adviser.pk and (card is None or row.turn_before):
        turns.return_turn(row)  # of whom the guest was given to before
        turns.give_turn(row, adviser=adviser)
    row.adviser = chosen
    if card is not None and chosen is not None and not leads.keeps(card.owner, row.store):
        card = leads.take_over(card, to=chosen, by=by)  # its adviser has left: who receives the customer keeps the card
    if card is None and row.customer and chosen and row.purpose in BUYING:
        channel = LeadContact.Channel.CALL if row.kind == ShowroomVisit.Kind.CALL else LeadContact.Channel.SHOWROOM
        first, wish = leads.First(channel, row.note, row.came_at), Wish(source=row.source)
        card = leads.card_of(row.customer, first=first, wish=wish, store=row.store, owner=chosen, by=by)
    row.lead = card


def keeper_today(card: Lead, *, on: date) -> User | None:
    """Who receives the customer of a card that day: its adviser, the deputy while they are away, nobody when they have left."""
    if not leads.keeps(card.owner, card.store):
        return None
    away = assignment.away(on)
    if card.owner_id not in away:
        return card.owner
    stands_in = away[card.owner_id]
    deputy = User.objects.filter(pk=stands_in).first() if stands_in else None
    return deputy if leads.keeps(deputy, card.store) else None


@transaction.atomic
def complete_visit(
    row: ShowroomVisit, *, guest: Guest, by: User, left_nothing: bool = False, note: str = ""
) -> ShowroomVisit:
    """What was missing is filled in: who it was, or that they left neither name nor number.

    :raises Refusal: when there is still nothing to say who it was.
    """
    rota.hold(row.store)  # it may take a turn and open a card
    row = ShowroomVisit.objects.lock(row)
    refuse_complete(row, by=by)
    customer = identify(guest, store=row.store, by=by)
    if customer is None and not left_nothing:
        raise Refusal(_("Write the number and the name, or say that they left nothing."), code="still_unfilled")
    row.name, row.note = guest.name.strip() or row.name, note.strip() or row.note
    row.customer, row.left_contact, row.is_first = customer, customer is not None, is_first(customer, row.store)
    receive(row, adviser=None, by=by)
    row.save(update_fields=["name", "note", "customer", "left_contact", "is_first", "adviser", "lead", "turn_before"])
    events.record(VISIT_COMPLETED, row, by=by, data={"customer": row.customer_id})
    return row


def refuse_complete(row: ShowroomVisit, *, by: User) -> None:
    """:raises Refusal: when it is known who it was."""
    refuse_void(row, by=by)
    if row.customer_id is not None:
        raise Refusal(_("This line is complete already."), code="already_complete")


def refuse_void(row: ShowroomVisit, *, by: User) -> None:
    """:raises Refusal: when the line was written by mistake."""
    if row.is_void:
        raise Refusal(_("This line is void: it does not change any more."), code="void")


@transaction.atomic
def assign_visit(row: ShowroomVisit, *, by: User, adviser: User | None = None) -> ShowroomVisit:
    """The guest gets an adviser: the one named, or whose turn it is; a new card follows, an older one stays with its owner.

    :raises Refusal: when nobody is there.
    """
    rota.hold(row.store)
    # The register before its line in every act: turns are given under the first.
    row = ShowroomVisit.objects.lock(row)
    refuse_void(row, by=by)
    if adviser is None and row.adviser is not None:
        return row  # another desk was quicker: one guest takes one turn
    before = row.adviser_id
    receive(row, adviser=adviser, by=by)
    if row.adviser is None:
        raise Refusal(_("Nobody is on the floor. Mark somebody present, or choose an adviser."), code="nobody_there")
    row.save(update_fields=["adviser", "lead", "turn_before"])
    events.record(VISIT_ASSIGNED, row, by=by, data={"from": before, "to": row.adviser_id})
    return row


@transaction.atomic
def take_next_guest(store: Store, *, by: User, key: str = "") -> ShowroomVisit:
    """Somebody stands in the door: whoever waits longest is received by whose turn it is, else by a line to be completed.

    The same key does not begin a second line.
    :raises Refusal: when somebody waits and nobody is there to receive them.
    """
    rota.hold(store)  # two desks that press at once take two guests, not the same one twice
    waiting = ShowroomVisit.objects.of_store(store).on(timezone.localdate()).without_adviser()
    if (first := waiting.order_by("sequence").first()) is not None:
        return assign_visit(first, by=by)
    return register_visit(Guest(), visit=Visit(again=True), store=store, by=by, key=key)


@transaction.atomic
def leave(row: ShowroomVisit, *, by: User, at: datetime | None = None) -> ShowroomVisit:
    """The guest has left; the adviser is free for the next."""
    # Leaving takes no turn: the line alone is held, and the register goes on for others.
    row = ShowroomVisit.objects.lock(row)
    refuse_void(row, by=by)
    if row.left_at is None:  # said twice, the first time stands
        row.left_at = max(
            at or timezone.now(), row.came_at
        )  # clocks of two machines differ, nobody leaves before they came
        row.save(update_fields=["left_at"])
        events.record(VISIT_LEFT, row, by=by)
    return row
