"""Whose turn it is: whoever waited longest since their last guest, of those present, not away and not with a guest."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from dms.models import Absence, Store, User
from sales.models import RotaPlace, ShowroomVisit

RIGHT = "sales.sell"
ROLE = "adviser"


@dataclass(frozen=True)
class Standing:
    """An adviser in the queue as the panel shows it: ``turn`` counts from 1, 0 is out of it for now."""

    place: RotaPlace
    turn: int
    guest: ShowroomVisit | None = None
    away: str = ""


def hold(store: Store) -> None:
    """One desk at a time writes the register of a store: numbers have no gap, and a turn is given once."""
    with connection.cursor() as cursor:  # advisory: the first line of a day has no row yet that could be locked
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sales.register:{store.pk}"])


def open_day(store: Store, *, day: date) -> None:
    """Every adviser of the store has a place; the first of the day is who had their last guest longest ago."""
    known = RotaPlace.objects.filter(store=store, day=day).values("adviser_id")
    new = list(
        User.objects.filter(is_active=True, stores=store, groups__name=ROLE)
        .exclude(pk__in=known)
        .distinct()
        .values_list("pk", flat=True)
    )
    if not new:
        return
    last = dict(
        RotaPlace.objects.filter(store=store, day__lt=day, guests__gt=0, adviser__in=new)
        .order_by()
        .values_list("adviser")
        .annotate(at=Max("waiting_since"))
    )
    long_ago = timezone.make_aware(datetime(2000, 1, 1))  # noqa: DTZ001 - made aware here
    # Who never had a guest comes first: a newcomer does not wait behind everybody's yesterday.
    new.sort(key=lambda pk: (last.get(pk, long_ago), pk))
    now = timezone.now()
    # Two desks that open the day at once both make it; one place each is left.
    RotaPlace.objects.bulk_create(
        [RotaPlace(store=store, day=day, adviser_id=pk, waiting_since=now) for pk in new], ignore_conflicts=True
    )


def standings(store: Store, *, day: date) -> list[Standing]:
    """The queue in its order; behind it those with a guest, then those away. Four queries.

    Who was passed over stands behind all others until the next guest is taken, also behind those with a guest.
    """
    places = list(
        RotaPlace.objects.filter(store=store, day=day, adviser__is_active=True)
        .select_related("adviser")
        .order_by("waiting_since", "pk")
    )
    guests = with_guests(store, day)
    away = {
        absence.user_id: str(absence.get_kind_display())
        for absence in Absence.objects.on(day).filter(user__in=[place.adviser_id for place in places])
    }
    here = [place for place in places if place.present and place.adviser_id not in away]
    # The sort is stable: within each group the order of waiting stays.
    here.sort(key=lambda place: (place.passed_at is not None, place.adviser_id in guests))
    turns = itertools.count(1)
    line = [
        Standing(place, 0, guests[place.adviser_id]) if place.adviser_id in guests else Standing(place, next(turns))
        for place in here
    ]
    gone = [Standing(place, 0, away=away.get(place.adviser_id, "-")) for place in places if place not in here]
    return [*line, *gone]


def with_guests(store: Store, day: date) -> dict[int, ShowroomVisit]:
    """Advisers who have a walk-in guest in the store, with the one who came last."""
    rows = (
        ShowroomVisit.objects.inside()
        .filter(store=store, day=day, kind=ShowroomVisit.Kind.WALK_IN, adviser__isnull=False)
        .select_related("customer")
    )
    return {row.adviser_id: row for row in rows.order_by("came_at") if row.adviser_id}


def first(queue: Sequence[Standing]) -> RotaPlace | None:
    """Who is next; when all are with guests, who took theirs longest ago."""
    here = [standing for standing in queue if not standing.away]
    return here[0].place if here else None


def first_for_call(queue: Sequence[Standing]) -> RotaPlace | None:
    """Who takes the next call: whoever waited longest for one, of those without a guest if there are any."""
    here = [standing for standing in queue if not standing.away]
    line = sorted(here, key=lambda standing: (bool(standing.guest), standing.place.calls_since, standing.place.pk))
    return line[0].place if line else None
