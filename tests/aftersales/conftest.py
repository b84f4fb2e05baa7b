"""The car that comes to the workshop in most tests."""

import pytest

from crm.models import Vehicle
from tests.factories import VehicleFactory


@pytest.fixture
def car(db: None) -> Vehicle:
    """夏至's car, known by its plate."""
    return VehicleFactory.create(plate="川AD1234", owner__name="夏至", owner__phone="13800000021")
