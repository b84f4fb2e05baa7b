"""Offers: made once, changed by the next version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.core.money import MOST
from dms.core.refusals import Refusal
from dms.core.untyped import Fact
from dms.formats import display
from dms.models import User, Variant
from dms.records import events
from dms.records.constraint_errors import refusing
from dms.records.numbering import next_number
from sales.actions.leads import refuse_closed, refuse_other
from sales.events import QUOTE_MADE
from sales.models import Lead, Quote, QuoteLine
from sales.pricing import sums_of


@dataclass(frozen=True)
class Item:
    """One amount of an offer; a discount is negative."""

    kind: str
    amount: Decimal
    text: str = ""


def check(items: list[Item], valid_until: date) -> None:
    """:raises Refusal: when the offer has no car, the discount eats it up, or it has run out before it is made."""
    if any(abs(item.amount) > MOST for item in items):
        raise Refusal(_("No line is above %(most)s.") % {"most": display.yuan(MOST)}, code="amount_too_large")
    cars = [item for item in items if item.kind == QuoteLine.Kind.VEHICLE and item.amount > 0]
    if len(cars) != 1:
        raise Refusal(_("A quote has exactly one car with its price."), code="no_car_line")
    # What is collected for others is owed whole: a discount is one on the car.
    if sums_of(((item.kind, item.amount) for item in items), list_price=None).car < 0:
        raise Refusal(_("The discount is above the price of the car."), code="discount_above_price")
    if valid_until < timezone.localdate():
        raise Refusal(_("Choose a day that is not over."), code="valid_in_past")


@transaction.atomic
def make_quote(
    lead: Lead,
    *,
    variant: Variant,
    items: Iterable[Item],
    valid_until: date,
    by: User,
    revises: Quote | None = None,
    **facts: Fact,
) -> Quote:
    """An offer for the card; a changed one is the next version, and the former is superseded but stays to be seen.

    :raises Refusal: when the card is not open, or the offer makes no sense.
    """
    # The card is held, so that one version follows the other and no order is written in between.
    lead, lines = Lead.objects.lock(lead), [item for item in items if item.amount]
    refuse_other(lead, by=by)
    refuse_closed(lead, {Lead.Status.OPEN})
    check(lines, valid_until)
    number, version = "", 1
    if revises is not None:
        number, version = supersede(revises, lead)  # it keeps the number, which the customer has on paper
    quote = Quote(
        number=number or next_number("quote", lead.store),
        version=version,
        lead=lead,
        store=lead.store,
        variant=variant,
        valid_until=valid_until,
        made_by=by,
        **facts,
    )
    with refusing():  # the makes of the store, and the colours of the car's make, are the database's to know
        quote.save(force_insert=True)
    QuoteLine.objects.bulk_create(
        [QuoteLine(quote=quote, kind=item.kind, text=item.text[:120], amount=item.amount) for item in lines]
    )
    events.record(QUOTE_MADE, quote, by=by, data={"version": version, "total": str(quote.total), "lead": lead.pk})
    return quote


def refuse_superseded(quote: Quote) -> None:
    """:raises Refusal: when a newer version took its place."""
    if quote.superseded:
        sentence = _("%(quote)s was changed meanwhile. Start from its newest version.")
        raise Refusal(sentence % {"quote": quote}, code="superseded")


def supersede(quote: Quote, lead: Lead) -> tuple[str, int]:
    """The former version steps back; the number and what its next version is called."""
    quote = Quote.objects.lock(quote)  # of two who change one offer the second starts from what the first made
    refuse_superseded(quote)
    if quote.lead_id != lead.pk:
        raise Refusal(_("%(quote)s is an offer of another card.") % {"quote": quote}, code="other_card")
    quote.superseded = True
    quote.save(update_fields=["superseded"])
    return quote.number, quote.version + 1


def refuse_to_revise(quote: Quote, *, by: User) -> None:
    """:raises Refusal: when the card is a colleague's or closed, or there is a newer version already."""
    refuse_other(quote.lead, by=by)
    refuse_closed(quote.lead, {Lead.Status.OPEN})
    refuse_superseded(quote)


def revise_quote(quote: Quote, *, by: User, **facts: Fact) -> Quote:
    """The next version of an offer, as :func:`make_quote` makes it."""
    return make_quote(quote.lead, revises=quote, by=by, **facts)
