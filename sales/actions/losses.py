"""A card that is given up: asked for by its adviser, confirmed or returned by somebody else, and its ways back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.actions import customers
from dms.core.event_words import EventKind
from dms.core.lifecycle import IllegalTransition
from dms.core.refusals import Refusal
from dms.core.untyped import Facts
from dms.models import Reason, User
from dms.records import business_hours, events
from sales import contact_schedule
from sales.actions.allocation import said_why
from sales.actions.leads import refuse_other, refuse_stranger, sells_in
from sales.events import (
    LEAD_BROUGHT_BACK,
    LEAD_LOSS_REQUESTED,
    LEAD_LOSS_RETURNED,
    LEAD_LOSS_WITHDRAWN,
    LEAD_LOST,
    LEAD_NOT_ASKED,
    LEAD_REOPENED,
)
from sales.models import Lead, Order
from sales.models.leads import LossClass, LossVerdict

# Where the superior names no day.
ASK_AGAIN = timedelta(days=90)
AT_ONCE = 500
"""Cards brought back in one round; the rest come with the next."""


@dataclass(frozen=True)
class Loss:
    """To whom, why, and for which car: what a loss is counted by."""

    lost_to_class: str
    reason: Reason
    car: str = ""
    note: str = ""

    def check(self) -> None:
        """:raises Refusal: when it cannot be counted: no reason of losses, no class, or a reason of another class."""
        if self.reason.kind != Reason.Kind.LOSS:  # why orders are cancelled would spoil the count of losses
            raise Refusal(_("Choose why it was lost."), code="no_loss_reason")
        if self.lost_to_class not in LossClass.values:
            raise Refusal(_("Say to whom the customer was lost."), code="lead_loss_has_class")
        # A reason without a group speaks of either; one with a group would contradict the other class.
        people = self.lost_to_class == LossClass.OUR_PEOPLE
        if self.reason.group and people != (self.reason.group == Reason.Group.PEOPLE):
            sentence = _("“%(reason)s” is no reason of “%(class)s”. Choose another one.")
            facts = {"reason": self.reason, "class": LossClass(self.lost_to_class).label}
            raise Refusal(sentence % facts, code="reason_of_other_class")
        if self.lost_to_class == LossClass.OTHER_BRAND and not self.car.strip():
            sentence = _("Write the make and series that the customer buys instead.")
            raise Refusal(sentence, code="lead_lost_to_a_car")


@transaction.atomic
def request_loss(
    lead: Lead, *, reason: Reason, by: User, loss_class: str = "", lost_to: str = "", note: str = ""
) -> Lead:
    """The adviser gives up: to whom, why, for which car; the card stays theirs until somebody else has looked at it.

    :raises Refusal: when the loss cannot be counted, or an order is under way.
    """
    # An order may be written from this card at this moment: whoever is second finds that it has gone on.
    lead = Lead.objects.lock(lead)
    refuse_other(lead, by=by)
    loss = Loss(loss_class, reason, lost_to, note)
    loss.check()
    refuse_under_way(lead, by=by)
    lead.move(
        Lead.Status.LOSS_REQUESTED,
        loss_reason=reason,
        loss_class=loss.lost_to_class,
        lost_to=loss.car.strip()[:80],
        loss_note=loss.note.strip()[:200],
    )
    data = {"reason": reason.code, "class": lead.loss_class, "car": lead.lost_to, "note": lead.loss_note}
    events.record(LEAD_LOSS_REQUESTED, lead, by=by, data=data)
    return lead


def refuse_under_way(lead: Lead, *, by: User) -> None:
    """:raises Refusal: when an order of the card is under way."""
    live = lead.orders.exclude(status__in=[Order.Status.CANCELLED, Order.Status.CLOSED, Order.Status.DELIVERED])
    if (order := live.first()) is not None:
        raise Refusal(_("%(order)s is under way. Cancel it first.") % {"order": order}, code="order_under_way")


@transaction.atomic
def confirm_loss(lead: Lead, *, by: User, ask_again: date | None = None, verdict: str = LossVerdict.REAL) -> Lead:
    """The card is closed as what the superior finds it to be, and the customer is asked again later.

    :raises Refusal: when it is one's own card, or the day to ask again is not ahead.
    """
    # Reassigned a moment ago it may be the superior's own by now: the owner is read under the lock.
    lead = Lead.objects.lock(lead)
    refuse_own_loss(lead, by=by)
    today = timezone.localdate()
    if ask_again is not None and ask_again <= today:
        raise Refusal(_("Choose a day that is still to come."), code="ask_again_in_past")
    again = ask_again or today + ASK_AGAIN
    # Without a next contact it is nobody's due work any more.
    lead.move(Lead.Status.LOST, loss_approved_by=by, loss_verdict=verdict, reactivate_on=again, next_contact_at=None)
    data = {
        "reason": lead.loss_reason.code if lead.loss_reason else "",
        "class": lead.loss_class,
        "car": lead.lost_to,
        "verdict": verdict,
        "ask_again": again.isoformat(),
    }
    events.record(LEAD_LOST, lead, by=by, data=data)
    return lead


def refuse_own_loss(lead: Lead, *, by: User) -> None:
    """:raises Refusal: when it is one's own card."""
    if lead.owner_id == by.pk:
        raise Refusal(_("Somebody other than its adviser confirms a loss."), code="own_loss")


