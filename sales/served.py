"""Who sold the car, for the customer's answer about it."""

from collections.abc import Mapping, Sequence

from crm.models import SurveyPerson, Trigger
from crm.served import Served, Visit, served
from sales.models import OwnerCard


@served(Trigger.DELIVERY)
def sold(visits: Sequence[Visit]) -> Mapping[Visit, Served]:
    """The order behind each delivery, and its adviser."""
    cards = OwnerCard.objects.filter(
        vehicle__in=[car for car, _at in visits if car], order__delivered_at__in=[at for _car, at in visits]
    )
    rows = cards.values_list("vehicle", "order__delivered_at", "order__number", "order__adviser")
    return {
        (car, at): Served(number, ((adviser, SurveyPerson.Part.ADVISER),) if adviser else ())
        for car, at, number, adviser in rows
        if at is not None
    }
