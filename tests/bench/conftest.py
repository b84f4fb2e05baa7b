"""One small dealership for the tests that only look at it."""

import pytest

from bench.cases import World
from bench.world import build


@pytest.fixture
def world(db, settings) -> World:
    """As behind the proxy that ends TLS."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    return build(scale=0.003)
