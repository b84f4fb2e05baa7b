"""A workshop with its people."""

import pytest

from tests.aftersales.cast import Shop


@pytest.fixture
def shop(store, person):
    return Shop(store, person)
