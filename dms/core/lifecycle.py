"""Lifecycles: a status moves only along the table ``NEXT`` of its model.

The table is data: the matrix test, the process map on the home page and the charts in the documentation are drawn from it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from django.apps import apps
from django.db import models
from django.db.models.signals import class_prepared
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dms.core.refusals import Refusal
from dms.core.row_rules import StatusMoves
from dms.core.untyped import Option


class Lifecycle(models.Model):
    """A document with a status. Subclasses declare ``Status``, ``NEXT`` and a ``status`` field.

    ``BEGINS`` are the statuses in which a row may come to be (that of the field's default, if nothing is said), ``HISTORY``
    those in which imported rows may, which name their ``source_id``.
    """

    Status: ClassVar[type[models.TextChoices]]
    NEXT: ClassVar[Mapping[str, frozenset[str]]]
    BEGINS: ClassVar[frozenset[str]] = frozenset()
    HISTORY: ClassVar[frozenset[str]] = frozenset()
    status: "models.CharField[str, str]"

    class Meta:
        abstract = True

    def may_become(self, status: str) -> bool:
        return status in self.NEXT[self.status]

    def become(self, status: str) -> None:
        """Change the status in memory, for rows that are saved in bulk; the caller holds their locks.

        :raises IllegalTransition: when the table has no such step.
        """
        # For a sentence in good time: the trigger refuses as well, but only when the row is written.
        if not self.may_become(status):
            raise IllegalTransition(self, self.status, status)
        self.status = status

    def move(self, status: str, **fields: Option) -> None:
        """Take the step, and store it with what changes along with it. The caller holds the row's lock.

        :raises IllegalTransition: when the table has no such step.
        """
        self.become(status)
        for name, value in fields.items():
            setattr(self, name, value)
        # Only these: what else the object carries may be older than what stands in the row.
        changed = ["status", *fields]
        self.save(update_fields=changed)

    @property
    def is_over(self) -> bool:
        """No step leads out of this status."""
        return not self.NEXT[self.status]


@receiver(class_prepared, dispatch_uid="dms.moves_along_next")
def moves_along_next(sender: type[models.Model], **_signal: object) -> None:
    """The table is the database's as well: every lifecycle carries its rule, and no UPDATE jumps."""
    if issubclass(sender, Lifecycle):
        options = sender._meta  # noqa: SLF001 # Django's own way to it
        begins = sender.BEGINS or {str(options.get_field("status").default)}
        moves = StatusMoves(
            name=f"{options.model_name}_moves", begins=[*begins], steps=sender.NEXT, history=[*sender.HISTORY]
        )
        options.constraints = [*options.constraints, moves]


class IllegalTransition(Refusal):
    """The document is not in a status from which this may be done (somebody else may have been quicker)."""

    code = "illegal_transition"

    def __init__(self, document: "Lifecycle", status: str, wanted: str) -> None:
        labels = dict(document.Status.choices)
        super().__init__(
            _("%(document)s is “%(status)s” now and cannot become “%(wanted)s”. Reload the page to see its state.")
            % {"document": document, "status": labels.get(status, status), "wanted": labels.get(wanted, wanted)}
        )


class DatedLifecycle(Lifecycle):
    """A document that says since when it has been in its status: what waits longest is done first."""

    status_at = models.DateTimeField(gettext_lazy("status since"), default=timezone.now)

    class Meta:
        abstract = True

    def move(self, status: str, *, at: datetime | None = None, **fields: Option) -> None:
        """As any lifecycle; ``at`` is the moment of the step, now when left out."""
        super().move(status, status_at=at or timezone.now(), **fields)


def status_is_known(model_name: str, status: type[models.TextChoices]) -> models.CheckConstraint:
    """The constraint every lifecycle carries: a status outside the list cannot be stored."""
    # From a status that NEXT does not know no step leads on: the row would be stuck for good.
    return models.CheckConstraint(name=f"{model_name}_status_known", condition=models.Q(status__in=status.values))


def iff(left: models.Q, right: models.Q) -> models.Q:
    """Both hold or neither does: “delivered ⇔ has a date”."""
    return (left & right) | (~left & ~right)


def lifecycles() -> Iterator[type[Lifecycle]]:
    """Every concrete lifecycle of the six apps."""
    return (model for model in apps.get_models() if issubclass(model, Lifecycle))
