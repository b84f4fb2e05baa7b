"""Lifecycles: a status moves only along the table ``NEXT`` of its model.

The table is data: the matrix test, the process map on the home page and the charts in the documentation are drawn from it.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal


class Lifecycle(models.Model):
    """A document with a status. Subclasses declare ``Status``, ``NEXT`` and a ``status`` field."""

    Status: ClassVar[type[models.TextChoices]]
    NEXT: ClassVar[Mapping[str, frozenset[str]]]
    status: "models.CharField[str, str]"

    class Meta:
        abstract = True

    def may_become(self, status: str) -> bool:
        return status in self.NEXT[self.status]

    def become(self, status: str) -> None:
        """Change the status in memory; the caller holds the row's lock and saves the field.

        :raises IllegalTransition: when the table has no such step.
        """
        if not self.may_become(status):
            raise IllegalTransition(self, self.status, status)
        self.status = status

    @property
    def is_over(self) -> bool:
        """No step leads out of this status."""
        return not self.NEXT[self.status]


class IllegalTransition(Refusal):
    """The document is not in a status from which this may be done (somebody else may have been quicker)."""

    code = "illegal_transition"

    def __init__(self, document: "Lifecycle", status: str, wanted: str) -> None:
        labels = dict(document.Status.choices)
        super().__init__(
            _("%(document)s is “%(status)s” now and cannot become “%(wanted)s”. Reload the page to see its state.")
            % {"document": document, "status": labels.get(status, status), "wanted": labels.get(wanted, wanted)}
        )


def status_is_known(model_name: str, status: type[models.TextChoices]) -> models.CheckConstraint:
    """The constraint every lifecycle carries: a status outside the list cannot be stored."""
    return models.CheckConstraint(name=f"{model_name}_status_known", condition=models.Q(status__in=status.values))


def iff(left: models.Q, right: models.Q) -> models.Q:
    """Both hold or neither does: “delivered ⇔ has a date”."""
    return (left & right) | (~left & ~right)


def lifecycles() -> Iterator[type[Lifecycle]]:
    """Every concrete lifecycle of the six apps."""
    return (model for model in apps.get_models() if issubclass(model, Lifecycle))
