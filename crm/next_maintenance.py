"""When a car is due for its next maintenance, by months and by mileage: from the view by which the recall makes its lists.

The rule stands in ``migrations/sql/next_maintenance.sql``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Vehicle
from dms.formats import display

READ = "SELECT vehicle_id, on_day, why, km, by_months, by_km FROM crm_next_maintenance WHERE vehicle_id = ANY(%s)"


@dataclass(frozen=True)
class NextMaintenance:
    """The day on which it is due, and why then.

    :param by_mileage: by its mileage (estimated from its readings) it is due before it would be by months.
    :param km: at which reading of the odometer it is due, where that can be said.
    """

    day: date
    by_mileage: bool
    km: int | None

    @property
    def is_overdue(self) -> bool:
        return self.day < timezone.localdate()

    @property
    def why(self) -> str:
        """In a few words: by time or by mileage."""
        if self.by_mileage and self.km is not None:
            return _("by mileage, at %(km)s") % {"km": display.kilometres(self.km)}
        if self.km is not None:
            return _("by time, or at %(km)s") % {"km": display.kilometres(self.km)}
        return _("by time")

    def __str__(self) -> str:
        return f"{display.date(self.day)} · {self.why}"


def of_many(vehicles: Collection[int]) -> dict[int, NextMaintenance]:
    """By the key of the car; a car of which nothing is known has none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(vehicles)])
        rows = cursor.fetchall()
    return {
        vehicle: NextMaintenance(day, why == "KM", km) for vehicle, day, why, km, *_parts in rows if day is not None
    }


def of(vehicle: Vehicle) -> NextMaintenance | None:
    """Of one car; none of a car that is gone."""
    return None if vehicle.gone else of_many([vehicle.pk]).get(vehicle.pk)
