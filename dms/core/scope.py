"""Whose rows: ``visible_to(user)`` is the only way in for pages and API."""

from typing import Protocol, Self, TypeVar

from django.db import models

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


class StoreScoped(models.QuerySet[M_co]):
    """Rows that belong to a store. ``store_path`` names the way to it; rows without a store belong to the group."""

    store_path = "store"
    group_rows_visible = False

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


class GroupWide(models.QuerySet[M_co]):
    """Base data of the whole group: everybody with the right sees all of it."""

    def visible_to(self, user: Viewer) -> Self:
        return self

    def of_store(self, store: models.Model | None) -> Self:
        return self
