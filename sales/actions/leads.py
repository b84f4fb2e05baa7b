"""A cards: opened, contacted, moved to another level, given to a colleague, reviewed."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions import customers
from crm.models import Customer
from dms.core.refusals import NotYours, Refusal
from dms.core.untyped import Fact, Facts
from dms.formats import display
from dms.models import Absence, Reason, Series, Store, User, Variant
from dms.records import business_hours, events, idempotency
from dms.records.constraint_errors import refusing
from dms.records.numbering import next_number
from sales import contact_schedule
from sales.events import (
    LEAD_CONTACTED,
    LEAD_OPENED,
    LEAD_REASSIGNED,
    LEAD_RESCHEDULED,
    LEAD_REVIEWED,
    LEAD_WISH_CHANGED,
)
from sales.models import Lead, LeadContact, LevelChange, Order, ShowroomVisit, Source
from sales.models.leads import Level
from sales.models.makes import OTHER_SERIES

WISHES = frozenset({"series", "variant", "colour", "budget", "buys_when", "wish", "source"})
"""What may be said of the wish after the card was opened."""


@dataclass(frozen=True)
class Said:
    """What came of a contact: the result, the level after it, what happened, when next (the rule when left out)."""

    result: str
    level: str
    what: str = ""
    channel: str = LeadContact.Channel.CALL
    next_at: datetime | None = None


def refuse_other_series(series: Series | None, variant: Variant | None) -> None:
    """:raises Refusal: when both are named and do not belong together: neither is guessed."""
    if series is not None and variant is not None and variant.series_id != series.pk:
        raise Refusal(OTHER_SERIES, code="other_series")


@dataclass(frozen=True)
class Wish:
    """What they want, as far as it is known, and where they came from."""

    source: Source | None = None
    level: str = Level.N
    facts: Facts = field(default_factory=dict)

    def __post_init__(self) -> None:
        """:raises Refusal: when the variant is one of another series."""
        refuse_other_series(self.facts.get("series"), self.facts.get("variant"))

    @property
    def series(self) -> Series | None:
        """As it was named, or that of the variant."""
        named: Series | None = self.facts.get("series") or getattr(self.facts.get("variant"), "series", None)
        return named


@dataclass(frozen=True)
class First:
    """How a card began: they came, or somebody talked to them; now, when nothing else is said."""

    channel: str = LeadContact.Channel.SHOWROOM
    what: str = ""
    at: datetime | None = None


def open_card_of(customer: Customer, *, store: Store, series: Series | None = None) -> Lead | None:
    """The card somebody works on for this customer here; of the same series when one is named."""
    rows = Lead.objects.filter(customer=customer, store=store)
    rows = rows.open() if series is None else rows.open().filter(series=series)
    return rows.order_by("-opened_at").first()


@transaction.atomic
def open_lead(
    customer: Customer,
    *,
    store: Store,
    owner: User,
    by: User,
    wish: Wish | None = None,
    at: datetime | None = None,
    channel: str = LeadContact.Channel.SHOWROOM,
    what: str = "",
) -> Lead:
    """An A card begins: with its adviser, its level, and the next contact by the level's rhythm. An open one is not doubled.

    :raises Refusal: when the adviser does not sell in this store.
    """
    first = First(channel, what, at)
    return card_of(customer, first=first, wish=wish or Wish(), store=store, owner=owner, by=by)


def card_of(customer: Customer, *, first: First, wish: Wish, store: Store, owner: User, by: User) -> Lead:
    """As :func:`open_lead`, within an act that is more than this: refused, nothing of that act stays."""
    customer = customers.whole(customer)  # two desks that open a card for one customer: the second finds the first's
    refuse_stranger(owner, store)
    # Without a series any open card is theirs: a call about “a car” goes to who serves them already.
    known = open_card_of(customer, store=store, series=wish.series)
    return known or new_card(customer, first=first, wish=wish, store=store, owner=owner, by=by)


def new_card(customer: Customer, *, first: First, wish: Wish, store: Store, owner: User, by: User) -> Lead:
    """The card of a customer who has none. Their file is held, or was begun in this transaction and is seen by nobody else."""
    now = first.at or timezone.now()
    lead = Lead(
        store=store,
        customer=customer,
        owner=owner,
        level=wish.level,
        source=wish.source,
        opened_at=now,
        level_at=now,
        status_at=now,
        opened_by=by,
        next_contact_at=contact_schedule.next_contact(wish.level, store=store, after=now),
        **{**wish.facts, "series": wish.series},
    )
    lead.number = next_number("lead", store)  # late: whoever opens the next card of this store waits from here on
    with refusing():  # which makes the store sells is the database's to know
        lead.save(force_insert=True)
    # The level it begins with is a change too: the monthly table counts cards from there.
    LevelChange.objects.create(lead=lead, after=wish.level, by=by, at=now)
    note_first_contact(lead, channel=first.channel, what=first.what, by=owner)
    events.record(LEAD_OPENED, lead, by=by, data={"level": wish.level, "owner": owner.pk, "customer": customer.pk})
    return lead


def note_first_contact(lead: Lead, *, channel: str, what: str, by: User) -> None:
    """The first row of a card: they came, or somebody talked to them."""
    result = LeadContact.Result.CAME if channel == LeadContact.Channel.SHOWROOM else LeadContact.Result.TALKED
    LeadContact.objects.create(
        lead=lead,
        at=lead.opened_at,
        channel=channel,
        result=result,
        level_after=lead.level,
        what=what.strip(),
        by=by,
        next_contact_at=lead.next_contact_at,
    )


@transaction.atomic
def open_lead_for(
    *, name: str, phone: str, store: Store, by: User, owner: User | None = None, wish: Wish | None = None
) -> Lead:
    """A card for somebody who is not here: a number from a show, a referral. Known or new to us, and kept by the caller.

    :raises Refusal: as ``open_lead`` does; then nobody new is on file either.
    """
    first, wish, owner = First(LeadContact.Channel.CALL), wish or Wish(), owner or by
    refuse_stranger(owner, store)
    registered = customers.known_or_new(name=name, phone=phone, store=store, by=by)
    # Somebody new has no card, and nobody else can open one: their file is not seen before we end.
    begin = card_of if registered.known else new_card
    return begin(registered.customer, first=first, wish=wish, store=store, owner=owner, by=by)


def sells_in(person: User, store: Store) -> bool:
    """Whether the person can keep a card of this store."""
    return person.has_perm("sales.sell") and (person.sees_all_stores or store.pk in person.store_ids)


def refuse_stranger(owner: User, store: Store) -> None:
    """:raises Refusal: when the person cannot keep a card of this store."""
    if not keeps(owner, store):
        sentence = _("%(name)s does not sell in %(store)s. Choose one of its advisers.")
        raise Refusal(sentence % {"name": owner, "store": store}, code="not_an_adviser")


def keeps(person: User | None, store: Store) -> bool:
    """Whether the person can keep a card of this store: who has left keeps none."""
    return (
        person is not None
        and person.has_perm("sales.sell")
        and (person.sees_all_stores or store.pk in person.store_ids)
    )


def keepers(lead: Lead) -> set[int]:
    """Who may act on the card: its adviser, who stands in for them today, and who received its customer today."""
    today = timezone.localdate()
    # Whoever stands in, or had the guest before them today, must be able to write down what was said.
    stand_ins = Absence.objects
    away = stand_ins.on(today).filter(user=lead.owner_id).values_list("deputy_id", flat=True)
    received = ShowroomVisit.objects.counted().filter(lead=lead, day=today).values_list("adviser_id", flat=True)
    return {lead.owner_id or 0, *(pk for pk in away.union(received) if pk)}


def refuse_other(lead: Lead, *, by: User) -> None:
    """:raises NotYours: when the card belongs to a colleague who is here, and one is not their superior."""
    # The owner is asked first: on most acts nothing else need be read.
    if by.pk != lead.owner_id and not by.has_perm("sales.approve") and by.pk not in keepers(lead):
        raise NotYours(_("This card is %(name)s’s. Ask them, or the manager to reassign it.") % {"name": lead.owner})


def refuse_foreign(order: Order, *, by: User) -> None:
    """:raises NotYours: when neither the order nor its card is this person's."""
    if order.made_by_id != by.pk and order.lead is not None:
        refuse_other(order.lead, by=by)


