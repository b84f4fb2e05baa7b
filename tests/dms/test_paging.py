"""Long lists are counted once in a while; short ones every time."""

import pytest
from django.core.cache import cache

from dms.models import Reason
from dms.web import paging
from dms.web.paging import LongPaginator


def pages():
    return LongPaginator(Reason.objects.filter(kind=Reason.Kind.LOST_SALE).order_by("pk"), 2)


@pytest.fixture
def rows(db):
    Reason.objects.filter(kind=Reason.Kind.LOST_SALE).delete()
    return [Reason.objects.create(kind=Reason.Kind.LOST_SALE, code=f"c{number}", name="缺货") for number in range(5)]


def test_a_short_list_is_counted_every_time(rows):
    assert pages().count == 5
    rows[0].delete()
    assert pages().count == 4


def test_a_long_list_is_counted_once_in_a_while_and_its_rows_are_of_now(rows, monkeypatch):
    monkeypatch.setattr(paging, "LARGE", 3)
    assert pages().count == 5
    rows[0].delete()
    assert pages().count == 5
    assert [row.pk for row in pages().page(1)] == [rows[1].pk, rows[2].pk]
    cache.clear()
    assert pages().count == 4


def test_another_search_is_counted_for_itself(rows, monkeypatch):
    monkeypatch.setattr(paging, "LARGE", 1)
    assert pages().count == 5
    assert LongPaginator(Reason.objects.filter(code="c1").order_by("pk"), 2).count == 1
