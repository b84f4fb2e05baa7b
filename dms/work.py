"""“My work today”: what every app says is due for one person, the longest waiting first."""

from datetime import datetime
from typing import TYPE_CHECKING

from dms import registry

if TYPE_CHECKING:
    from dms.models import Store, User


def due(user: "User", store: "Store | None", now: datetime) -> list[registry.Due]:
    """All due work of the person in the store (or all theirs)."""
    found = [
        item
        for provider in registry.due_providers
        if user.has_right(provider.right)
        for item in provider.find(user, store, now)
    ]
    return sorted(found, key=lambda item: item.due_at)
