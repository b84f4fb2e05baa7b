"""A store's workshop: its crew, words, dice and bays, which car comes next, and who has booked when."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

from django.utils import timezone

from aftersales.actions import appointments, work_orders
from aftersales.actions.appointments import AgreedInCall, Visit
from aftersales.models import Appointment, Bay, LabourOperation, WorkOrder
from crm.models import Vehicle
from dms.demo.cast import Crew, data
from dms.demo.stage import Stage, moment
from dms.models import Absence, Store, User
from dms.models.catalogue import Energy

QUARTERS = (9, 9.25, 9.5, 9.75, 10, 10.5, 10.75, 11, 13.25, 13.5, 14, 14.5, 15, 15.5)
"""When guests are received."""
REST = 38
"""A car does not come again for so many days."""
FIRST_SERVICE = range(50, 160)
"""So many days after the purchase the first maintenance is done."""


@dataclass(frozen=True)
class Work:
    """What is to be done, in the customer's words and in the catalogue's."""

    words: str
    operation: str
    parts: list[str]


@dataclass
class Shop:
    """Everything the stories of a workshop share."""

    stage: Stage
    crew: Crew
    rng: Random
    texts: Any = field(default_factory=lambda: data("aftersales"))
    seen: dict[int, date] = field(default_factory=dict)
    """When a car was here last, or is expected."""
    firsts: set[int] = field(default_factory=set)
    """Cars that had their first maintenance."""
    taken: set[tuple[date, float]] = field(default_factory=set)

    @property
    def store(self) -> Store:
        return self.crew.store

    @cached_property
    def bays(self) -> list[Bay]:
        return list(Bay.objects.filter(store=self.store, active=True).order_by("pk"))

    def free_bay(self) -> Bay | None:
        """A bay where no car stands."""
        used = set(
            WorkOrder.objects.filter(store=self.store, status__in=["DISPATCHED", "IN_PROGRESS"]).values_list(
                "bay_id", flat=True
            )
        )
        return next((bay for bay in self.bays if bay.pk not in used), None)

    def later(self, minutes: float) -> datetime:
        """So much later, when the workshop is open."""
        return self.stage.workday(self.store, self.stage.at + timedelta(minutes=minutes), rng=self.rng)

    # --- who comes --------------------------------------------------------------------------------------------------------
    def next_car(self, day: date) -> Vehicle | None:
        """A car of ours that has not been here for a while and does not stand here now."""
        rested = {pk for pk, seen in self.seen.items() if abs((day - seen).days) < REST}
        rows = Vehicle.objects.filter(
            store_links__store=self.store,
            gone=False,
            ownerships__until__isnull=True,
            plate__isnull=False,
            bought_on__lt=timezone.localdate() - timedelta(days=30),
        )
        keys = [pk for pk in rows.order_by("pk").values_list("pk", flat=True).distinct() if pk not in rested]
        if not keys:
            return None
        chosen = self.rng.choice(keys)
        self.seen[chosen] = day
        return Vehicle.objects.select_related("variant").get(pk=chosen)

    def work_for(self, car: Vehicle) -> Work:
        """The first maintenance at its time, else what comes up; oil only where there is an engine."""
        age = (timezone.localdate() - car.bought_on).days if car.bought_on else 1000
        electric = car.energy == Energy.BEV
        if age in FIRST_SERVICE and car.pk not in self.firsts:
            self.firsts.add(car.pk)
            return Work(self.texts["first"], "M01", [] if electric else self.texts["first_parts"])
        return Work(*self.rng.choice(self.texts["electric" if electric else "jobs"]))

    def maintenance_of(self, car: Vehicle) -> Work:
        """What the recall asks them in for."""
        return Work(*self.texts["recalled_electric" if car.energy == Energy.BEV else "recalled"])

    # --- the book ---------------------------------------------------------------------------------------------------------
    def quarter(self, day: date) -> float | None:
        """A quarter of an hour of that day that nobody has booked."""
        free = [hour for hour in QUARTERS if (day, hour) not in self.taken]
        if not free:
            return None
        hour = self.rng.choice(free)
        self.taken.add((day, hour))
        return hour

    def desk(self, turn: int) -> User:
        return self.crew.one("service_adviser", turn=turn)

    def desk_on(self, day: date, *, turn: int) -> User:
        """Who is there that day to receive the guest, as far as it is known."""
        absent = set(Absence.objects.on(day).values_list("user_id", flat=True))
        in_turn = [self.desk(turn + step) for step in range(8)]
        return next((one for one in in_turn if one.pk not in absent), in_turn[0])

    def book(
        self, car: Vehicle, day: date, *, work: Work, channel: str = "", agreed: AgreedInCall | None = None
    ) -> Appointment | None:
        hour = self.quarter(day)
        if hour is None:
            return None
        desk = self.desk_on(day, turn=int(hour * 4))
        hours = LabourOperation.objects.get(code=work.operation).hours
        chosen = channel or self.rng.choice(["PHONE", "PHONE", "DESK", "ONLINE"])
        wanted = Visit(moment(day, hour), work.words, hours, desk, chosen)
        owner = work_orders.owner_of(car)
        return appointments.book(car, visit=wanted, customer=owner, store=self.store, by=desk, agreed=agreed)
