"""Birthdays, anniversaries and festivals: whoever has one today hears from us, once a year, as the rules of their store say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.actions import consents
from crm.events import CARE_STARTED_MANY
from crm.models import (
    Cadence,
    CareChannel,
    ContactPerson,
    Customer,
    CustomerStore,
    Festival,
    FollowUp,
    Ownership,
    Trigger,
)
from crm.models.triggers import OCCASIONS
from crm.planner import Planner
from dms.core.untyped import AnyRows
from dms.formats.days import moment, start_of
from dms.formats.lunar import lunar_day
from dms.records import events

BATCH = 1000
AHEAD = {CareChannel.LETTER: timedelta(days=7)}
"""A letter is on its way for some days; the others come on the day itself."""
A_YEAR = timedelta(days=300)
"""Who was wished well within it is not again: a birthday that was corrected, a Spring Festival that comes early."""
LOOKS_BACK = 7
"""So many days of an outage are told as missed."""
BEGINS, ENDS = time(9), time(20)


@dataclass(frozen=True)
class Whose:
    """One customer and what is to be said; the car, where it is about one."""

    customer: int
    store: int
    occasion: str
    vehicle: int | None = None


def begin_due(at: datetime) -> int:
    """The occasions of today are found, once for each rule; those of days on which nothing ran are told as missed.

    Two beats, or one that is killed and runs again, find the same rows: the unique key of a promise, and the day on the rule.
    """
    today = timezone.localdate(at)
    rules = Cadence.objects.filter(active=True, trigger__in=OCCASIONS).exclude(wished_on__gte=today)
    begun, planner = 0, Planner()
    for rule in rules.select_related("preset", "festival").order_by("pk"):
        # Switched on today, or for the first time: what was before is no promise.
        first = max(rule.wished_on + timedelta(days=1), today - timedelta(days=LOOKS_BACK)) if rule.wished_on else today
        if rule.active_since is not None:
            first = max(first, timezone.localdate(rule.active_since))
        for back in range((today - first).days, -1, -1):
            begun += _begin(rule, planner, today - timedelta(days=back), at=at, missed=back > 0)
        Cadence.objects.filter(pk=rule.pk).update(wished_on=today)
    return begun


def _begin(rule: Cadence, planner: Planner, today: date, *, at: datetime, missed: bool) -> int:
    day = today + AHEAD.get(CareChannel(rule.channel), timedelta())
    stores = [store for store in planner.hours if rule in planner.cadences(store, rule.trigger)]
    several, begun = iter(whose(rule, day, stores)), 0
    # Batch by batch, each on its own: at Spring Festival it is everybody.
    while batch := list(islice(several, BATCH)):
        begun += _begin_batch(rule, planner, batch, day, at=at, missed=missed)
    return begun


@transaction.atomic
def _begin_batch(rule: Cadence, planner: Planner, batch: list[Whose], day: date, *, at: datetime, missed: bool) -> int:
    # Held: of two beats that find the same customer one writes, and the other sees it.
    customers = Customer.objects.filter(pk__in=[one.customer for one in batch]).order_by("pk")
    list(customers.select_for_update(no_key=True).values_list("pk"))
    wished = FollowUp.objects.filter(cadence=rule, customer__in=[one.customer for one in batch])
    lately = set(wished.filter(anchor__gt=start_of(day) - A_YEAR).values_list("customer", "vehicle"))
    rows = [
        FollowUp(
            cadence=rule,
            channel=rule.channel,
            store_id=one.store,
            customer_id=one.customer,
            vehicle_id=one.vehicle,
            anchor=start_of(day),
            occurrence=1,
            why=[one.occasion[:60]],
            due_from=moment(timezone.localdate(at) if rule.channel == CareChannel.LETTER else day, BEGINS),
            due_until=moment(day, ENDS),
            assignee_id=planner.callers.choose(rule.role, store=one.store, customer=one.customer),
            continued=True,
        )
        for one in batch
        if (one.customer, one.vehicle) not in lately
    ]
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
    mine = FollowUp.objects.pending().filter(
        cadence=rule, anchor=start_of(day), customer__in=[row.customer_id for row in rows]
    )
    consents.obey(mine, at=at, by=None)
    if missed:
        mine.update(status=FollowUp.Status.CANCELLED, ended_at=at, ended_why=FollowUp.Why.MISSED)
    if rows:
        data = {"trigger": rule.trigger, "follow_ups": len(rows)}
        events.record(CARE_STARTED_MANY, None, by=None, data=data)
    return len(rows)


# --- whose day it is ----------------------------------------------------------------------------------------------------
def whose(rule: Cadence, day: date, stores: list[int]) -> Iterator[Whose]:
    """Everybody of these stores who has the occasion of the rule on this day, each with their first store."""
    find = {
        Trigger.BIRTHDAY: _birthdays,
        Trigger.FAMILY_BIRTHDAY: _family_birthdays,
        Trigger.CAR_ANNIVERSARY: _anniversaries,
        Trigger.FESTIVAL: _celebrating,
    }
    return find[Trigger(rule.trigger)](rule, day, stores)


def falls_on(day: date, name: str, lunar: str = "") -> Q:
    """Rows whose date ``name`` comes round on this day; ``lunar``: the column that says by which calendar it counts.

    Born on 29 February one celebrates on the 28th where there is no 29th; on the 30th of a lunar month, on the last day of a
    short one; in a leap month, in the first month of that number.
    """
    days = [day.day]
    if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).day == 1:
        days.append(29)
    solar = Q(**{f"{name}__month": day.month, f"{name}__day__in": days})
    if not lunar:
        return solar
    here = lunar_day(day)
    numbers = [here.day, 30] if here.is_last and here.day == 29 else [here.day]
    by_moon = Q(**{f"{name}__month": here.month, f"{name}__day__in": numbers, lunar: True})
    solar &= Q(**{lunar: False})
    return solar if here.is_leap else solar | by_moon


def _home(customer: str) -> Subquery:
    """The first store of the customer whose key stands in this column: whose house wishes them well."""
    return Subquery(CustomerStore.objects.filter(customer=OuterRef(customer)).order_by("pk").values("store")[:1])


def _owners() -> Exists:
    """Who has a car of ours: guests who only looked are not wished well for ever."""
    return Exists(Ownership.objects.filter(customer=OuterRef("pk"), until__isnull=True, vehicle__gone=False))


def _people(stores: list[int]) -> AnyRows:
    """The owners of these stores; neither files that were merged nor people who are erased."""
    files = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True).filter(_owners())
    return files.annotate(home=_home("pk")).filter(home__in=stores).order_by("pk")


def _birthdays(_rule: Cadence, day: date, stores: list[int]) -> Iterator[Whose]:
    born = _people(stores).filter(falls_on(day, "birthday", "birthday_is_lunar"))
    for customer, store in born.values_list("pk", "home").iterator():
        yield Whose(customer, store, _("birthday"))


def _family_birthdays(_rule: Cadence, day: date, stores: list[int]) -> Iterator[Whose]:
    family = ContactPerson.objects.filter(
        falls_on(day, "birthday", "birthday_is_lunar"), role=ContactPerson.Role.FAMILY
    )
    family = family.filter(customer__in=_people(stores)).annotate(home=_home("customer"))
    for customer, store, name in family.order_by("pk").values_list("customer", "home", "name").iterator():
        yield Whose(customer, store, _("the birthday of %(name)s") % {"name": name})


def _anniversaries(_rule: Cadence, day: date, stores: list[int]) -> Iterator[Whose]:
    owned = Ownership.objects.filter(role=Ownership.Role.OWNER, until__isnull=True, vehicle__gone=False)
    owned = owned.filter(falls_on(day, "vehicle__bought_on"), vehicle__bought_on__year__lt=day.year)
    owned = owned.filter(customer__in=_people(stores)).annotate(home=_home("customer"))
    columns = ("customer", "home", "vehicle", "vehicle__bought_on")
    for customer, store, vehicle, bought in owned.order_by("pk").values_list(*columns).iterator():
        years = day.year - bought.year
        words = ngettext("one year with the car", "%(n)s years with the car", years) % {"n": years}
        yield Whose(customer, store, words, vehicle)


def _celebrating(rule: Cadence, day: date, stores: list[int]) -> Iterator[Whose]:
    festival = rule.festival
    if festival is None or not festival.active or not is_festival(festival, day):
        return
    for customer, store in _people(stores).values_list("pk", "home").iterator():
        yield Whose(customer, store, festival.local_name)


def is_festival(festival: Festival, day: date) -> bool:
    """Does it fall on this day? In a leap month nothing is celebrated again."""
    if not festival.is_lunar:
        return (day.month, day.day) == (festival.month, festival.day)
    here = lunar_day(day)
    last = here.is_last and here.day < festival.day == 30
    return not here.is_leap and here.month == festival.month and (here.day == festival.day or last)
