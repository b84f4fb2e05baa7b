"""Work that is a row, done by workers that may die: taken under a lease, given back, taken up again by the next.

A worker takes rows that wait, writes its claim into them and works outside any transaction. While it lives it prolongs the
lease; when it is killed the lease runs out, and the row waits again. Everything a worker writes names its claim, so that one
that was thought dead cannot spoil the work of its successor.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dms.core.lifecycle import IllegalTransition, Lifecycle
from dms.core.scope import StoreScoped

L_co = TypeVar("L_co", bound="Leased", covariant=True)


def new_claim(worker: str) -> str:
    """The name under which one run of a worker holds rows; two runs of the same worker never share it."""
    return f"{worker[:60]}#{uuid.uuid4().hex[:12]}"


class LeasedQuerySet(StoreScoped[L_co]):
    def claimable(self, at: datetime) -> Self:
        """Waiting, or left behind by a worker whose lease ran out."""
        return self.filter(Q(status=self.model.WAITING) | Q(status=self.model.HELD, lease_until__lte=at))

    def held_by(self, claim: str) -> Self:
        """What the claim holds, as long as nobody else has taken it up."""
        return self.filter(status=self.model.HELD, claimed_by=claim)

    def abandoned(self, at: datetime) -> Self:
        """In the hands of a worker whose lease ran out."""
        return self.filter(status=self.model.HELD, lease_until__lte=at)

    def claim(self, claim: str, *, at: datetime, limit: int, give_up: Callable[[L_co], object]) -> list[L_co]:
        """Take up to so many that may be claimed; worn-out ones are given up. Called inside a transaction.

        What another worker is just claiming is passed over, not waited for.
        """
        # Free ones only: workers share the queue instead of standing in it one behind the other.
        rows = self.claimable(at).lock_free(limit)
        taken = [row for row in rows if not row.is_worn_out]
        for row in rows:
            if row.is_worn_out:
                give_up(row)
        for row in taken:  # also straight out of dead hands, a step that the table of people's steps does not have
            row.status, row.claimed_by, row.lease_until = row.HELD, claim, at + row.lease()
        changed = ["status", "claimed_by", "lease_until"]
        self.model._default_manager.bulk_update(taken, changed)  # noqa: SLF001 # Django's own way to it
        return taken

    def sweep(self, *, at: datetime, give_up: Callable[[L_co], object]) -> list[L_co]:
        """What dead workers held waits again, or is given up when it has killed too many. Called inside a transaction."""
        back = []
        # A row that is held has its worker writing to it: it was thought dead too early.
        for row in self.abandoned(at).order_by("pk").lock_free():
            if row.is_worn_out:
                give_up(row)
            else:
                row.move(row.WAITING)
                back.append(row)
        return back


class Leased(Lifecycle):
    """A row of work. Subclasses say which status waits, which is in a worker's hands, and how often they are tried."""

    WAITING: ClassVar[str]
    HELD: ClassVar[str]
    MOST_ATTEMPTS: ClassVar[int]

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_by = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @classmethod
    def lease(cls) -> timedelta:
        """How long a worker may be silent before it counts as dead."""
        raise NotImplementedError

    @property
    def is_worn_out(self) -> bool:
        """Left behind so often that we believe it kills its workers."""
        return self.status == self.HELD and self.attempts >= self.MOST_ATTEMPTS

    def move(self, status: str, **fields: object) -> None:
        """As any lifecycle; with the step the row is in nobody's hands."""
        super().move(status, claimed_by="", lease_until=None, **fields)

    def begin(self, **fields: object) -> bool:
        """An attempt begins, if the row is still ours. It counts before it is made: work that kills its worker counts too."""
        if not self.write(attempts=F("attempts") + 1, **fields):
            return False
        self.attempts += 1
        return True

    def write(self, **fields: object) -> bool:
        """Store this and prolong the lease, if the row is still ours. The object in memory stays as it was claimed."""
        return self._update(lease_until=timezone.now() + self.lease(), **fields)

    def end(self, status: str, **fields: object) -> bool:
        """Our work on it has ended so, if the row is still ours. The object in memory stays as it was claimed.

        :raises IllegalTransition: when no work ends so.
        """
        if status not in self.NEXT[self.HELD]:
            raise IllegalTransition(self, self.HELD, status)
        # Named by the claim and not by the key alone: a late worker must not end its successor's run.
        return self._update(status=status, claimed_by="", lease_until=None, **fields)

    def _update(self, **fields: object) -> bool:
        ours = {"pk": self.pk, "status": self.HELD, "claimed_by": self.claimed_by}
        return bool(type(self)._default_manager.filter(**ours).update(**fields))  # noqa: SLF001 # Django's own way to it


def held_has_lease(model_name: str, status: str) -> models.CheckConstraint:
    """The constraint of every leased row: what is in somebody's hands has a name and an end, or no sweep would find it."""
    # An end without a name could be prolonged by anybody, a name without an end would never be swept.
    return models.CheckConstraint(
        name=f"{model_name}_{status.lower()}_has_lease",
        condition=(~Q(status=status)) | (Q(lease_until__isnull=False) & ~Q(claimed_by="")),
    )
