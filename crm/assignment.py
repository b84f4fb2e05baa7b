"""Who makes a contact: people of the role in the store, the same customer always by the same one; who hears when it is late."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef

from crm.models import EscalationStep
from crm.models.care import CALL, CALLER_ROLES
from dms.core.roles import ROLES
from dms.models import Absence, RoleRight, Store, User

FALLBACK = ("cs_manager", "sales_manager", "service_manager")
"""Who takes a role's work where nobody has the role."""


@dataclass(frozen=True)
class Told:
    """Who hears of late work at a level, and when."""

    role: str
    after: timedelta


USUAL = {1: Told("cs_manager", timedelta(0)), 2: Told("gm", timedelta(hours=24))}
"""Where the rows of a level were deleted: lateness climbs all the same."""


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

    @cached_property
    def parents(self) -> dict[int, int]:
        """Outlet → the store that runs it."""
        return dict(Store.objects.filter(parent__isnull=False).values_list("pk", "parent_id"))

    def places(self, store: int) -> tuple[int, ...]:
        """Where the people of a store are looked for: there, then in the store that runs it."""
        return (store, self.parents[store]) if store in self.parents else (store,)

    def choose(self, role: str, *, store: int, customer: int, given: int | None = None) -> int | None:
        """The person for this customer: the one given if the role is theirs to keep, else always the same of the pool."""
        # The one who sold the car keeps its owner, until they leave the store.
        if given is not None and role == "adviser" and (store, given) in self.active:
            return given
        # A small store has no customer service: the call is then its parent's, else a manager's, and not nobody's.
        for substitute in (role, *FALLBACK):
            for place in self.places(store):
                pool = self.people.get((place, substitute))
                if pool:
                    # By the customer's key: they hear the same voice again, and the work is spread without
                    # keeping count.
                    return pool[customer % len(pool)]
        return None

    @cached_property
    def steps(self) -> dict[tuple[str, int], Told]:
        """(late role, level) → who is told, and when."""
        rows = EscalationStep.objects.values_list("role", "level", "to_role", "after_hours")
        return {(role, level): Told(told, timedelta(hours=hours)) for role, level, told, hours in rows}

    def told(self, role: str, level: int) -> Told:
        return self.steps.get((role, level)) or self.steps.get(("", level)) or USUAL[level]

    def manager(self, role: str, *, store: int, level: int, but: Collection[int | None]) -> int | None:
        """Who hears of overdue work, and is none of those who left it; every one of them may manage customer care."""
        for user in self._managers(self.told(role, level).role, store):
            if user not in but:
                return user
        return None

    def _managers(self, role: str, store: int) -> Iterator[int]:
        if role != "gm":
            for substitute in (role, *FALLBACK):
                for place in self.places(store):
                    yield from self.people.get((place, substitute), ())
        yield from self.group_managers


def stores_without_callers(user: User) -> list[Store]:
    """Of the stores this person sees, those open ones in which nobody may call, nor in the store that runs them."""
    callers = User.stores.through.objects.filter(
        user__is_active=True,
        user__groups__name__in=[role for role, _label in CALLER_ROLES],
        user__groups__in=RoleRight.objects.granted().filter(right=CALL).values("role"),
    )
    here, above = callers.filter(store=OuterRef("pk")), callers.filter(store=OuterRef("parent"))
    return list(Store.objects.visible_to(user).active().filter(~Exists(here), ~Exists(above)))


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
