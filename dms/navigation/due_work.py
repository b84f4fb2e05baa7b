"""“My work today”: what every app says is due for one person, the longest waiting first."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.cache import cache

from dms.navigation import registry

if TYPE_CHECKING:
    from dms.models import Store, User


KEPT_FOR = 60
"""Seconds for which the number on the bell may be old; one's own acts renew it at once."""


def _key(user: "User", store: "Store | None") -> str:
    return f"due:{user.pk}:{store.pk if store else 0}"


def known(user: "User", store: "Store | None") -> int | None:
    """How much is due, for the bell on every page; None when it has to be counted anew."""
    count: int | None = cache.get(_key(user, store))
    return count


def forget(user: "User", store: "Store | None") -> None:
    """The person did something: count anew."""
    cache.delete(_key(user, store))


def due(user: "User", store: "Store | None", now: datetime) -> list[registry.DueItem]:
    """All due work of the person in the store (or all theirs)."""
    items = [item for find in registry.due_work.of(user) for item in find(user, store, now)]
    cache.set(_key(user, store), len(items), KEPT_FOR)
    return sorted(items, key=lambda item: item.due_at)