NOT_LOST: Facts = {
    "loss_reason": None,
    "loss_class": "",
    "lost_to": "",
    "loss_note": "",
    "loss_verdict": "",
    "loss_approved_by": None,
    "reactivate_on": None,
}
"""What a card that is open again says of a loss: nothing. The log keeps it."""


def refuse_not_requested(lead: Lead) -> None:
    """:raises Refusal: when nobody asked for a loss."""
    if lead.status != Lead.Status.LOSS_REQUESTED:  # other steps to “open” are a cancelled order's and a lost card's
        raise IllegalTransition(lead, lead.status, Lead.Status.OPEN)


@transaction.atomic
def return_loss(lead: Lead, *, by: User, note: str) -> Lead:
    """Not lost yet: the card is open again with an instruction and a new next contact.

    :raises Refusal: without an instruction, or when no loss is requested.
    """
    # Its adviser may withdraw while the superior decides: the second of the two finds it decided.
    lead = Lead.objects.lock(lead)
    refuse_not_requested(lead)
    if not note.strip():
        raise Refusal(_("Write what the adviser should try next."), code="no_instruction")
    return open_again(lead, LEAD_LOSS_RETURNED, by, note=note)


@transaction.atomic
def withdraw_loss(lead: Lead, *, by: User, reason: str) -> Lead:
    """Its adviser goes on after all.

    :raises Refusal: without a reason, or when no loss is requested.
    """
    # The superior may confirm it at this moment: a loss that is decided is not withdrawn any more.
    lead = Lead.objects.lock(lead)
    refuse_other(lead, by=by)
    refuse_not_requested(lead)
    return open_again(lead, LEAD_LOSS_WITHDRAWN, by, note=said_why(reason))


def open_again(lead: Lead, kind: EventKind, by: User | None, /, *, note: str = "", owner: User | None = None) -> Lead:
    """The card is worked on again by its adviser, or by who keeps it from now on. The caller holds it."""
    now = timezone.now()
    next_contact = contact_schedule.next_contact(lead.level, store=lead.store, after=now)
    if kind is LEAD_BROUGHT_BACK:  # the day was set for this: they are called today
        next_contact = business_hours.calling_time(now, lead.store)
    keeper = owner or lead.owner
    # Read before the move empties them: the log is the only place that still knows the loss.
    lost = {"reason": lead.loss_reason.code if lead.loss_reason else "", "class": lead.loss_class, "car": lead.lost_to}
    lead.move(Lead.Status.OPEN, at=now, next_contact_at=next_contact, owner=keeper, **NOT_LOST)
    events.record(kind, lead, by=by, data={"note": note.strip()[:200], "owner": lead.owner_id, **lost})
    return lead


def hold_with_customer(lead: Lead) -> Lead:
    """A lost card and its customer, held: nobody opens another card for them meanwhile."""
    customers.whole(lead.customer)  # first, as who opens a card
    return Lead.objects.lock(lead)


def twin_of(lead: Lead) -> Lead | None:
    """The card that is worked on for the same wish, when there is one."""
    same = Lead.objects.filter(customer=lead.customer, store=lead.store, series=lead.series)
    return same.open().exclude(pk=lead.pk).first()


@transaction.atomic
def reopen_lost(lead: Lead, *, by: User, reason: str, to: User | None = None) -> Lead:
    """A lost customer is worked on again, by their adviser or by whom the superior names.

    :raises Refusal: without a reason, when they have an open card, or the adviser sells here no more.
    """
    lead = hold_with_customer(lead)
    said = said_why(reason)
    if lead.status != Lead.Status.LOST:
        raise IllegalTransition(lead, lead.status, Lead.Status.OPEN)
    if (twin := twin_of(lead)) is not None:
        raise Refusal(_("%(card)s is open for this series already.") % {"card": twin}, code="card_exists")
    owner = to or lead.owner or by
    refuse_stranger(owner, lead.store)
    return open_again(lead, LEAD_REOPENED, by, note=said, owner=owner)


def bring_back_due(now: datetime) -> int:
    """Every lost card whose day to ask again has come is open again. Run twice at once, each comes back once."""
    today = timezone.localdate(now)
    due = Lead.objects.to_ask_again(today).order_by("reactivate_on", "pk").select_related("customer")[:AT_ONCE]
    return sum(bring_back(lead, today) for lead in due)


@transaction.atomic
def bring_back(lead: Lead, today: date) -> bool:
    """One card goes to its adviser, or to the manager when they sell here no more; whether it did."""
    lead = hold_with_customer(lead)
    # Judged again under the lock: another beat, or a person, may have been quicker.
    if lead.status != Lead.Status.LOST or lead.reactivate_on is None or lead.reactivate_on > today:
        return False
    if (twin := twin_of(lead)) is not None:  # somebody asks them already
        lead.reactivate_on = None
        lead.save(update_fields=["reactivate_on"])
        events.record(LEAD_NOT_ASKED, lead, by=None, data={"note": str(twin)})
        return False
    owner = keeper_of(lead)
    if owner is None:
        return False  # nobody sells here: it waits for the next round
    open_again(lead, LEAD_BROUGHT_BACK, None, owner=owner)
    return True


def keeper_of(lead: Lead) -> User | None:
    """Its adviser, as long as they sell in its store, else a manager of the store."""
    if lead.owner is not None and lead.owner.is_active and sells_in(lead.owner, lead.store):
        return lead.owner
    staff = User.objects.get_queryset().of_store(lead.store).active().with_right("sales.approve")
    return next((person for person in staff.order_by("pk") if sells_in(person, lead.store)), None)
