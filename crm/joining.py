"""One customer, one call: which calls are made along with another, and how long after a call there is no other one.

Nothing of this is stored: what belongs together is read from the promises as they are at the moment of the work, so no copy
of it can be out of date. The calls that a delivery itself promises stand apart: each is made by its own person on its own day.
"""

from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import CareChannel, Contact, Customer, FollowUp, Trigger
from crm.models.care import FollowUpQuerySet
from dms.core.refusals import Refusal
from dms.formats import display
from dms.formats.days import end_of
from dms.models import Rate, User

USUAL = {Rate.Kind.CALLS_JOINED: 10, Rate.Kind.CALLS_APART: 7}
"""Days, where no rate says otherwise."""


class Windows:
    """The days of every store, read once for many calls."""

    def __init__(self, kind: Rate.Kind) -> None:
        self.kind = kind

    @cached_property
    def _days(self) -> dict[int | None, int]:
        rows = Rate.objects.filter(kind=self.kind, valid_from__lte=timezone.localdate()).order_by("valid_from")
        # The latest of each store stays; that of the group stands under None.
        return {store: int(value) for store, value in rows.values_list("store_id", "value")}

    @property
    def longest(self) -> timedelta:
        return timedelta(days=max([USUAL[self.kind], *self._days.values()]))

    def of(self, store: int) -> timedelta:
        days = self._days.get(store, self._days.get(None, USUAL[self.kind]))
        return timedelta(days=days)


def is_joinable(row: FollowUp) -> bool:
    """A call of a rule that gives way to other calls of the customer, and is made along with them."""
    own = row.cadence.trigger == Trigger.DELIVERY and row.cadence.every_months == 0
    return row.channel == CareChannel.CALL and not own


def joined_with(row: FollowUp, now: datetime) -> FollowUpQuerySet:
    """The calls that are made along with this one: open, of its customer and store, due within some days.

    A time that the customer named for another day is kept for itself.
    """
    if not is_joinable(row):
        return FollowUp.objects.none()
    window = Windows(Rate.Kind.CALLS_JOINED).of(row.store_id)
    tonight = end_of(timezone.localdate(now))
    rows = FollowUp.objects.joinable().filter(customer=row.customer_id, store=row.store_id).exclude(pk=row.pk)
    rows = rows.filter(due_from__lt=tonight + window)
    return rows.filter(Q(named_at__isnull=True) | Q(named_at__lt=tonight)).order_by("due_until", "pk")


def last_spoken() -> Subquery:
    """When the customer of the row was last spoken to by a call of ours, in whatever store."""
    calls = Contact.objects.successful_calls().filter(customer=OuterRef("customer"))
    return Subquery(calls.order_by("-at").values("at")[:1])


def refuse_too_soon(row: FollowUp, *, by: User) -> None:
    """:raises Refusal: when the customer was spoken to a few days ago, and has not asked for this call."""
    if row.named_at is not None or not is_joinable(row):
        return
    calls = Contact.objects.successful_calls().filter(customer=row.customer_id)
    at = calls.order_by("-at").values_list("at", flat=True).first()
    if at is None or at + (apart := Windows(Rate.Kind.CALLS_APART).of(row.store_id)) <= timezone.now():
        return
    sentence = _(
        "We spoke to this customer on %(day)s: the next call is due from %(next)s on."
        " If they call themselves, record it as a contact on their file."
    )
    facts = {"day": display.date(timezone.localdate(at)), "next": display.date(timezone.localdate(at + apart))}
    raise Refusal(sentence % facts, code="too_soon")


def answered_by(customer: Customer, user: User, now: datetime) -> list[FollowUp]:
    """The open calls that somebody who calls us may answer by it: what is due, and what would be within some days."""
    rows = FollowUp.objects.visible_to(user).pending().to_call().filter(customer=customer)
    rows = rows.filter(due_from__lt=now + Windows(Rate.Kind.CALLS_JOINED).longest)
    return list(rows.select_related("cadence").order_by("due_from", "pk"))


def in_words(row: FollowUp) -> str:
    """The call as a line to tick."""
    return f"{row.cadence} · {display.date(timezone.localdate(row.due_until))}"
