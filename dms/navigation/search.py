"""The one search box: plate, VIN tail, phone tail, name, pinyin initials, document number.

Each app registers what it can find; here the answers are put in one order. Patterns shorter than three characters get no
trigram index, so providers keep keys of their own for tails and initials.
"""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dms.models import User
from dms.navigation import registry

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORTEST = 2
LONGEST = 60
LIMIT = 8


def find(text: str, user: User) -> list[registry.Hit]:
    """What the person may see and the text names, exact matches first."""
    # One Chinese sign is a surname; one Latin letter would find half the house.
    if len(text) < SHORTEST and not any(ord(letter) > 0x2E7F for letter in text):
        return []
    hits = [hit for look in registry.search.of(user) for hit in look(text, user, LIMIT)]
    return sorted(hits, key=lambda hit: hit.rank)[: 3 * LIMIT]


@registry.search("dms.people")
def colleagues(text: str, user: User, limit: int) -> "Sequence[registry.Hit]":
    """Colleagues by name, pinyin, initials, user name or the end of their phone number."""
    people = User.objects.visible_to(user).active().matching(text).prefetch_related("groups")[:limit]
    return [
        registry.Hit(
            str(person),
            str(person.role_label),
            f"{reverse('dms:people')}?q={person.username}",
            _("Colleague"),
            rank=0 if text in {person.display_name, person.username} else 3,
        )
        for person in people
    ]
