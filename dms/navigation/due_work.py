"""“My work today”: what every app says is due for one person, the longest waiting first."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.cache import cache

from dms.navigation import due_rows, registry
from dms.navigation.asks import Asking
from dms.navigation.due_rows import DueRows

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
    providers = registry.due_work.of(user)
    declared = [provider for provider in providers if isinstance(provider, DueRows)]
    together = iter(due_rows.find(declared, Asking(user, store, now)))
    items = [
        item
        for provider in providers
        for item in (next(together) if isinstance(provider, DueRows) else provider(user, store, now))
    ]
    cache.set(_key(user, store), len(items), KEPT_FOR)
    return sorted(items, key=lambda item: item.due_at)
