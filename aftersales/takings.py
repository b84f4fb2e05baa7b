"""What cars have brought the workshop, by their settlements."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Sum

from aftersales.models import Settlement
from crm.takings import takings
from dms.formats.days import start_of


@takings
def settled(vehicles: Collection[int], since: date, until: date) -> Mapping[int, Decimal]:
    """Labour, parts and the rest of all settlements of these days, whoever pays."""
    rows = Settlement.objects.filter(
        work_order__vehicle__in=vehicles, at__gte=start_of(since), at__lt=start_of(until + timedelta(days=1))
    )
    sums = rows.order_by().values("work_order__vehicle").annotate(total=Sum(F("labour") + F("parts") + F("other")))
    return dict(sums.values_list("work_order__vehicle", "total"))
