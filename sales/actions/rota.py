"""The fair queue: taking the next, passing somebody over, leaving and coming back."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.models import Reason, Store, User
from dms.records import events
from sales import rota
from sales.events import ROTA_CAME_BACK, ROTA_LEFT_FLOOR, ROTA_SKIPPED
from sales.models import RotaPlace, ShowroomVisit


def open_rota(store: Store) -> list[rota.Standing]:
    """Today's queue, with a place for every adviser of the store."""
    day = timezone.localdate()
    rota.open_day(store, day=day)
    return rota.standings(store, day=day)


def take_next(row: ShowroomVisit) -> User | None:
    """The next adviser takes the guest, or the call, and goes to the end of that queue. Called while the register is held."""
    rota.open_day(row.store, day=row.day)
    queue = rota.standings(row.store, day=row.day)
    place = rota.first_for_call(queue) if row.kind == ShowroomVisit.Kind.CALL else rota.first(queue)
    if place is None:
        return None
    give_turn(row, adviser=place.adviser)
    return place.adviser


def give_turn(row: ShowroomVisit, *, adviser: User) -> None:
    """The adviser has had their turn, on the floor or on the phone; the line remembers where they stood. Not saved here.

    Whoever was passed over on the floor is first in line again when a guest was taken.
    """
    rota.open_day(row.store, day=row.day)
    places = RotaPlace.objects.filter(store=row.store, day=row.day)
    since, count = COLUMNS[row.kind]
    row.turn_before = places.filter(adviser=adviser).values_list(since, flat=True).first()
    # Counted by the database: a place that was read before may not know the last guest.
    places.filter(adviser=adviser).update(**{since: timezone.now(), count: F(count) + 1})
    if row.kind != ShowroomVisit.Kind.CALL:
        places.filter(passed_at__isnull=False).update(passed_at=None)


COLUMNS: Mapping[str, tuple[str, str]] = {
    ShowroomVisit.Kind.WALK_IN: ("waiting_since", "guests"),
    ShowroomVisit.Kind.CALL: ("calls_since", "calls"),
}
"""Floor and phone: since when somebody waits for their turn, and how many they had."""


def return_turn(row: ShowroomVisit) -> None:
    """The adviser did not have this turn: they stand where they stood before it. Called while the register is held."""
    if row.turn_before is None:
        return
    since, count = COLUMNS[row.kind]
    later = (
        ShowroomVisit.objects.counted()
        .filter(store=row.store, day=row.day, kind=row.kind, adviser=row.adviser, turn_before__isnull=False)
        .filter(sequence__gt=row.sequence)
        .order_by("sequence")
        .first()
    )
    place = RotaPlace.objects.filter(store=row.store, day=row.day, adviser=row.adviser)
    if later is None:
        # Not below nothing: the column would refuse it, and the whole act with it.
        place.update(**{since: row.turn_before, count: Greatest(F(count), 1) - 1})
    else:  # they had another turn since: that one began where this one did
        ShowroomVisit.objects.filter(pk=later.pk).update(turn_before=row.turn_before)
        place.update(**{count: Greatest(F(count), 1) - 1})
    row.turn_before = None


@transaction.atomic
def skip(place: RotaPlace, *, reason: Reason, by: User) -> RotaPlace:
    """The next guest goes to the one behind; the place in the queue is kept.

    :raises Refusal: when it is not this person's turn (any more).
    """
    rota.hold(place.store)  # whose turn it is hangs on all places: to lock this one is not enough
    place = RotaPlace.objects.lock(place)
    refuse_skipping(place, by=by)
    place.skipped, place.passed_at = place.skipped + 1, timezone.now()
    place.save(update_fields=["skipped", "passed_at"])
    data = {"adviser": place.adviser_id, "reason": reason.code, "day": place.day.isoformat()}
    events.record(ROTA_SKIPPED, place.adviser, by=by, store=place.store, data=data)
    return place


def refuse_skipping(place: RotaPlace, *, by: User) -> None:
    """:raises Refusal: when it is not this person's turn (any more), or nobody else is there."""
    queue = rota.standings(place.store, day=place.day)
    if rota.first(queue) != place or place.day != timezone.localdate():
        raise Refusal(_("It is somebody else’s turn by now. Look at the queue again."), code="not_their_turn")
    if sum(not standing.away for standing in queue) < 2:
        raise Refusal(_("Nobody else is there to take the guest."), code="nobody_else")


@transaction.atomic
def set_present(place: RotaPlace, *, present: bool, by: User) -> RotaPlace:
    """Somebody leaves the floor (a break, an errand) or is back; who comes back stands at the end."""
    rota.hold(place.store)
    # After the register, as a turn is given: no guest goes to somebody who leaves the floor at this moment.
    place = RotaPlace.objects.lock(place)
    if place.present == present:
        return place
    place.present = present
    if present:
        place.waiting_since = timezone.now()  # who was out did not wait
    place.save(update_fields=["present", "waiting_since"])
    kind = ROTA_CAME_BACK if present else ROTA_LEFT_FLOOR
    events.record(kind, place.adviser, by=by, store=place.store, data={"adviser": place.adviser_id})
    return place
