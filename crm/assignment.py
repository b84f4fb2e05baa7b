"""Who makes a contact: people of the role in the store, the same customer always by the same one; who hears when it is late."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from dms.core.roles import ROLES
from dms.models import Absence, User

MANAGERS = {"adviser": "sales_manager", "sales_manager": "sales_manager", "service_adviser": "service_manager"}
"""Whose work is escalated to whom; everybody else's goes to the customer service manager."""

FALLBACK = ("cs_manager", "sales_manager", "service_manager")
"""Who takes a role's work in a store where nobody has the role."""


class Callers:
    """The people of all stores by role, read once for many choices."""

    @cached_property
    def people(self) -> dict[tuple[int, str], list[int]]:
        """(store, role) → active people, the longest here first."""
        people: dict[tuple[int, str], list[int]] = defaultdict(list)
        rows = User.stores.through.objects.filter(user__is_active=True, user__groups__name__in=ROLES)
        for store, role, user in rows.order_by("user_id").values_list("store_id", "user__groups__name", "user_id"):
            people[store, role].append(user)
        return people

    @cached_property
    def active(self) -> set[tuple[int, int]]:
        """(store, person) of everybody who works there."""
        return {(store, user) for (store, _role), users in self.people.items() for user in users}

    @cached_property
    def group_managers(self) -> list[int]:
        rows = User.objects.filter(is_active=True, groups__name="gm").order_by("pk")
        return list(rows.values_list("pk", flat=True))

    def choose(self, role: str, *, store: int, customer: int, given: int | None = None) -> int | None:
        """The person for this customer: the one given if the role is theirs to keep, else always the same of the pool."""
        # The one who sold the car keeps its owner, until they leave the store.
        if given is not None and role == "adviser" and (store, given) in self.active:
            return given
        # A small store has no customer service: the call is then a manager's, and not nobody's.
        for substitute in (role, *FALLBACK):
            pool = self.people.get((store, substitute))
            if pool:
                # By the customer's key: they hear the same voice again, and the work is spread without
                # keeping count.
                return pool[customer % len(pool)]
        return None

    def manager(self, role: str, *, store: int) -> int | None:
        """Who hears of overdue work; every one of them may manage customer care."""
        for substitute in (MANAGERS.get(role, "cs_manager"), *FALLBACK):
            pool = self.people.get((store, substitute))
            if pool:
                return pool[0]
        return self.group_managers[0] if self.group_managers else None


def away(on: date) -> dict[int, int | None]:
    """Who is away on the day → the deputy who is there: the absence's own, else the usual one, else nobody."""
    rows = list(Absence.objects.on(on).values_list("user_id", "deputy_id", "user__deputy_id"))
    absent = {user for user, _deputy, _usual in rows}
    # A deputy who has left would keep the work for nobody.
    inactive = _inactive(deputy for row in rows for deputy in row[1:] if deputy)
    return {
        user: next((one for one in (deputy, usual) if one and one not in absent and one not in inactive), None)
        for user, deputy, usual in rows
    }


def _inactive(users: Iterable[int]) -> set[int]:
    return set(User.objects.filter(pk__in=set(users), is_active=False).values_list("pk", flat=True))
