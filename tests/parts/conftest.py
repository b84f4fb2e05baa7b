"""People and things of the parts room."""

from decimal import Decimal

import pytest

from parts.models import Part


@pytest.fixture
def pads(db):
    return Part.objects.create(number="SY-4411", name="前制动片", unit="套", price=Decimal(560))


@pytest.fixture
def clerk(person):
    return person("parts_clerk", name="clerk")


@pytest.fixture
def planner(person):
    return person("parts_planner", name="planner")


@pytest.fixture
def chief(person):
    return person("parts_manager", name="chief")
