"""A card that is given up: asked for by its adviser, confirmed or returned by somebody else."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.core.lifecycle import IllegalTransition
from dms.core.refusals import Refusal
from dms.models import Reason, User
from dms.records import events
from sales import contact_schedule
from sales.actions.leads import refuse_other
from sales.events import LEAD_LOSS_REQUESTED, LEAD_LOSS_RETURNED, LEAD_LOST
from sales.models import Lead, Order

ASK_AGAIN = timedelta(days=90)


@transaction.atomic
def request_loss(lead: Lead, *, reason: Reason, by: User, note: str = "") -> Lead:
    """The adviser gives up, with the reason; the card stays theirs until somebody else has looked at it.

    :raises Refusal: when the reason is none of a loss, or an order is under way.
    """
    lead = Lead.objects.lock(lead)
    refuse_other(lead, by=by)
    if reason.kind != Reason.Kind.LOSS:  # why orders are cancelled would spoil the count of losses
        raise Refusal(_("Choose why it was lost."), code="no_loss_reason")
    refuse_under_way(lead, by=by)
    lead.move(Lead.Status.LOSS_REQUESTED, loss_reason=reason, loss_note=note.strip()[:200])
    events.record(LEAD_LOSS_REQUESTED, lead, by=by, data={"reason": reason.code, "note": lead.loss_note})
    return lead


def refuse_under_way(lead: Lead, *, by: User) -> None:
    """:raises Refusal: when an order of the card is under way."""
    live = lead.orders.exclude(status__in=[Order.Status.CANCELLED, Order.Status.CLOSED, Order.Status.DELIVERED])
    if (order := live.first()) is not None:
        raise Refusal(_("%(order)s is under way. Cancel it first.") % {"order": order}, code="order_under_way")


@transaction.atomic
def confirm_loss(lead: Lead, *, by: User, ask_again: date | None = None) -> Lead:
    """The loss is real: the card is closed, and the customer is asked again later.

    :raises Refusal: when it is one's own card, or the day to ask again is not ahead.
    """
    lead = Lead.objects.lock(lead)
    refuse_own_loss(lead, by=by)
    today = timezone.localdate()
    if ask_again is not None and ask_again <= today:
        raise Refusal(_("Choose a day that is still to come."), code="ask_again_in_past")
    again = ask_again or today + ASK_AGAIN
    # Without a next contact it is nobody's due work any more.
    lead.move(Lead.Status.LOST, loss_approved_by=by, reactivate_on=again, next_contact_at=None)
    data = {"reason": lead.loss_reason.code if lead.loss_reason else "", "ask_again": again.isoformat()}
    events.record(LEAD_LOST, lead, by=by, data=data)
    return lead


def refuse_own_loss(lead: Lead, *, by: User) -> None:
    """:raises Refusal: when it is one's own card."""
    if lead.owner_id == by.pk:
        raise Refusal(_("Somebody other than its adviser confirms a loss."), code="own_loss")


@transaction.atomic
def return_loss(lead: Lead, *, by: User, note: str) -> Lead:
    """Not lost yet: the card is open again with an instruction and a new next contact.

    :raises Refusal: without an instruction, or when no loss is requested.
    """
    lead = Lead.objects.lock(lead)
    if lead.status != Lead.Status.LOSS_REQUESTED:  # the step from “ordered” to “open” is that of a cancelled order
        raise IllegalTransition(lead, lead.status, Lead.Status.OPEN)
    if not note.strip():
        raise Refusal(_("Write what the adviser should try next."), code="no_instruction")
    next_contact = contact_schedule.next_contact(lead.level, store=lead.store, after=timezone.now())
    lead.move(Lead.Status.OPEN, loss_reason=None, loss_note="", next_contact_at=next_contact)
    events.record(LEAD_LOSS_RETURNED, lead, by=by, data={"note": note.strip()[:200]})
    return lead
