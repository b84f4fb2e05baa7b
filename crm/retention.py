"""Whose data are over their time: nobody keeps what no purpose needs any more (Personal Information Protection Law, art. 19, 47).

Two purposes end by themselves. Who came and never bought: the purpose was to sell. Who owns no car of ours any more:
the purpose was to care for it. Contracts are kept by the erasing itself, and whoever has something open is not erased.
"""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from crm.models import Contact, Customer, Invoice, Ownership
from dms.core.untyped import AnyRows
from dms.formats.days import add_months, start_of
from dms.models import Rate

USUAL = {Rate.Kind.KEEP_GUESTS: 24, Rate.Kind.KEEP_FORMER: 60}
"""Months, where no rate says otherwise."""


def kept_since(kind: Rate.Kind, at: datetime) -> date | None:
    """Who was not heard of since this day is over their time; None: such data are kept for ever."""
    today = timezone.localdate(at)
    rate = Rate.objects.in_force(kind, on=today, store=None).first()
    months = USUAL[kind] if rate is None else int(rate.value)
    return add_months(today, -months) if months else None


def over_their_time(at: datetime) -> AnyRows:
    """Customers whose data no purpose needs any more, the longest silent first in the order of their files."""
    guests, former = kept_since(Rate.Kind.KEEP_GUESTS, at), kept_since(Rate.Kind.KEEP_FORMER, at)
    people = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    owned = Exists(Ownership.objects.filter(customer=OuterRef("pk")))
    paid = Exists(Invoice.objects.filter(customer=OuterRef("pk")))
    over = Q(pk__in=[])
    if guests is not None:
        over |= Q(~owned) & Q(~paid) & Q(_silent(guests))
    if former is not None:
        now = Ownership.objects.filter(customer=OuterRef("pk"), until__isnull=True, vehicle__gone=False)
        until = Ownership.objects.filter(customer=OuterRef("pk"), until__gte=former)
        over |= Q(owned) & ~Q(Exists(now)) & ~Q(Exists(until)) & Q(_silent(former))
    return people.filter(over).order_by("pk")


def _silent(since: date) -> Q:
    """Neither entered, nor spoken or written to since."""
    spoken = Contact.objects.filter(customer=OuterRef("pk"), at__gte=start_of(since))
    return Q(created_at__lt=start_of(since)) & ~Q(Exists(spoken))
