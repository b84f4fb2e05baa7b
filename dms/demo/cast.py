"""Who acts in the demo, with which dice and from which data: shared by the parts of the apps."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from django.apps import apps

from dms.core.roles import ROLES
from dms.formats import vin
from dms.models import Store, User

WMI = "LXY"
"""An invented maker."""


def data(app: str, name: str = "demo") -> Any:
    """The demo data of an app."""
    return json.loads((Path(apps.get_app_config(app).path) / "data" / f"{name}.json").read_text(encoding="utf-8"))


def dice(name: str) -> Random:
    """The same throws every time."""
    return Random(f"demo-{name}")  # noqa: S311 # no secret


def vin_of(serial: int) -> str:
    """An invented VIN with its check digit."""
    bare = f"{WMI}AE3A50TA{serial:06}"
    bare = bare[:8] + "0" + bare[9:]
    return bare[:8] + vin.check_digit(bare) + bare[9:]


@dataclass(frozen=True)
class Crew:
    """The people of a store by role; where a store has nobody for a role, somebody group-wide acts."""

    store: Store
    people: dict[str, list[User]]

    def all(self, role: str) -> list[User]:
        return self.people.get(role) or self.people["gm"]

    def one(self, *roles: str, turn: int = 0) -> User:
        """Somebody of the first of these roles that the store has."""
        role = next((role for role in roles if self.people.get(role)), "gm")
        return self.people[role][turn % len(self.people[role])]


def crews(*, outlets: bool = True) -> Iterator[Crew]:
    """The crew of each store, the first store first."""
    users = list(User.objects.filter(is_active=True).prefetch_related("groups", "stores").order_by("pk"))
    for store in Store.objects.order_by("pk"):
        if store.kind == Store.Kind.OUTLET and not outlets:
            continue
        people: dict[str, list[User]] = defaultdict(list)
        for user in users:
            here = any(one.pk == store.pk for one in user.stores.all())
            for group in user.groups.all():
                if group.name in ROLES and (here or ROLES[group.name].group_wide):
                    people[group.name].append(user)
        yield Crew(store, dict(people))
