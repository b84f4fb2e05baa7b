"""Who received and repaired the car, for the customer's answer about it."""

from collections.abc import Mapping, Sequence

from aftersales.models import WorkOrder
from crm.models import SurveyPerson, Trigger
from crm.served import Served, Visit, served

Part = SurveyPerson.Part


@served(Trigger.SETTLEMENT)
def repaired(visits: Sequence[Visit]) -> Mapping[Visit, Served]:
    """The work order behind each settlement, its service adviser and its technician."""
    orders = WorkOrder.objects.filter(
        vehicle__in=[car for car, _at in visits if car], released_at__in=[at for _car, at in visits]
    )
    rows = orders.values_list("vehicle", "released_at", "number", "adviser", "technician")
    return {
        (car, at): Served(
            number,
            tuple(
                (person, part) for person, part in ((adviser, Part.ADVISER), (technician, Part.TECHNICIAN)) if person
            ),
        )
        for car, at, number, adviser, technician in rows
        if at is not None
    }
