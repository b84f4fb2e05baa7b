"""That a car had its maintenance: what its next one counts from."""

from datetime import date

from django.db import transaction

from crm.events import RECALL_SERVICED
from crm.models import ServiceRecord, Vehicle
from dms.models import Store, User
from dms.records import events


@transaction.atomic
def note_service(  # what was done and agreed, all by name
    vehicle: Vehicle,
    *,
    store: Store,
    on: date,
    by: User | None,
    km: int | None = None,
    next_on: date | None = None,
    next_km: int | None = None,
    elsewhere: bool = False,
) -> ServiceRecord:
    """The car had its maintenance: the next is due by months and mileage from this day, or as was agreed."""
    # Two orders of one car on one day are one maintenance: the next counts from it once.
    facts = {"store": store, "km": km, "next_on": next_on, "next_km": next_km, "elsewhere": elsewhere}
    note, new = ServiceRecord.objects.get_or_create(vehicle=vehicle, on=on, defaults=facts)
    if new:
        data = {"on": on.isoformat(), "elsewhere": elsewhere}
        events.record(RECALL_SERVICED, vehicle, by=by, store=store, data=data)
    return note