ALIVE = frozenset({Lead.Status.OPEN, Lead.Status.LOSS_REQUESTED, Lead.Status.ORDERED})


def refuse_closed(lead: Lead, among: Collection[str]) -> None:
    """:raises Refusal: when the card is in none of these statuses."""
    if lead.status not in among:
        sentence = _("This card is not open any more: %(status)s.")
        raise Refusal(sentence % {"status": lead.get_status_display()}, code="not_open")


@transaction.atomic
def record_contact(lead: Lead, *, said: Said, by: User, at: datetime | None = None, key: str = "") -> LeadContact:
    """A contact happened: the row stands beside its plan, the level and the next date follow. The same key is the same row.

    :raises Refusal: without result or words that are needed, or when the next date lies in the past or beyond the rhythm.
    """
    sent = (lead.pk, said.result)
    # Sent again by a phone that lost the answer: one call must not stand on the card twice.
    before = idempotency.earlier(LeadContact.objects.all(), key, same=lambda row: (row.lead_id, row.result) == sent)
    if before is not None:
        return before
    # The manager may reassign or close the card at this moment: whose it is, is read under the lock.
    lead = Lead.objects.lock(lead)
    now = at or timezone.now()
    refuse_other(lead, by=by)
    refuse_closed(lead, {Lead.Status.OPEN})
    check(said)
    next_at = checked_next(lead, said, now)
    row = LeadContact(
        lead=lead,
        planned_at=lead.next_contact_at,  # as it is under the lock: a colleague may have moved it meanwhile
        at=now,
        channel=said.channel,
        result=said.result,
        level_after=said.level,
        what=said.what.strip(),
        by=by,
        next_contact_at=next_at,
        key=key or None,
    )
    row.save(force_insert=True)
    data = {"result": said.result, "before": lead.level, "level": said.level, "what": row.what[:120]}
    change_level(lead, level=said.level, by=by, at=now)
    lead.next_contact_at = next_at
    lead.save(update_fields=["level", "level_at", "next_contact_at"])
    events.record(LEAD_CONTACTED, lead, by=by, data=data)
    return row


