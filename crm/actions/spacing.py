"""Calls keep apart: what would fall due within days after a call that reached the customer is moved behind it."""

from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Value

from crm.joining import Windows, last_spoken
from crm.models import Contact, FollowUp
from crm.planner import Planner
from dms.models import Rate

BATCH = 1000


def keep_apart(at: datetime, planner: Planner | None = None) -> int:
    """Beat: whatever has come to lie too close behind a call, by a rule, an import or another store. Returns how many moved."""
    planner, windows, moved = planner or Planner(), Windows(Rate.Kind.CALLS_APART), 0
    while made := _move_batch(at, planner, windows):
        moved += made
    return moved


@transaction.atomic
def move_behind(customer: int, at: datetime) -> int:
    """The same for one customer, with whom somebody has just spoken."""
    return _move_batch(at, None, Windows(Rate.Kind.CALLS_APART), customer)


@transaction.atomic
def _move_batch(at: datetime, planner: Planner | None, windows: Windows, customer: int | None = None) -> int:
    # Only customers of the last days' calls are looked at: of all others nothing can lie too close.
    called = Contact.objects.successful_calls().filter(at__gt=at - windows.longest).order_by().values("customer")
    rows = FollowUp.objects.joinable()
    rows = rows.filter(customer=customer) if customer else rows.filter(customer__in=called)
    # A time that the customer named stays: they asked to be called.
    rows = rows.filter(named_at__isnull=True, due_from__lt=at + windows.longest)
    rows = rows.annotate(spoken=last_spoken()).filter(spoken__isnull=False)
    apart = {store: windows.of(store) for store in rows.order_by().values_list("store_id", flat=True).distinct()}
    moved = 0
    for days in sorted(set(apart.values())):
        stores = [store for store, own in apart.items() if own == days]
        again = ExpressionWrapper(F("spoken") + Value(days), output_field=DateTimeField())
        close = rows.filter(store__in=stores).alias(again=again).filter(due_from__lt=F("again"))
        # Somebody on the phone holds theirs: those wait for the next round.
        taken = close.order_by("pk").lock_free(BATCH)
        planner = planner or (Planner() if taken else None)
        for row in taken:
            assert planner is not None
            _behind(row, row.spoken + days, planner)  # type: ignore[attr-defined] # annotated above
        FollowUp.objects.bulk_update(taken, ["due_from", "due_until"], batch_size=BATCH)
        moved += len(taken)
    return moved


def _behind(row: FollowUp, earliest: datetime, planner: Planner) -> None:
    """Due from the first moment after it, for as long as it would have been."""
    hours, width = planner.hours[row.store_id], row.due_until - row.due_from
    start = hours.next_moment(earliest)
    row.due_from, row.due_until = start, max(row.due_until, hours.close_after(hours.next_moment(start + width)))
