"""The part that the tests of the parts room are about."""

from decimal import Decimal

import pytest

from parts.models import Part
from tests.factories import PartFactory


@pytest.fixture
def pads(db: None) -> Part:
    return PartFactory.create(number="SY-4411", name="前制动片", unit="套", price=Decimal(560))
