"""A car handed over on a Friday morning, and what was promised to its owner."""

import pytest
import time_machine

from crm.actions import care
from crm.models import FollowUp
from dms.models import Store
from tests.clock import at
from tests.factories import Cast, owners
from tests.factories.care import Owner

FRIDAY = "2026-11-20 10:00"


@pytest.fixture
def owner(store: Store) -> Owner:
    return owners(store, 1)[0]


@pytest.fixture
def delivered(owner: Owner, cast: Cast) -> dict[str, FollowUp]:
    """The promises by the codes of their rules."""
    cast.assemble("sales_manager", "callback", "cs_manager")
    with time_machine.travel(at(FRIDAY), tick=False):
        care.start_cadence(
            "DELIVERY",
            customer=owner.customer,
            vehicle=owner.vehicle,
            store=cast.store,
            anchor=at(FRIDAY),
            by=cast.adviser,
            assignee=cast.adviser,
        )
    return {row.cadence.code: row for row in FollowUp.objects.select_related("cadence")}
