"""Pages of long lists: a large number of rows is counted once in a while, a small one every time."""

import hashlib
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import QuerySet

LARGE = 2_000
"""From here on nobody notices a row more or less, and counting takes longer than fetching a page."""
KEPT_FOR = 20
"""Seconds."""


class LongPaginator(Paginator[Any]):
    """Counts a large list at most every twenty seconds; the rows themselves are always those of this moment."""

    @cached_property
    def count(self) -> int:
        if not isinstance(self.object_list, QuerySet):
            return super().count
        # With its values: whoever sees other stores counts other rows.
        asked = str(self.object_list.order_by().values("pk").query)
        key = f"count:{hashlib.sha256(asked.encode()).hexdigest()}"
        known: int | None = cache.get(key)
        if known is not None:
            return known
        counted = super().count
        if counted >= LARGE:
            cache.set(key, counted, KEPT_FOR)
        return counted
