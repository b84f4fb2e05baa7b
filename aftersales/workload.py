"""How full the workshop is, hour by hour: what is booked, what came without a booking, and who is there to do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from aftersales.models import Bay, ShopHour, WorkOrder
from dms.formats.days import moment
from dms.formats.opening_hours import OpeningHours
from dms.models import Store, User

ONE = Decimal(1)
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Hour:
    """An hour of the workshop, in labour hours: booked, taken by guests without a booking, and what people and bays can do."""

    starts_at: datetime
    booked: Decimal
    walked_in: Decimal
    capacity: Decimal

    @property
    def load(self) -> Decimal:
        return self.booked + self.walked_in

    @property
    def percent(self) -> int:
        return int(100 * self.load / self.capacity) if self.capacity else 100

    @property
    def family(self) -> str:
        return "late" if self.percent >= 100 else "wait" if self.percent >= 80 else "run"


def hours_of(store: Store | None, day: date) -> Sequence[Hour]:
    """The open hours of that day; of the bays while nothing is booked, and none where no store is chosen."""
    if store is None or day in store.closed_on:
        return []
    hands, opening = at_work(store, day), OpeningHours.of(store)
    booked = dict(ShopHour.objects.filter(store=store, starts_at__date=day).values_list("starts_at", "booked"))
    starts = [moment(day, time(hour)) for hour in range(24) if opening.minutes_in(hour)] if hands else []
    walked_in = spread(remaining(store), [start for start in starts if start + timedelta(hours=1) > timezone.now()])
    return [
        Hour(
            start,
            booked.get(start, Decimal(0)),
            # Who comes without a booking is known only for today.
            walked_in.get(start, Decimal(0)) if day == timezone.localdate() else Decimal(0),
            (Decimal(hands * opening.minutes_in(timezone.localtime(start).hour)) / 60).quantize(TENTH),
        )
        for start in starts
    ]


def at_work(store: Store, day: date) -> int:
    """How many cars are worked on at once: as many as there are bays, and technicians who are not away.

    A store that has entered no technician yet is counted by its bays.
    """
    bays = Bay.objects.filter(store=store, active=True).count()
    technicians = User.objects.get_queryset().active().of_store(store).with_right("aftersales.repair")
    if not technicians.exists():
        return bays
    # A bay without hands repairs nothing, nor does a technician without a bay.
    return min(bays, technicians.exclude(pk__in=User.objects.get_queryset().away(on=day)).count())


def remaining(store: Store) -> list[Decimal]:
    """Labour hours still to be done on each car that came without a booking."""
    to_do = Sum("lines__quantity", filter=Q(lines__kind="LABOUR", lines__status__in=["AUTHORISED", "STARTED"]))
    # Booked cars are in the hours already: counted here too, the workshop would look full.
    cars = WorkOrder.objects.in_shop().filter(store=store, appointment__isnull=True).annotate(to_do=to_do)
    return [hours for hours in cars.values_list("to_do", flat=True) if hours]


def spread(cars: Sequence[Decimal], starts: Sequence[datetime]) -> dict[datetime, Decimal]:
    """Each car takes an hour of one bay after the other, from now on."""
    load = dict.fromkeys(starts, Decimal(0))
    for hours in cars:
        rest = hours
        for start in starts:
            part = min(ONE, rest)
            load[start] += part
            rest -= part
    return load
