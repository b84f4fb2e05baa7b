"""Whose rows, and how they are locked: ``visible_to(user)`` is the only way in for pages and API, ``lock(row)`` for acts."""

from typing import ClassVar, Protocol, Self, TypeVar, cast

from django.db import models

M = TypeVar("M", bound=models.Model)
M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class Viewer(Protocol):
    """Whoever looks: a person, or anything that knows its stores and rights."""

    @property
    def pk(self) -> object: ...

    def has_perm(self, right: str) -> bool: ...

    @property
    def sees_all_stores(self) -> bool: ...

    @property
    def store_ids(self) -> list[int]: ...


class LockingQuerySet(models.QuerySet[M_co]):
    """Rows that acts change. An act locks what it changes first, and judges it as it is then, never as it was on the page."""

    lock_with: tuple[str, ...] = ()
    """What acts read along with a locked row. It is joined, not locked."""
    stores_tell: ClassVar[bool] = False
    """Whose rows they are is a matter of stores alone: one query for everybody, with their stores as values."""

    def lock(self, row: models.Model | int) -> M_co:
        """The row (or that of the key) as it is now, held until the transaction ends."""
        key = row.pk if isinstance(row, self.model) else row  # a row of another model is no key, and refused as such
        return self._for_update().get(pk=key)

    def lock_all(self) -> list[M_co]:
        """All these rows, held. In the order of their keys: two acts that want some of the same rows cannot block each other."""
        return list(self._for_update().order_by("pk"))

    def lock_free(self, limit: int | None = None) -> list[M_co]:
        """These rows (up to so many) but for those that somebody holds: so several workers share a queue."""
        return list(self._for_update(skip_locked=True)[:limit])

    def _for_update(self, *, skip_locked: bool = False) -> Self:
        # OF self: to lock the store that is joined would make all acts of a store wait for each other,
        # and Postgres refuses to lock the empty side of an outer join.
        rows = self.select_related(*self.lock_with) if self.lock_with else self
        return rows.select_for_update(skip_locked=skip_locked, of=("self",))


class StoreScoped(LockingQuerySet[M_co]):
    """Rows that belong to a store. ``store_path`` names the way to it; rows without a store belong to the group."""

    store_path = "store"
    group_rows_visible = False
    lock_with: tuple[str, ...] = ("store",)
    stores_tell = True

    def visible_to(self, user: Viewer) -> Self:
        """The rows of the stores of this person; group roles see all."""
        if user.sees_all_stores:
            return self
        mine = models.Q(**{f"{self.store_path}__in": user.store_ids})
        if self.group_rows_visible:
            mine |= models.Q(**{f"{self.store_path}__isnull": True})
        return self.filter(mine)

    def of_store(self, store: models.Model | None) -> Self:
        """Narrow to the store chosen in the top bar; none chosen means all that are visible."""
        return self if store is None else self.filter(**{self.store_path: store})

    def counted_for(self, user: Viewer, store: models.Model | None) -> Self:
        """The rows that make the figures of this person in this store: those they see there, unless rows say otherwise."""
        return self.visible_to(user).of_store(store)


class GroupWide(LockingQuerySet[M_co]):
    """Base data of the whole group: everybody with the right sees all of it."""

    stores_tell = True

    def visible_to(self, user: Viewer) -> Self:
        return self

    def of_store(self, store: models.Model | None) -> Self:
        return self

    def counted_for(self, user: Viewer, store: models.Model | None) -> Self:
        return self


def scoped_rows(model: type[M]) -> StoreScoped[M] | GroupWide[M]:
    """The rows of a model that is known only at run time; ``visible_to`` leads on, as on ``Order.objects``."""
    rows = model._default_manager.all()  # noqa: SLF001 # Django's public name for it is missing
    return cast("StoreScoped[M] | GroupWide[M]", rows)
