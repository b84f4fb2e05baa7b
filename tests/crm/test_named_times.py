"""A time that the customer names is kept as named, or refused while it is typed."""

import pytest

from crm import named_times
from crm.forms import nearest_offered
from tests.clock import at
from tests.factories import StoreFactory

NOW = at("2026-11-24 09:30")  # a Tuesday


@pytest.mark.django_db
@pytest.mark.parametrize("named", ["2026-11-24 18:30", "2026-11-28 10:00", "2026-11-25 08:30", "2026-11-29 19:29"])
def test_evening_weekend_and_opening_are_kept_as_named(named):
    named_times.refuse_unkept(at(named), StoreFactory.create(), now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("named", "nearest"),
    [
        ("2026-11-24 20:00", "2026-11-24 19:00"),
        ("2026-11-26 04:13", "2026-11-26 09:00"),
        ("2027-01-01 10:00", "2026-12-31 19:00"),  # New Year
        ("2026-11-25 08:10", "2026-11-25 09:00"),
    ],
)
def test_else_the_nearest_that_can_be_kept_is_a_button(named, nearest):
    with pytest.raises(named_times.NotKept) as refused:
        named_times.refuse_unkept(at(named), StoreFactory.create(), now=NOW)
    assert refused.value.nearest == at(nearest)
    assert (refused.value.code == "really_at_night") == ("04:13" in named)
    error = nearest_offered(refused.value, "next_at").message
    assert f'name="next_at" value="{nearest.replace(" ", "T")}"' in error


@pytest.mark.django_db
def test_the_nearest_is_never_over():
    with pytest.raises(named_times.NotKept) as refused:
        named_times.refuse_unkept(at("2026-11-24 19:40"), StoreFactory.create(), now=at("2026-11-24 19:20"))
    assert refused.value.nearest == at("2026-11-25 09:00")