def check(said: Said) -> None:
    """:raises Refusal: when the row would say nothing."""
    if said.result not in LeadContact.Result.values or said.level not in Level.values:
        raise Refusal(_("Choose what came of it and the level after it."), code="no_result")
    if said.result == LeadContact.Result.REFUSED and not said.what.strip():
        raise Refusal(_("Write what they said: the reason is worth more than the refusal."), code="nothing_said")


def checked_next(lead: Lead, said: Said, now: datetime) -> datetime:
    """The next date as chosen or by the rule; never in the past, and never later than the level allows (end of that day)."""
    by_rule = contact_schedule.next_contact(said.level, store=lead.store, after=now)
    if said.next_at is None:
        return by_rule
    if said.next_at <= now:
        raise Refusal(_("The next contact lies in the past. Choose a later time."), code="next_in_past")
    # Days, not hours: a rhythm of 24 hours allows all of tomorrow.
    if timezone.localdate(said.next_at) > timezone.localdate(by_rule):
        sentence = _(
            "Level %(level)s is contacted again by %(day)s at the latest. Choose an earlier day, or another level."
        )
        raise Refusal(sentence % {"level": said.level, "day": display.date(by_rule)}, code="next_too_late")
    return said.next_at


def change_level(lead: Lead, *, level: str, by: User, at: datetime) -> None:
    """The card moves to another level, and the history keeps it. The caller holds the lock, saves, and records the event."""
    if level == lead.level:
        return
    LevelChange.objects.create(lead=lead, before=lead.level, after=level, by=by, at=at)
    lead.level, lead.level_at = level, at


@transaction.atomic
def reschedule(lead: Lead, *, to: datetime, reason: Reason, by: User) -> Lead:
    """The promised contact moves, with the reason; the log keeps both times.

    :raises Refusal: when the new time is no later moment of the next three months.
    """
    # The log names the date it was moved from: a contact that was just recorded has set another one.
    lead = Lead.objects.lock(lead)
    refuse_other(lead, by=by)
    refuse_closed(lead, {Lead.Status.OPEN})
    now = timezone.now()
    if not now < to < now + timedelta(days=92):  # later than that is a loss, which the manager confirms
        raise Refusal(_("Choose a time in the next three months."), code="next_in_past")
    before, lead.next_contact_at = lead.next_contact_at, business_hours.calling_time(to, lead.store)
    lead.save(update_fields=["next_contact_at"])
    data = {"from": before and before.isoformat(), "to": lead.next_contact_at.isoformat(), "reason": reason.code}
    events.record(LEAD_RESCHEDULED, lead, by=by, data=data)
    return lead


