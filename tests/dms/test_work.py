"""The bell's number: cheap on every page, fresh after one's own act, and no page lost with Redis."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dms.navigation import registry


@pytest.fixture
def one_due(monkeypatch):
    """Something due for everybody, as an app would register it."""
    asked = []
    monkeypatch.setattr(registry, "due_work", registry.Providers())

    @registry.due_work("dms.home")
    def find(_user, _store, now):
        asked.append(now)
        return [registry.DueItem("回访", "", "/", now, "电话")]

    return asked


def bells(page) -> str:
    return page.text[page.text.index("due-bell") :].split("</a>")[0]


def test_no_page_waits_for_the_number_and_it_is_counted_once_a_minute(cast, one_due, signed_in):
    client = signed_in(cast.adviser)
    assert f'hx-get="{reverse("dms:bell")}"' in bells(client.get(reverse("dms:profile")))
    assert not one_due
    assert "<i>1</i>" in client.get(reverse("dms:bell")).text
    for _ in range(3):
        shown = bells(client.get(reverse("dms:profile")))
        assert "<i>1</i>" in shown
        assert "hx-get" not in shown
    assert len(one_due) == 1


def test_ones_own_act_counts_anew(cast, one_due, signed_in):
    client = signed_in(cast.adviser)
    client.get(reverse("dms:bell"))
    assert "<i>1</i>" in bells(client.get(reverse("dms:profile")))
    client.post(reverse("dms:choose_theme"), {"theme": "dark"})
    assert "hx-get" in bells(client.get(reverse("dms:profile")))
    client.get(reverse("dms:bell"))
    assert len(one_due) == 2


def test_a_lost_redis_costs_no_page(cast, signed_in, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    client = signed_in(cast.adviser)
    assert client.get(reverse("dms:home")).status_code == 200
    assert cache.get("anything", "nothing") == "nothing"
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("dms:profile"))
    assert len(asked) > 0
