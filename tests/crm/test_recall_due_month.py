"""Which cars are due for maintenance in a month, beside the rule in words."""

from datetime import date

import pytest

from crm.actions import recall as acts
from crm.models import RecallEntry
from dms.formats.days import add_months, months_between
from dms.models import Brand, Series, Variant
from tests.factories import owners


@pytest.fixture
def plan_of_three():
    """A car that wants maintenance after three months, then every four."""
    brand = Brand.objects.create(code="B", name="星野")
    series = Series.objects.create(brand=brand, code="S", name="S5")
    return Variant.objects.create(series=series, code="V", name="S5 1.5T", first_service_months=3, service_months=4)


def is_due(month: date, start: date, last: date | None, *, first: int, again: int) -> bool:
    """The rule in words: the first maintenance so long after delivery, then again and again since the last one."""
    if last is not None:
        passed = months_between(last, month)
        return passed > 0 and passed % again == 0
    passed = months_between(start, month) - first
    return passed >= 0 and passed % again == 0 and months_between(start, month) > 0


def test_the_oracle_counts_from_delivery_then_from_the_last_maintenance():
    start = date(2026, 1, 20)
    months = [add_months(date(2026, 1, 1), number) for number in range(18)]
    assert [month.month for month in months if is_due(month, start, None, first=3, again=6)] == [4, 10, 4]
    assert [month.month for month in months if is_due(month, start, date(2026, 5, 9), first=3, again=6)] == [11, 5]


def test_the_due_month_is_that_of_the_rule_in_words(store, plan_of_three, cast):
    starts = [date(2024, month, 9) for month in range(1, 13)] + [date(2026, month, 28) for month in range(1, 12)]
    cars = [owners(store, 1, bought_on=day, variant=plan_of_three)[0][1] for day in starts]
    served = {cars[3].pk: date(2026, 4, 30), cars[8].pk: date(2026, 8, 1), cars[9].pk: date(2026, 12, 24)}
    for car in cars:
        if car.pk in served:
            acts.note_service(car, store=store, on=served[car.pk], by=cast.adviser)
    for month in (date(2026, 9, 1), date(2026, 12, 1), date(2027, 4, 1)):
        acts.prepare(store, month=month, by=cast.adviser)
        listed = set(RecallEntry.objects.filter(due_month=month).values_list("vehicle", flat=True))
        expected = {
            car.pk
            for car, start in zip(cars, starts, strict=True)
            if is_due(month, start, served.get(car.pk), first=3, again=4)
        }
        assert listed == expected
        assert listed