@transaction.atomic
def reassign(lead: Lead, *, to: User, by: User, reason: str = "") -> Lead:
    """Another adviser keeps the card from now on; its promises go with it.

    :raises Refusal: when the card is closed, or the colleague does not sell in its store.
    """
    # Two managers give away one card: the second takes it from whom the first chose, and the log shows both.
    lead = Lead.objects.lock(lead)
    refuse_closed(lead, ALIVE)  # whose it is does not matter: a superior takes it from whoever keeps it
    refuse_stranger(to, lead.store)
    # Given to whom it belongs, nothing happened: an event would count as a change of hands.
    if lead.owner_id == to.pk:
        return lead
    before, lead.owner = lead.owner_id, to
    lead.save(update_fields=["owner"])
    events.record(LEAD_REASSIGNED, lead, by=by, data={"from": before, "to": to.pk, "reason": reason})
    return lead


def take_over(lead: Lead, *, to: User, by: User) -> Lead:
    """The adviser of the card has left: who receives its customer keeps it. Within the act that receives them."""
    # The act that calls this holds the register, a manager who reassigns does not: the card is held as well.
    lead = Lead.objects.lock(lead)
    before, lead.owner = lead.owner_id, to
    lead.save(update_fields=["owner"])
    events.record(LEAD_REASSIGNED, lead, by=by, data={"from": before, "to": to.pk, "reason": "left"})
    return lead


@transaction.atomic
def change_wish(lead: Lead, *, by: User, **facts: Fact) -> Lead:
    """What they want is known better: series, variant, colour, budget, when."""
    # What changed is told against the card as it is now, not as it was when the form was opened.
    lead = Lead.objects.lock(lead)
    refuse_other(lead, by=by)
    refuse_closed(lead, ALIVE)
    variant = facts.get("variant", lead.variant)
    refuse_other_series(facts.get("series"), variant)
    # The series follows the variant: kept beside another one the two would contradict each other.
    if variant is not None:
        facts["series"] = variant.series
    changed = sorted(name for name in facts if name in WISHES and getattr(lead, name) != facts[name])
    if "series" in changed:
        twin = open_card_of(lead.customer, store=lead.store, series=facts["series"]) if facts["series"] else None
        if twin is not None and twin.pk != lead.pk:
            raise Refusal(_("%(card)s is open for this series already.") % {"card": twin}, code="card_exists")
    if changed:
        for name in changed:
            setattr(lead, name, facts[name])
        # A card opened for that series since the look above is not seen: the unique index still refuses.
        with refusing():
            lead.save(update_fields=changed)
        events.record(LEAD_WISH_CHANGED, lead, by=by, data={"fields": changed})
    return lead


@transaction.atomic
def review(row: LeadContact, *, words: str, by: User) -> LeadContact:
    """The manager read the row: with an instruction, or with nothing more than having read it.

    :raises Refusal: when it is one's own row, or it was reviewed already.
    """
    row = LeadContact.objects.lock(row)  # of two managers the second reads that it is done
    refuse_review(row, by=by)
    row.review, row.reviewed_by, row.reviewed_at = words.strip()[:200], by, timezone.now()
    row.save(update_fields=["review", "reviewed_by", "reviewed_at"])
    events.record(LEAD_REVIEWED, row.lead, by=by, data={"row": row.pk, "words": row.review})
    return row


def refuse_review(row: LeadContact, *, by: User) -> None:
    """:raises Refusal: when it is one's own row, or it was reviewed already."""
    # Four eyes: the review is there to find the calls that were only written down.
    if row.by_id == by.pk:
        raise Refusal(_("Nobody reviews their own row."), code="own_row")
    if row.reviewed_by_id:
        raise Refusal(_("This row was reviewed already."), code="already_reviewed")
