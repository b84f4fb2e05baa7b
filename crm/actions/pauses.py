"""What a pause and an outage leave behind: no storm of calls, no gap that nobody sees."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Value
from django.utils import timezone

from crm import cadence
from crm.actions import consents
from crm.models import Cadence, FollowUp
from crm.models.care import FollowUpQuerySet
from crm.planner import CadenceStart, Planner

BATCH = 1000


def of_paused_rules(at: datetime) -> FollowUpQuerySet:
    """What fell due while its rule is switched off; a time that the customer named stands."""
    return FollowUp.objects.pending().filter(cadence__active=False, due_from__lte=at, named_at__isnull=True)


def missed(at: datetime) -> FollowUpQuerySet:
    """What has been late for days and no round has seen it: all were down. What is seen late is told, and made, however late.

    A time that the customer named is kept late rather than never; the recall list closes its own.
    """
    late = FollowUp.objects.pending().filter(
        escalated_at__isnull=True, named_at__isnull=True, recall_entry__isnull=True
    )
    # The first bound is what the index knows; the second is the preset's own.
    late = late.filter(due_until__lt=at - timedelta(days=1))
    days = F("cadence__preset__missed_after_days") * Value(timedelta(days=1))
    return late.filter(due_until__lt=Value(at) - days)


def catch_up(at: datetime) -> int:
    """A rule was switched on again: who took over a car in the pause has the next occurrence, too."""
    planner, written = Planner(), 0
    for rule in Cadence.objects.filter(active=True, caught_up=False, every_months__gt=0).select_related("preset"):
        while made := _begin_batch(rule, planner):
            written += made
    # Also those that do not repeat: what they did not do in the pause is over.
    Cadence.objects.filter(active=True, caught_up=False, active_since__lte=at).update(caught_up=True)
    return written


@transaction.atomic
def _begin_batch(rule: Cadence, planner: Planner) -> int:
    """Up to a batch of beginnings that other rules of the preset know, and this one does not."""
    same = {name: OuterRef(name) for name in ("customer", "vehicle", "anchor")}
    others = FollowUp.objects.filter(cadence__preset=rule.preset_id, cadence__trigger=rule.trigger, vehicle__gone=False)
    unknown = others.filter(~Exists(FollowUp.objects.filter(cadence=rule, **same)))
    columns = ("customer_id", "vehicle_id", "store_id", "anchor", "assignee_id")
    # Of the others the adviser's comes first by name: who sold the car keeps its owner.
    rows = unknown.order_by("customer_id", "vehicle_id", "anchor", "cadence__role", "pk")
    rows = rows.distinct("customer_id", "vehicle_id", "anchor")
    begun = [CadenceStart(*facts) for facts in rows.values_list(*columns)[:BATCH]]
    follow_ups = [
        planner.write(rule, one, cadence.first_after(rule.rule, one.anchor, rule.begins_again or one.anchor))
        for one in begun
    ]
    FollowUp.objects.bulk_create(follow_ups, ignore_conflicts=True)
    of_rule = FollowUp.objects.filter(cadence=rule, customer__in={one.customer for one in begun})
    consents.obey(of_rule, at=timezone.now())
    return len(begun)
